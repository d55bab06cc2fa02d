import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownFaults } from '../../src/cli/known-faults.js';
import { builtinExperiment } from '../../src/experiment/builtin.js';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import type { FaultSpec } from '../../src/experiment/known.js';
import { experimentJsonSchema } from '../../src/experiment/json-schema.js';
import { parseExperiment, type Parsed } from '../../src/experiment/parse.js';
import type { Param } from '../../src/model/param.js';

const force: Param = { kind: 'choice', of: ['yes'], default: 'yes', means: 'a test' };
const faults: readonly FaultSpec[] = [
  { name: 'region-dark', scopes: ['region'], params: {} },
  { name: 'az-blackout', scopes: ['az'], params: {} },
  { name: 'instance-stop', scopes: ['instance', 'az', 'region'], params: {} },
  { name: 'instance-terminate', scopes: ['instance'], params: { force } },
];
const KNOWN = knownFaults();
const VALID = readFileSync('experiments/kong-us-east-1.yaml', 'utf8');
const parse = (text: string, overrides: readonly string[] = []): Parsed =>
  parseExperiment(text, 'x.yaml', { known: { faults }, overrides });

/** `line:column: message` of every problem. */
function problems(text: string, overrides: readonly string[] = []): string[] {
  const parsed = parse(text, overrides);
  return parsed.ok ? [] : parsed.problems.map((one) => `${one.line}:${one.column}: ${one.message}`);
}

function changed(from: string | RegExp, to: string): string {
  const text = VALID.replace(from, to);
  expect(text).not.toBe(VALID);
  return text;
}

describe('an experiment file is refused', () => {
  it.each([
    [
      'a misspelt key',
      'survivors: [us-west-2]',
      'survivours: [us-west-2]',
      '12:3: unknown key survivours',
      'survivors',
    ],
    ['a misspelt top-level key', 'rollback: {', 'rolback: {', 'unknown key rolback', 'rollback'],
    [
      'a wrong unit',
      '<= baseline + 50ms',
      '<= baseline + 50%',
      'unit % does not fit an SLI in milliseconds',
      '<= 200ms',
    ],
    ['an unknown fault', 'fault: region-dark', 'fault: region-drak', 'unknown fault region-drak', 'region-dark'],
    [
      'a fault of another scope',
      'fault: region-dark',
      'fault: az-blackout',
      'az-blackout does not go with scope: region',
      'region-dark',
    ],
    [
      'an unknown SLI',
      '{ sli: error-rate, breach',
      '{ sli: errorrate, breach',
      'no SLI errorrate is defined',
      'error-rate',
    ],
    ['an unknown step', '- hold: 5m', '- hodl: 5m', 'unknown key hodl', 'hold'],
    ['a duration without a unit', 'hold: 5m', 'hold: 5', 'a duration needs a unit', undefined],
    [
      'a ramp that goes back',
      '[25%, 50%, 100%]',
      '[50%, 25%, 100%]',
      'each step has to be above the one before',
      'write them rising: [25%, 50%, 100%]',
    ],
    [
      'a blast radius without a limit',
      'limits: { instances: 200, share: 50% }',
      'limits: {}',
      'a blast radius needs a limit',
      undefined,
    ],
    ['a rule that can never fire', '3 of 5', '5 of 3', 'can never be', '3 of 5'],
    [
      'a metric that the expression does not have',
      '100 * ok / all',
      '100 * okay / all',
      'no metric okay is defined',
      'ok',
    ],
    ['a wrong scope', 'scope: region', 'scope: regio', 'regio is not one of', 'region'],
    ['a period that CloudWatch has not', 'period: 10s', 'period: 11s', 'no period that CloudWatch has', undefined],
    [
      'a restore of what was not broken',
      'restore: region-dark',
      'restore: az-blackout',
      'az-blackout was not injected before',
      undefined,
    ],
  ])('for %s, with its place and the fix', (_what, from, to, message, fix) => {
    const text = changed(from, to);
    const parsed = parse(text);
    if (parsed.ok) throw new Error('was not refused');
    const [first] = parsed.problems;
    const shown = parsed.problems.map(formatDiagnostic).join('\n');
    expect(shown).toContain(message.replace(/^\d+:\d+: /, ''));
    if (fix !== undefined) expect(shown).toContain(fix);
    expect(first?.source).toBe(text.split('\n')[(first?.line ?? 0) - 1]);
  });

  it.each(KNOWN.filter(({ lasting }) => lasting === false).map(({ name }) => name))(
    'for a restore of %s, which leaves nothing to put back, unless it ends what AWS FIS runs',
    (name) => {
      const stop = readFileSync('experiments/monkey-by-fis.yaml', 'utf8');
      const params = { 'instance-kill-process': ', process: nginx' }[name] ?? '';
      const fault = `fault: { name: ${name}${params} }`;
      const byFis = stop.replace('fault: instance-stop', fault).replace('restore: instance-stop', `restore: ${name}`);
      const shown = (text: string): string => {
        const parsed = parseExperiment(text, 'x.yaml', { known: { faults: KNOWN } });
        return parsed.ok ? '' : parsed.problems.map(formatDiagnostic).join('\n');
      };
      const line = byFis.split('\n').findIndex((one) => one.includes('restore:')) + 1;
      const own = shown(byFis.replace('engine: fis', 'engine: kong'));
      expect(own).toContain(`x.yaml:${line}:14: ${name} can't be undone: there is nothing to restore`);
      expect(own).toContain('take the restore away');
      expect(shown(byFis)).not.toContain('nothing to restore');
    },
  );

  it('with all its problems at once, each at its place', () => {
    const text = changed('survivors: [us-west-2]', 'survivours: [us-west-2]').replace('poll: 10s', 'pol: 10s');
    const line = text.split('\n').findIndex((one) => one.startsWith('pol:')) + 1;
    expect(problems(text)).toEqual(
      expect.arrayContaining([`${line}:1: unknown key pol`, expect.stringContaining(':3: unknown key survivours')]),
    );
  });

  it.each([
    ['an alias', 'a: &x [1]\nb: *x\n', 'alias'],
    ['an alias bomb', `a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n`, 'alias'],
    ['a key twice', 'version: 1\nversion: 1\n', 'there twice'],
    ['an unknown tag', 'name: !!js/function "x"\n', 'tag'],
    ['two documents', 'a: 1\n---\nb: 1\n', 'second document'],
    ['deep nesting', `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`, 'nested deeper'],
    ['more than 1 MiB', `a: ${'x'.repeat(1_100_000)}\n`, 'larger than 1 MiB'],
    ['a list at the top', '- a\n- b\n', 'mapping'],
    ['nothing at all', '', 'empty'],
  ])('for %s', (_what, text, message) => {
    expect(problems(text).join('\n')).toContain(message);
  });

  it('without ever throwing, whatever one of its lines is turned into', () => {
    const lines = VALID.split('\n');
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.string({ unit: 'grapheme', maxLength: 60 }), (index, line) => {
        const parsed = parse(lines.map((one, at) => (at === index ? line : one)).join('\n'));
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('--set', () => {
  it('refuses a path that is not there, and names the override', () => {
    expect(problems(VALID, ['metod.2.hold=10s'])).toEqual(['0:0: there is no metod to set']);
  });

  it("reports a wrong value as the override's, not the file's", () => {
    const parsed = parse(VALID, ['poll=10']);
    expect(parsed.ok ? '' : parsed.problems.map(formatDiagnostic).join()).toContain('poll=10');
  });

  it('sets fields and list items', () => {
    const parsed = parse(VALID, ['poll=1s', 'method.2.hold=10s', 'slis.latency-p99.cloudwatch.period=1s']);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.experiment.pollMs).toBe(1_000);
    expect(parsed.experiment.method[2]).toEqual({ kind: 'hold', forMs: 10_000 });
    expect(parsed.experiment.slis.find((sli) => sli.id === 'latency-p99')?.periodMs).toBe(1_000);
  });
});

describe('an experiment file', () => {
  it.each(readdirSync('experiments').filter((name) => name.endsWith('.yaml')))('%s is whole', (name) => {
    const parsed = parseExperiment(readFileSync(`experiments/${name}`, 'utf8'), name, { known: { faults: KNOWN } });
    expect(parsed.ok ? [] : parsed.problems.map(formatDiagnostic)).toEqual([]);
  });

  it('gives shares as ratios and durations in milliseconds', () => {
    const parsed = parse(VALID);
    if (!parsed.ok) throw new Error('refused');
    expect(parsed.experiment.blastRadius.limits.share).toBe(0.5);
    const shift = { kind: 'shift', to: 'survivors', steps: [0.25, 0.5, 1], everyMs: 20_000 };
    expect(parsed.experiment.method[1]).toEqual(shift);
    expect(parsed.experiment.steadyState[3]?.expect.limit).toEqual({ kind: 'baseline', factor: 1, offset: 50 });
  });

  it('is built in for every scope', () => {
    const texts = [
      builtinExperiment({ kind: 'region', region: 'us-west-2', survivors: ['us-east-1'] }),
      builtinExperiment({ kind: 'az', zone: 'us-west-2b' }),
      builtinExperiment({ kind: 'group', region: 'us-west-2', group: 'a "quoted" group' }),
      builtinExperiment({ kind: 'instance', region: 'us-west-2', id: 'i-0123456789abcdef0' }),
    ];
    expect(texts.flatMap((text) => problems(text))).toEqual([]);
  });

  it('has a JSON Schema that is what is committed for editors', () => {
    const committed: unknown = JSON.parse(readFileSync('schema/experiment.json', 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(experimentJsonSchema())));
  });
});
