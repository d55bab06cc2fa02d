import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import { LivingWorld } from '../../../src/world/living-world.js';
import type { MetricBatch } from '../../../src/world/ports.js';
import { EAST, MINUTE, SECOND } from '../caller.js';
import { streaming } from '../traffic/default-world.js';
import { between, mean, percentOf, series, type Point } from '../traffic/series.js';

interface Lived {
  readonly batches: readonly MetricBatch[];
  readonly startMs: number;
}

/** Five minutes of the default world; after the first, a document runs on the edge of the east for two. */
function livedWith(document: string | undefined, parameters: Readonly<Record<string, string>> = {}, share = 1): Lived {
  const world = { ...streaming(), historyMs: 0 };
  const batches: MetricBatch[] = [];
  const aws = new SimAws({ world, seed: 1, random: seededRandom(1), behaviour: { throttle: {} } });
  const metrics = { publish: (batch: MetricBatch): void => void batches.push(batch) };
  const living = new LivingWorld(aws, { world, seed: 1, randomOf: seededRandom }, world.startsAtMs, metrics);
  const startMs = world.startsAtMs + MINUTE;
  living.advanceTo(startMs);
  if (document !== undefined) {
    const given = Object.entries({ DurationSeconds: '120', ...parameters }).map(([key, value]) => [key, [value]]);
    const input = {
      DocumentName: document,
      Parameters: Object.fromEntries(given) as Record<string, string[]>,
      InstanceIds: edge(aws, startMs).filter((_, i, all) => i < all.length * share),
    };
    aws.handle({ service: 'SSM', command: 'SendCommandCommand', region: EAST, input, nowMs: startMs });
  }
  living.advanceTo(startMs + 4 * MINUTE);
  return { batches, startMs };
}

function edge(aws: SimAws, nowMs: number): readonly string[] {
  const input = { Filters: [{ Key: 'tag:Name', Values: ['edge'] }], MaxResults: 50 };
  const call = { service: 'SSM', command: 'DescribeInstanceInformationCommand', region: EAST, input, nowMs } as const;
  const { InstanceInformationList } = aws.handle(call) as { InstanceInformationList: { InstanceId: string }[] };
  return InstanceInformationList.map(({ InstanceId }) => InstanceId);
}

const cpu = ({ batches }: Lived): readonly Point[] =>
  series(batches, { region: EAST, name: 'CPUUtilization', dimensions: { AutoScalingGroupName: 'edge' } });
const p99 = ({ batches }: Lived): readonly Point[] => series(batches, { region: EAST, name: 'LatencyP99' });
const p50 = ({ batches }: Lived): readonly Point[] => series(batches, { region: EAST, name: 'LatencyP50' });
const errors = ({ batches }: Lived): readonly Point[] =>
  percentOf(batches, { region: EAST, dimensions: { Tier: 'edge' } }, ['RequestsFailed', 'Requests']);

/** Its mean while the document ran, and after. */
function during(points: readonly Point[], { startMs }: Lived): number {
  return mean(between(points, startMs + 20 * SECOND, startMs + 110 * SECOND));
}
function after(points: readonly Point[], { startMs }: Lived): number {
  return mean(between(points, startMs + 3 * MINUTE, startMs + 4 * MINUTE));
}

const calm = livedWith(undefined);

describe('traffic over instances on which a document runs', () => {
  it('finds their CPUs busy, and its group grow, which leaves them the calmer when it is over', () => {
    const stressed = livedWith('AWSFIS-Run-CPU-Stress', { LoadPercent: '40' });
    expect(during(cpu(stressed), stressed) - during(cpu(calm), calm)).toBeGreaterThan(15);
    expect(after(cpu(stressed), stressed)).toBeLessThan(after(cpu(calm), calm));
  });

  it('waits where packets leave later, and not any more when it is over', () => {
    const slowed = livedWith('AWSFIS-Run-Network-Latency', { DelayMilliseconds: '300' });
    expect(during(p50(slowed), slowed) - during(p50(calm), calm)).toBeCloseTo(300, -1);
    expect(after(p99(slowed), slowed) / after(p99(calm), calm)).toBeCloseTo(1, 1);
  });

  it('waits in its tail alone where one instance in six is slow', () => {
    const slowed = livedWith('AWSFIS-Run-Network-Latency', { DelayMilliseconds: '300' }, 1 / 6);
    expect(during(p99(slowed), slowed) - during(p99(calm), calm)).toBeGreaterThan(200);
    expect(during(p50(slowed), slowed) - during(p50(calm), calm)).toBeLessThan(20);
  });

  it('waits for packets that are sent again, and loses requests where too many are lost', () => {
    const few = livedWith('AWSFIS-Run-Network-Packet-Loss', { LossPercent: '5' });
    const many = livedWith('AWSFIS-Run-Network-Packet-Loss', { LossPercent: '60' });
    expect(during(p99(few), few) - during(p99(calm), calm)).toBeGreaterThan(100);
    expect(during(errors(few), few)).toBeLessThan(0.1);
    expect(during(errors(many), many)).toBeGreaterThan(2);
  });

  it('waits where it goes to two zones of three, and packets there leave later', () => {
    const Sources = '10.1.16.0/20,10.1.32.0/20';
    const slowed = livedWith('AWSFIS-Run-Network-Latency-Sources', { DelayMilliseconds: '300', Sources });
    const all = livedWith('AWSFIS-Run-Network-Latency-Sources', { DelayMilliseconds: '300', Sources: '0.0.0.0/0' });
    const away = { DelayMilliseconds: '300', Sources: 'db.internal' };
    const nobody = livedWith('AWSFIS-Run-Network-Latency-Sources', away);
    expect(during(p50(all), all) - during(p50(calm), calm)).toBeCloseTo(300, -1);
    expect(during(p50(slowed), slowed)).toBeLessThan(during(p50(all), all));
    expect(during(p99(slowed), slowed) - during(p99(calm), calm)).toBeGreaterThan(200);
    expect(p99(nobody)).toEqual(p99(calm));
  });

  it('loses requests where packets to all are lost, and none where they are lost to nobody', () => {
    const many = livedWith('AWSFIS-Run-Network-Packet-Loss-Sources', { LossPercent: '60', Sources: 'ALL' });
    const none = livedWith('AWSFIS-Run-Network-Packet-Loss-Sources', { LossPercent: '60', Sources: '192.168.0.1' });
    expect(during(errors(many), many)).toBeGreaterThan(2);
    expect(errors(none)).toEqual(errors(calm));
  });

  it('feels nothing of a disk that is almost full, and fails on one that is', () => {
    const filled = livedWith('AWSFIS-Run-Disk-Fill');
    expect(p99(filled)).toEqual(p99(calm));
    expect(errors(filled)).toEqual(errors(calm));
    const full = livedWith('AWSFIS-Run-Disk-Fill', { Percent: '100' }, 1 / 6);
    expect(during(errors(full), full)).toBeGreaterThan(1);
    expect(after(errors(full), full)).toBeLessThan(0.1);
  });
});
