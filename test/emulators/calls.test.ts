import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { missingMoto } from './moto.js';
import { startReadingProxy } from './reading-proxy.js';
import { startWireWorld, type WireWorld } from './wire-world.js';

const missing = await missingMoto();

/** One SLI and a hold of two seconds: what is counted is the breaking and the mending. */
const experimentOf = (fault: string): string => `version: 1
name: counted
hypothesis: It costs little to break a zone and to mend it.
owner: tests@example.com
blastRadius:
  scope: az
  az: us-east-1a
  select: { tags: { app: [edge, playback, platform] } }
  limits: { instances: 50, share: 40% }
slis:
  latency:
    title: Latency
    unit: milliseconds
    cloudwatch: { namespace: Streaming, metric: { name: LatencyP99, stat: Maximum }, period: 1s, per: region }
steadyState:
  - { sli: latency, expect: "<= 10000ms", settle: 30s }
abort:
  missingData: 30s
  when:
    - { sli: latency, breach: "> 20000ms", for: 1 of 1 }
poll: 5s
baseline: 10s
rollback: { within: 5m }
method:
  - fault: ${fault}
  - hold: 2s
  - restore: ${fault}
`;

/** Polls go on for as long as a drill lasts: they are what watching costs, and are not counted here. */
const WATCHING = 'GetMetricData';
/** Asked once before anything is broken: who kong is, and what else is going on. */
const ASKING = ['GetCallerIdentity', 'DescribeInstanceRefreshes', 'ListExperiments'];

interface Counted {
  readonly code: number | null;
  readonly byOperation: Readonly<Record<string, number>>;
}

async function drill(world: WireWorld, fault: string): Promise<Counted> {
  const file = path.join(world.home, `${fault}.yaml`);
  writeFileSync(file, experimentOf(fault));
  const exit = await world.kong(['drill', file, '--on', 'aws', '--endpoint-url', world.endpoint, '--format', 'json']);
  const { awsCalls } = JSON.parse(exit.stdout) as { awsCalls: { byOperation: Record<string, number> } };
  return { code: exit.code, byOperation: awsCalls.byOperation };
}

function sum(counted: Counted, but: readonly string[]): number {
  const own = Object.entries(counted.byOperation).filter(([operation]) => !but.includes(operation));
  return own.reduce((total, [, count]) => total + count, 0);
}

/** Eighteen instances in three groups over three zones: six, and one subnet, are in the zone that fails. */
describe.skipIf(missing !== undefined)('the calls of a drill of a zone, over the wire', () => {
  it.each([
    ['az-blackout', 24],
    ['az-power-loss', 35],
  ])('are few: %s costs at most %i, without its gates and what it watches', async (fault, most) => {
    const world = await startWireWorld();
    onTestFinished(() => world.stop());
    const before = await world.snapshot();
    const counted = await drill(world, fault);
    expect(counted.code).toBe(0);
    expect(sum(counted, [WATCHING, ...ASKING]), JSON.stringify(counted.byOperation)).toBeLessThanOrEqual(most);
    // one for each group: AWS has no other way
    const asked = { DescribeInstanceRefreshes: 3, GetCallerIdentity: 1, ListExperiments: 1 };
    expect(counted.byOperation).toMatchObject(asked);
    expect(await world.snapshot()).toEqual(before);
  });

  it('are all told: what a plan says that it called is what arrived', async () => {
    const world = await startWireWorld();
    onTestFinished(() => world.stop());
    const proxy = await startReadingProxy(world.endpoint);
    onTestFinished(() => proxy.stop());
    const file = path.join(world.home, 'counted.yaml');
    writeFileSync(file, experimentOf('az-blackout'));
    const args = ['drill', file, '--on', 'aws', '--endpoint-url', proxy.endpoint, '--format', 'json'];
    const exit = await world.kong([...args, '--set', 'blastRadius.limits.instances=1']);
    expect(exit.code, exit.stderr).toBe(3);
    const { awsCalls } = JSON.parse(exit.stdout) as { awsCalls: { read: number; write: number } };
    expect(awsCalls).toMatchObject({ read: proxy.calls.length, write: 0 });
  });
});
