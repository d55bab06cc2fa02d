import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/host/random.js';
import { SimWorld } from '../../src/world/sim-world.js';
import { MemoryFiles } from '../support/memory-files.js';
import { Caller, EAST, EUROPE, MINUTE, SECOND, WEST } from './caller.js';
import { streaming } from './traffic/default-world.js';

interface Answers {
  readonly RouteTables: readonly { readonly RouteTableId: string; readonly Routes: readonly Route[] }[];
  readonly NetworkAcls: readonly { readonly VpcId: string; readonly Associations: readonly Association[] }[];
  readonly NetworkAcl: { readonly NetworkAclId: string };
}

interface Route {
  readonly DestinationCidrBlock: string;
  readonly VpcPeeringConnectionId?: string;
}

interface Association {
  readonly NetworkAclAssociationId: string;
}

function openWorld(...overrides: readonly string[]): Caller {
  const world = streaming(...overrides);
  const files = new MemoryFiles();
  return new Caller(SimWorld.open({ world, seed: 1, randomOf: seededRandom, files, folder: 'w', resume: false }));
}

/** Takes the routes to another region away, and returns how to put them back. */
function cut(caller: Caller, atMs: number, [region, cidr]: readonly [string, string]): (atMs: number) => void {
  const { RouteTables } = caller.ec2(atMs, 'DescribeRouteTables', {}, region) as Answers;
  const { RouteTableId, Routes } = RouteTables[0] ?? { RouteTableId: '', Routes: [] };
  const route = Routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === cidr);
  const at = { RouteTableId, DestinationCidrBlock: cidr };
  caller.ec2(atMs, 'DeleteRoute', at, region);
  const VpcPeeringConnectionId = route?.VpcPeeringConnectionId;
  return (laterMs) => void caller.ec2(laterMs, 'CreateRoute', { ...at, VpcPeeringConnectionId }, region);
}

/** Puts every subnet of a region behind an ACL that lets nothing through. */
function darken(caller: Caller, atMs: number, region: string): void {
  const { NetworkAcls } = caller.ec2(atMs, 'DescribeNetworkAcls', {}, region) as Answers;
  const [acl] = NetworkAcls;
  const made = caller.ec2(atMs, 'CreateNetworkAcl', { VpcId: acl?.VpcId }, region) as Answers;
  for (const { NetworkAclAssociationId: AssociationId } of acl?.Associations ?? []) {
    const swap = { AssociationId, NetworkAclId: made.NetworkAcl.NetworkAclId };
    caller.ec2(atMs, 'ReplaceNetworkAclAssociation', swap, region);
  }
}

/** The lag of a region behind another at a moment, in seconds, as CloudWatch has it. */
function lagAt(caller: Caller, atMs: number, [region, source]: readonly [string, string]): number | undefined {
  return caller.newest(atMs, region, 'ReplicationLagSeconds', { SourceRegion: source });
}

describe('a link that is cut', () => {
  it('lets the lag of both sides grow by a second each second, and of no other region', () => {
    const caller = openWorld();
    cut(caller, 10 * SECOND, [EAST, '10.2.0.0/16']);
    const pairs = [[EAST, WEST] as const, [WEST, EAST] as const];
    const early = pairs.map((pair) => lagAt(caller, 2 * MINUTE, pair) ?? 0);
    const late = pairs.map((pair) => lagAt(caller, 5 * MINUTE, pair) ?? 0);
    expect(late.map((lag, index) => lag - (early[index] ?? 0))).toEqual([180, 180]);
    expect(lagAt(caller, 5 * MINUTE, [EUROPE, EAST])).toBe(1.5);
    expect(lagAt(caller, 5 * MINUTE, [WEST, EUROPE])).toBe(1.5);
  });

  it('catches up twenty times as fast as it fell behind', () => {
    const caller = openWorld();
    const heal = cut(caller, 10 * SECOND, [WEST, '10.1.0.0/16']);
    expect(lagAt(caller, 4 * MINUTE, [WEST, EAST])).toBeGreaterThan(200);
    heal(4 * MINUTE);
    expect(lagAt(caller, 4 * MINUTE + 30 * SECOND, [WEST, EAST])).toBe(1.5);
  });

  it('lets members go on being served, each by the region that they had', () => {
    const caller = openWorld();
    cut(caller, 10 * SECOND, [EAST, '10.2.0.0/16']);
    const starts = caller.newest(3 * MINUTE, WEST, 'StreamStartSuccess', { Scope: 'global' }) ?? 0;
    const all = caller.newest(3 * MINUTE, WEST, 'StreamStarts', { Scope: 'global' }) ?? 0;
    expect((100 * starts) / all).toBeGreaterThan(99.3);
  });

  it('is missed only where the world file has one', () => {
    const caller = openWorld('links=[{ between: [us-east-1, eu-west-1], lag: 5s }]');
    expect(lagAt(caller, MINUTE, [EUROPE, EAST])).toBe(5);
    expect(lagAt(caller, MINUTE, [WEST, EAST])).toBeUndefined();
  });
});

describe('a region that goes dark', () => {
  it('cuts no link of those that survive', () => {
    const caller = openWorld();
    darken(caller, 10 * SECOND, EAST);
    expect(lagAt(caller, 4 * MINUTE, [WEST, EUROPE])).toBe(1.5);
    expect(lagAt(caller, 4 * MINUTE, [EUROPE, WEST])).toBe(1.5);
    expect(lagAt(caller, 4 * MINUTE, [WEST, EAST])).toBeGreaterThan(200);
  });
});
