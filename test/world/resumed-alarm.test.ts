import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/host/random.js';
import { SimWorld } from '../../src/world/sim-world.js';
import { MemoryFiles } from '../support/memory-files.js';
import { EAST, MINUTE } from './caller.js';
import { streaming } from './traffic/default-world.js';

function open(files: MemoryFiles, resume: boolean): SimWorld {
  return SimWorld.open({ world: streaming(), seed: 7, randomOf: seededRandom, files, folder: '.kong/world', resume });
}

function call(sim: SimWorld, atMs: number, command: string, input: object): unknown {
  const nowMs = streaming().startsAtMs + atMs;
  return sim.handle({ service: 'CloudWatch', command: `${command}Command`, region: EAST, input, nowMs });
}

function state(sim: SimWorld, atMs: number): string | undefined {
  const answer = call(sim, atMs, 'DescribeAlarms', {}) as { MetricAlarms: { StateValue: string }[] };
  return answer.MetricAlarms[0]?.StateValue;
}

/** Never beyond its threshold, but for a period without a value. */
const SILENT = {
  AlarmName: 'silent',
  Namespace: 'Streaming',
  MetricName: 'LatencyP99',
  Statistic: 'Maximum',
  Period: 10,
  EvaluationPeriods: 12,
  DatapointsToAlarm: 1,
  Threshold: 0,
  ComparisonOperator: 'LessThanThreshold',
  TreatMissingData: 'breaching',
};

describe('an alarm in a world whose process was killed', () => {
  it('sees the metrics of the time before, in the process that goes on', () => {
    const files = new MemoryFiles();
    const killed = open(files, false);
    killed.keep({ file: 'streaming.yaml', overrides: [], seed: 7 });
    call(killed, 0, 'PutMetricAlarm', SILENT);
    expect(state(killed, MINUTE)).toBe('OK');
    const again = open(files, true);
    expect(state(again, 2 * MINUTE)).toBe('OK');
  });
});
