import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent, RunEventBody } from '../../src/model/run.js';
import { byTagJson, byTagText, repairText, type ByTagReport } from '../../src/report/by-tag-text.js';
import { errorText } from '../../src/report/error-text.js';
import { historyText } from '../../src/report/history-text.js';
import { eventLine } from '../../src/report/json.js';
import { createView } from '../../src/report/live.js';
import { planJson, planLine, planMarkdown, planText } from '../../src/report/plan-text.js';
import { resultJson, resultMarkdown, resultText } from '../../src/report/result-text.js';
import { rollbackJson, rollbackText } from '../../src/report/rollback-text.js';
import { statusJson, statusText } from '../../src/report/status-text.js';
import { KongError } from '../../src/model/errors.js';
import { HOSTILE, PASSED, REFUSED, samplePlan, sampleResult, sampleSteps } from '../report/samples.js';

/** Words that mean something to kong: of a closed list, or a time. Every other text of a value is made hostile. */
const CLOSED = new Set([
  'schema',
  'kind',
  'type',
  'outcome',
  'on',
  'op',
  'per',
  'missing',
  'attribute',
  'phase',
  'verdict',
  'direction',
  'at',
  'startedAt',
  'endedAt',
  'createdAt',
  'periodStart',
  'savedAt',
  'expiresAt',
  'state',
  'to',
  '$created',
  'fault',
  'reason',
]);

/** The same value with every name and message in it replaced. */
function poisoned<T>(value: T, poison: string): T {
  // @ts-expect-error the same shape, with other texts
  return replaced(value, poison, '');
}

function replaced(value: unknown, poison: string, key: string): unknown {
  if (typeof value === 'string') return CLOSED.has(key) ? value : `${value}${poison}`;
  if (Array.isArray(value)) return value.map((item) => replaced(item, poison, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, poison, name)]));
}

const at = '2025-06-01T19:00:00.000Z';
const NOTE = {
  attribute: 'asg.minSize',
  resource: 'asg us-east-1/playback',
  before: 'b',
  after: 'a',
  now: 'n',
  note: 'why',
};
const REPORT = {
  run: 'r1',
  experiment: 'chaos',
  restored: 1,
  already: 1,
  conflicts: [NOTE],
  irreversible: [NOTE],
  remaining: [NOTE],
  broken: [{ line: 3, why: 'is not whole' }],
  lost: true,
};
const RESOURCE = { type: 'asg', region: 'us-east-1', id: 'playback', name: 'playback' } as const;
const BY_TAG: ByTagReport = {
  reports: [{ ...REPORT, leftOut: ['left'], suspects: [{ resource: 'asg r/x', what: 'suspended', command: 'aws x' }] }],
  leftAlone: [{ run: 'r2', expiresAt: null }],
  strange: [{ id: 'acl-1', run: 'r3', resource: RESOURCE, foreign: 'why' }],
  unread: [{ region: 'us-east-1', message: 'denied' }],
  regions: ['us-east-1'],
};
const STATUS = {
  run: 'r1',
  experiment: 'e',
  on: 'sim',
  where: 'w',
  startedAt: at,
  heldBy: 'pid 1',
  stillChanged: 1,
  state: 'unfinished',
  lost: true,
} as const;
const EVENTS: readonly RunEventBody[] = [
  {
    type: 'run-started',
    run: 'r1',
    experiment: 'e',
    hypothesis: 'h',
    on: 'sim',
    where: 'w',
    changes: 5,
    slis: [{ id: 'starts', title: 'Starts', unit: 'percent', expect: '>= 99%', breach: '< 97%' }],
  },
  { type: 'gate', name: 'limits', passed: false, message: 'no' },
  { type: 'baseline', sli: 'starts', series: 'us-west-2', mean: 99, points: 3 },
  { type: 'phase', phase: 'method' },
  { type: 'step', index: 1, of: 2, title: 'region-dark' },
  { type: 'changes', direction: 'apply', done: 1, of: 2, title: 'subnets' },
  { type: 'sli', sli: 'starts', series: 'us-west-2', periodStart: at, value: 1, verdict: 'breach' },
  { type: 'warning', message: 'look' },
  { type: 'stopping', reason: { kind: 'breach', sli: 'starts', series: 'us-west-2', value: 1, breach: '< 97%', at } },
  { type: 'restored', restored: 1, conflicts: 1, remaining: 1 },
  { type: 'run-ended', outcome: 'failed', summary: 'all', exitCode: 4 },
];

/** Everything that kong can print about what bears such a name, in colour where it can. */
function outputs(poison: string): ReadonlyMap<string, string> {
  const colour = { colour: true };
  const poison1 = <T>(value: T): T => poisoned(value, poison);
  const gates = [
    PASSED,
    { ...REFUSED, overridable: true, differences: [{ resource: 'r', attribute: 'a', planned: 'p', now: 'n' }] },
  ];
  const leftAlone = [{ what: 'asg x', why: 'tag' }];
  const plan = poison1(samplePlan({ gates, leftAlone, steps: sampleSteps(3) }));
  const error = {
    code: 'REFUSED',
    message: 'no',
    fix: 'do',
    gates: [{ gate: 'g', code: 'REFUSED', message: 'no', fix: 'do' }],
  };
  const rollback = { ...sampleResult().rollback, conflicts: [NOTE], irreversible: [NOTE], remaining: [NOTE] };
  const findings = [{ id: 'cold', evidence: 'e', suggestion: 's' }];
  const result = poison1(
    sampleResult({ error, rollback, findings, overrides: [{ gate: 'g', message: 'm', reason: 'r' }] }),
  );
  const failed = new KongError('REFUSED', `no ${poison}`, { fix: poison, detail: [poison], cause: new Error(poison) });
  return new Map([
    ['plan text', planText(plan, { ...colour, verbose: true })],
    ['narrow plan text', planText(plan, { ...colour, verbose: false, width: 60 })],
    ['plan markdown', planMarkdown(plan)],
    ['plan json', planJson(plan)],
    ['plan line', planLine(plan)],
    ['result text', resultText(result, { ...colour, folder: `f${poison}` })],
    ['result markdown', resultMarkdown(result)],
    ['result json', resultJson(result)],
    ['history', historyText([result], colour)],
    ['status', statusText([poison1(STATUS)], colour)],
    ['status json', statusJson([poison1(STATUS)])],
    ['rollback', rollbackText([poison1(REPORT)], colour)],
    ['rollback json', rollbackJson([poison1(REPORT)])],
    ['by tag', byTagText(poison1(BY_TAG), colour)],
    ['by tag json', byTagJson(poison1(BY_TAG))],
    [
      'repair',
      repairText(
        [
          poison1({
            run: 'r',
            items: [{ attribute: 'asg.minSize', resource: RESOURCE, before: 'x' }],
            made: [{ id: 'i', resource: RESOURCE }],
            stuck: [NOTE],
          }),
        ],
        colour,
      ),
    ],
    ['error', errorText(failed, { ...colour, verbose: false })],
    ['bug', errorText(new Error(poison), { ...colour, verbose: true })],
    ['ndjson', EVENTS.map((event) => eventLine(poison1({ at, ...event }))).join('')],
    ['live', liveOf(EVENTS.map((event) => poison1({ at, ...event })))],
  ]);
}

function liveOf(events: readonly RunEvent[]): string {
  let out = '';
  const stream = { write: (text: string) => (out += text), isTTY: false };
  const view = createView({ stream, colour: true, quiet: false, verbose: true, clock: () => 0 });
  for (const event of events) view.event(event);
  view.close();
  return out;
}

/** kong's own colours. */
const OWN = /\u001b\[\d{1,2}m/g;
const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

function expectHarmless(name: string, output: string): void {
  expect(output.length, name).toBeGreaterThan(10);
  const text = /json|line|markdown/.test(name) ? output : output.replace(OWN, '');
  expect(text.replaceAll('\n', ''), name).not.toMatch(HARMFUL);
  if (name.includes('markdown'))
    expect(text.replace(/<\/?(details|summary)>/g, ''), name).not.toMatch(/<\w|(?<!\\)\]\(/);
}

describe('a name from AWS, a file or a person', () => {
  it.each(HOSTILE)('like %j moves, colours and hides nothing in any output', (poison) => {
    for (const [name, output] of outputs(poison)) expectHarmless(name, output);
  });

  it('adds no line to any text: none can pass for a line of kong', () => {
    const forged = '\nHELD  all is well\r\nrestored\u2028ok\u0085x';
    const lines = (output: string): number => output.split('\n').length;
    const usual = outputs('');
    for (const [name, output] of outputs(forged)) {
      if (!name.startsWith('plan') && !name.startsWith('narrow'))
        expect(lines(output), name).toBeLessThanOrEqual(lines(usual.get(name) ?? '') + 2);
      expect(output, name).not.toMatch(/^HELD {2}all is well/m);
    }
  });

  it('is harmless whatever it is', () => {
    let tried = 0;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (poison) => {
        for (const [name, output] of outputs(poison)) expectHarmless(name, output);
        tried++;
      }),
      { numRuns: 60 },
    );
    console.log(`hostile names tried in every output: ${tried + HOSTILE.length}`);
  });
});
