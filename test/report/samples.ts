import type { AnyChange, AttributeKind } from '../../src/model/change.js';
import type { Experiment, Sli, Threshold } from '../../src/model/experiment.js';
import type { Json } from '../../src/model/json.js';
import type { Gate, Plan, PlannedStep } from '../../src/model/plan.js';
import type { ResourceRef } from '../../src/model/resource.js';
import type { Result } from '../../src/model/run.js';

/** Names as an attacker, or an unlucky colleague, would choose them. */
export const HOSTILE = [
  '\u001b[2J\u001b[31mHELD\u001b[0m',
  'first line\nHELD  everything is fine',
  'a\r\nb\tc',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  'a | b | c',
  '`code` **bold** [link](https://evil.example) @everyone',
  'safe\u202egnp.exe\u202c',
  'zero\u200bwidth\ufeff',
  '\u009b31m C1 \u0007 bell \u0000 nul',
  '\ud800 half a pair',
  '\u{e0041}\u{e0042} tags',
  '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007',
] as const;

const AT_LEAST_99: Threshold = { text: '>= 99%', op: '>=', limit: { kind: 'absolute', value: 99 } };
const BELOW_97: Threshold = { text: '< 97%', op: '<', limit: { kind: 'absolute', value: 97 } };
const NEAR_BASELINE: Threshold = {
  text: '<= baseline + 50ms',
  op: '<=',
  limit: { kind: 'baseline', factor: 1, offset: 50 },
};

/** An SLI; what it is read from does not matter to a report. */
export function sampleSli(names: Pick<Sli, 'id' | 'title' | 'unit'>): Sli {
  return {
    ...names,
    metrics: [],
    expression: { kind: 'number', value: 1 },
    periodMs: 10_000,
    per: 'region',
    region: undefined,
    missing: 'breach',
  };
}

/** A region drill with a shift, like the one in the README. */
export function sampleExperiment(over: Partial<Experiment> = {}): Experiment {
  return {
    name: 'chaos-kong-us-east-1',
    hypothesis: 'Members keep streaming while us-east-1 is dark.',
    owner: 'resilience@example.com',
    blastRadius: {
      scope: { kind: 'region', region: 'us-east-1' },
      survivors: ['us-west-2'],
      select: { tags: {}, groups: [], domains: [] },
      limits: { instances: 200, groups: undefined, share: 1, minHealthy: undefined },
      allowIrreversible: [],
      allowEmpty: false,
    },
    slis: [
      sampleSli({ id: 'stream-starts', title: 'Stream starts that succeed', unit: 'percent' }),
      sampleSli({ id: 'latency-p99', title: 'latency-p99', unit: 'milliseconds' }),
    ],
    steadyState: [
      { sli: 'stream-starts', expect: AT_LEAST_99, settleMs: 180_000 },
      { sli: 'latency-p99', expect: NEAR_BASELINE, settleMs: 180_000 },
    ],
    abort: { missingDataMs: 60_000, when: [{ sli: 'stream-starts', breach: BELOW_97, count: 3, of: 5 }] },
    pollMs: 10_000,
    baselineMs: 300_000,
    objectives: { rtoMs: 180_000, rpoMs: 10_000 },
    rollbackWithinMs: 60_000,
    method: [],
    ...over,
  };
}

let lastId = 0;

/** One reversible change. */
export function change(attribute: AttributeKind, resource: ResourceRef, values: readonly [Json, Json]): AnyChange {
  const [before, after] = values;
  return { kind: 'reversible', id: `c${++lastId}`, attribute, resource, before, after };
}

/** Cuts this many subnets of us-east-1 off. */
export function subnetChanges(count: number): readonly AnyChange[] {
  return Array.from({ length: count }, (_, index) =>
    change('subnet.networkAcl', { type: 'subnet', region: 'us-east-1', id: `subnet-0a${index}`, zone: 'us-east-1a' }, [
      `acl-${index}`,
      { $created: 'deny-vpc-1' },
    ]),
  );
}

const RECORD: ResourceRef = {
  type: 'record',
  region: 'global',
  id: 'Z1/api.example.com./A/use1',
  name: 'api.example.com. use1',
};
const ACL: ResourceRef = { type: 'network-acl', region: 'us-east-1', id: 'deny-vpc-1' };
const GROUP: ResourceRef = { type: 'asg', region: 'us-east-1', id: 'playback' };
const PROCESSES = ['AZRebalance', 'AlarmNotification', 'HealthCheck', 'Launch', 'Terminate'];

/** The steps of the README's drill, over this many subnets. */
export function sampleSteps(subnets = 2): readonly PlannedStep[] {
  const weights = (...values: readonly number[]): PlannedStep['batches'] =>
    values.map((after) => [change('record.weight', RECORD, [50, after])]);
  return [
    {
      step: { kind: 'fault', fault: 'region-dark', params: {} },
      title: 'region-dark',
      batches: [
        [
          change('asg.suspendedProcesses', GROUP, [[], PROCESSES]),
          change('networkAcl.exists', ACL, [null, { vpc: 'vpc-1' }]),
          ...subnetChanges(subnets),
        ],
      ],
    },
    {
      step: { kind: 'shift', to: 'survivors', steps: [0.25, 1], everyMs: 20_000 },
      title: 'shift 25 → 100 % to survivors',
      batches: weights(38, 0),
    },
    { step: { kind: 'hold', forMs: 300_000 }, title: 'hold 5m', batches: [] },
    { step: { kind: 'restore', what: 'region-dark' }, title: 'restore region-dark', batches: [] },
    {
      step: { kind: 'return', steps: [0.5, 1], everyMs: 60_000 },
      title: 'return 50 → 100 %',
      batches: weights(25, 50),
    },
  ];
}

export const PASSED: Gate = {
  name: 'limits.instances',
  passed: true,
  message: '6 instances, limit 200',
  code: 'BLAST_RADIUS_EXCEEDED',
};

export const REFUSED: Gate = {
  name: 'rollback.within',
  passed: false,
  message: 'a rollback takes 90s at worst, limit 60s',
  fix: 'narrow the blast radius, or raise rollback.within',
  code: 'ROLLBACK_TOO_SLOW',
};

/** A plan as `kong plan` makes it. */
export function samplePlan(over: Partial<Plan> = {}): Plan {
  return {
    schema: 'kong/plan/v1',
    experiment: sampleExperiment(),
    on: 'sim',
    where: 'the simulated world streaming',
    endpoint: null,
    account: 'streaming',
    regions: ['us-east-1', 'us-west-2'],
    seed: 1,
    createdAt: '2025-06-01T19:00:00.000Z',
    steps: sampleSteps(),
    blast: {
      instances: 6,
      autoScalingGroups: 1,
      subnets: 2,
      records: 1,
      share: 0.5,
      byGroup: [{ name: 'us-east-1/playback', hit: 6, of: 6 }],
      byZone: [
        { name: 'us-east-1a', hit: 4, of: 4 },
        { name: 'us-east-1b', hit: 2, of: 4 },
      ],
    },
    gates: [PASSED],
    forecast: { writeCalls: 8, undoCalls: 5, methodSeconds: 380, rollbackSeconds: 22 },
    leftAlone: [
      { what: 'asg us-east-1/billing', why: 'has no tag kong=yes' },
      { what: 'record Z1/api.example.com./A/usw2', why: 'answers for us-west-2' },
    ],
    fingerprint: 'd0c5f1a2b3c4d5e6',
    ...over,
  };
}

/** The mission's own drill: cold caches, held all the same. */
export function sampleResult(over: Partial<Result> = {}): Result {
  return {
    schema: 'kong/result/v1',
    run: '20250601T190000Z-ab12',
    experiment: 'chaos-kong-us-east-1',
    hypothesis: 'Members keep streaming while us-east-1 is dark.',
    on: 'sim',
    where: 'the simulated world streaming',
    seed: 1,
    outcome: 'held',
    summary: 'HELD  chaos-kong-us-east-1: the steady state held while us-east-1 was dark (recovered in 2m28s of 3m)',
    exitCode: 0,
    startedAt: '2025-06-01T19:00:00.000Z',
    endedAt: '2025-06-01T19:12:30.000Z',
    phases: [
      { name: 'baseline', startedAt: '2025-06-01T19:00:00.000Z', endedAt: '2025-06-01T19:00:00.400Z' },
      { name: 'method', startedAt: '2025-06-01T19:00:00.400Z', endedAt: '2025-06-01T19:10:00.000Z' },
      { name: 'rollback', startedAt: '2025-06-01T19:10:00.000Z', endedAt: '2025-06-01T19:10:04.000Z' },
    ],
    blastRadius: { instances: 54, autoScalingGroups: 9, subnets: 9, records: 2, share: 0.33 },
    slis: {
      'stream-starts': {
        title: 'Stream starts that succeed',
        unit: 'percent',
        before: 99.5,
        peak: 98.5,
        after: 99.4,
        series: [{ name: 'us-west-2', points: [{ at: '2025-06-01T19:00:00.000Z', value: 99.5 }] }],
      },
      'latency-p99': { title: 'latency-p99', unit: 'milliseconds', before: 150, peak: 280, after: null, series: [] },
    },
    steadyState: [
      { sli: 'stream-starts', expect: '>= 99%', held: true, offSeconds: 50, settleSeconds: 180 },
      { sli: 'latency-p99', expect: '<= baseline + 50ms', held: false, offSeconds: 240, settleSeconds: 180 },
    ],
    objectives: {
      rto: { targetSeconds: 180, achievedSeconds: 148, met: true },
      rpo: { targetSeconds: 10, achievedSeconds: null, met: null },
    },
    abort: null,
    error: null,
    rollback: {
      reason: 'completed',
      startedAt: '2025-06-01T19:10:00.000Z',
      endedAt: '2025-06-01T19:10:04.000Z',
      firstCallAfterBreachMs: null,
      timing: null,
      restored: 31,
      conflicts: [],
      irreversible: [],
      remaining: [],
    },
    findings: [
      {
        id: 'cold-caches',
        evidence: 'the cache hit rate fell from 95 % to 60 %',
        suggestion: 'warm the caches before the shift',
      },
    ],
    awsCalls: { read: 41, write: 62, throttled: 0, byOperation: { DescribeSubnets: 41, StopInstances: 62 } },
    ...over,
  };
}
