import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/host/random.js';
import { SimWorld } from '../../src/world/sim-world.js';
import { MemoryFiles } from '../support/memory-files.js';
import { Caller, EAST, MINUTE, SECOND, WEST } from './caller.js';
import { streaming } from './traffic/default-world.js';

interface Opened {
  readonly sim: SimWorld;
  readonly caller: Caller;
}

function openWorld(...overrides: readonly string[]): Opened {
  const world = streaming(...overrides);
  const files = new MemoryFiles();
  const sim = SimWorld.open({ world, seed: 1, randomOf: seededRandom, files, folder: 'w', resume: false });
  return { sim, caller: new Caller(sim) };
}

/** What one group's own security group lets in. */
function admission({ caller }: Opened, name: string): { readonly GroupId: string; readonly IpPermissions: unknown } {
  const answer = caller.ec2(0, 'DescribeSecurityGroups', {}, EAST) as { readonly SecurityGroups: SecurityGroup[] };
  const group = answer.SecurityGroups.find(({ GroupName }) => GroupName === name);
  return { GroupId: group?.GroupId ?? '', IpPermissions: group?.IpPermissions ?? [] };
}

function regionOf({ sim }: Opened, region: string) {
  const there = sim.look().infra.regions.find((one) => one.region === region);
  const zones = there?.groups.flatMap((group) => group.zones) ?? [];
  return { denied: there?.denied, serving: zones.reduce((sum, { serving }) => sum + serving, 0) };
}

describe('calls between the services of a region', () => {
  it('are let in by the security groups of those that they call, and by no others', () => {
    const opened = openWorld();
    const sources = (name: string): unknown =>
      (admission(opened, name).IpPermissions as NonNullable<SecurityGroup['IpPermissions']>).map((one) => [
        one.FromPort,
        one.IpRanges?.map(({ CidrIp }) => CidrIp),
        one.UserIdGroupPairs?.map(({ GroupId }) => GroupId),
      ]);
    const ids = Object.fromEntries(['edge', 'playback'].map((name) => [name, admission(opened, name).GroupId]));
    expect(sources('edge')).toEqual([[443, ['0.0.0.0/0'], []]]);
    expect(sources('playback')).toEqual([[443, [], [ids.edge]]]);
    expect(sources('platform')).toEqual([[443, [], [ids.playback]]]);
    expect(regionOf(opened, EAST).denied).toBeUndefined();
  });

  it('are dropped without that rule, while all of the instances go on serving whoever else asks', () => {
    const opened = openWorld();
    const before = regionOf(opened, EAST).serving;
    const rule = admission(opened, 'platform');
    opened.caller.ec2(SECOND, 'RevokeSecurityGroupIngress', rule, EAST);
    expect(regionOf(opened, EAST)).toEqual({ denied: [{ from: 'playback', to: 'platform' }], serving: before });
    expect(regionOf(opened, WEST).denied).toBeUndefined();
    opened.caller.ec2(2 * SECOND, 'AuthorizeSecurityGroupIngress', rule, EAST);
    expect(regionOf(opened, EAST)).toEqual({ denied: undefined, serving: before });
  });

  it('cost members time where there are default answers, and fail where there are none', () => {
    const peaks = ['false', 'true'].map((flaw) => {
      const opened = openWorld(`traffic.flaws.missing-fallbacks=${flaw}`);
      const { caller } = opened;
      caller.ec2(SECOND, 'RevokeSecurityGroupIngress', admission(opened, 'platform'), EAST);
      const newest = (name: string): number => caller.newest(2 * MINUTE, EAST, name, {}) ?? 0;
      const edge = (name: string): number => caller.newest(2 * MINUTE, EAST, name, { Tier: 'edge' }) ?? 0;
      return { late: newest('LatencyP99'), failed: edge('RequestsFailed') / edge('Requests') };
    });
    const [withDefaults, without] = peaks;
    expect(withDefaults?.late).toBeGreaterThan(300);
    expect(withDefaults?.failed).toBeLessThan(0.001);
    expect(without?.failed).toBeGreaterThan(0.2);
  });
});
