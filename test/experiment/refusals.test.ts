import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { parseExperiment, type Parsed } from '../../src/experiment/parse.js';
import { FAULTS } from '../../src/faults/registry.js';

const known = { faults: FAULTS.map(({ name, scopes, params }) => ({ name, scopes, params })) };
const VALID = readFileSync('experiments/kong-us-east-1.yaml', 'utf8');
const parse = (text: string, overrides: readonly string[] = []): Parsed =>
  parseExperiment(text, 'x.yaml', { known, overrides });

function printed(parsed: Parsed): readonly string[] {
  return parsed.ok ? [] : parsed.problems.map(formatDiagnostic);
}

/** The file with one text replaced, and the place of a part of what replaced it. */
function broken(from: string, to: string, wrong: string): { readonly text: string; readonly place: string } {
  expect(VALID.split(from).length).toBeGreaterThan(1);
  const text = VALID.replace(from, () => to);
  const at = VALID.indexOf(from) + to.indexOf(wrong);
  const before = text.slice(0, at).split('\n');
  return { text, place: `x.yaml:${before.length}:${(before.at(-1) ?? '').length + 1}` };
}

describe('a mistake is shown at its exact place, with the way out', () => {
  it.each([
    ['version: 1', 'version: 2', '2', '2 is not 1', 'write 1'],
    ['unit: percent', 'unit: percents', 'percents', 'percents is not one of', 'did you mean percent?'],
    ['stat: Sum', 'stat: sum', 'sum', 'sum is no statistic', 'did you mean Sum?'],
    ['100 * ok / all', '100 * okk / all', 'okk', 'no metric okk is defined', 'did you mean ok?'],
    ['100 * ok / all', '100 * ok / / all', '/ all', 'unexpected / in the expression', 'there are + - * / ( )'],
    ['100 * ok / all', 'ok-all2', 'all2', 'no metric all2 is defined', 'did you mean all?'],
    ['hold: 5m', 'hold: 5', '5', 'a duration needs a unit: 10s', ''],
    ['hold: 5m', 'hold: 400d', '400d', '"400d" is longer than a day', ''],
    ['hold: 5m', `hold: ${'9'.repeat(400)}s`, '9', 'is longer than a day', ''],
    ['period: 10s', 'period: 7s', '7s', '7s is no period that CloudWatch has', 'write 1s, 5s'],
    [
      'per: global',
      'per: global\n      region: us-east-1',
      'us-east-1',
      "us-east-1 goes dark: a global SLI can't be read there",
      'name a survivor',
    ],
    [
      'period: 10s, per: region',
      'period: 10s, region: us-west-2',
      'us-west-2',
      'region goes with per: global only',
      'take it away',
    ],
    [
      'to: survivors',
      'to: [us-east-1]',
      '[us-east-1]',
      'us-east-1 goes dark: no traffic can go there',
      'name the survivors',
    ],
    [
      'fault: region-dark',
      'fault: { name: region-dark, force: true }',
      'force',
      'region-dark has no parameter force',
      'it takes none',
    ],
    ['fault: region-dark', 'fault: { nam: region-dark }', 'fault', 'name is missing', 'add name'],
    [
      'limits: { instances: 200, share: 50% }',
      'limits: { minHealthy: 1 }',
      '{',
      'a blast radius needs a limit',
      'add limits: { instances: … }',
    ],
    ['owner: resilience@example.com', 'owner: 12', '12', 'owner has to be a text, not 12', 'put it in quotes: "12"'],
    [
      'expect: ">= 99%"',
      'expect: >= 99%',
      '>=',
      'plain value cannot start with block scalar indicator >',
      'needs quotes: ">= 99%"',
    ],
  ])('%j as %j', (from, to, wrong, message, fix) => {
    const { text, place } = broken(from, to, wrong);
    const found = printed(parse(text)).filter((one) => one.includes(message));
    expect(found, printed(parse(text)).join('\n')).toHaveLength(1);
    expect(found[0]).toContain(`${place}: `);
    expect(found[0]).toContain(fix);
  });

  it('says what is missing, not that undefined is wrong', () => {
    const shown = printed(parse(VALID.replace('version: 1\n', '').replace('  scope: region\n', ''))).join('\n');
    expect(shown).toContain('version is missing');
    expect(shown).toContain('scope is missing');
    expect(shown).not.toContain('undefined');
  });

  it('says how to stop a drill that has no abort rule', () => {
    const without = VALID.replace(/^abort:[\s\S]*?\n\n/m, '');
    expect(printed(parse(without)).join()).toContain('kong runs no drill that nothing can stop');
    expect(printed(parse(VALID.replace(/ {2}when:\n( {4}- .*\n)+/, '  when: []\n'))).join()).toContain(
      'kong runs no drill that nothing can stop',
    );
  });

  it('refuses a shift where no region goes dark', () => {
    const zone = VALID.replace('scope: region\n  region: us-east-1', 'scope: az\n  az: us-east-1a').replaceAll(
      'region-dark',
      'az-blackout',
    );
    expect(printed(parse(zone)).join()).toContain('a shift moves traffic out of a region, and the scope is az');
  });
});

describe('tiers of a shift', () => {
  const SHIFT = 'shift: { to: survivors, ';
  const TIERS: readonly (readonly [string, string, string])[] = [
    ['[[a.example], [A.example.]]', 'a.example is in tier 1 already', 'A.example.'],
    ['[[a.example, a.example]]', 'a.example is in tier 1 already', ' a.example]'],
    ['[rest, [rest]]', 'rest is in tier 1 already', '[rest]'],
    ['[[]]', 'has no names', '[]'],
  ];

  it.each(TIERS)('%s is refused at its place', (tiers, message, wrong) => {
    const { text, place } = broken(SHIFT, `${SHIFT}tiers: ${tiers}, `, wrong);
    const found = printed(parse(text)).filter((one) => one.includes(message));
    expect(found, printed(parse(text)).join('\n')).toHaveLength(1);
    expect(found[0]).toContain(place.replace(/:\d+$/, ''));
  });

  it('refuses a name that the selection does not move, with the nearest', () => {
    const text = VALID.replace(SHIFT, `${SHIFT}tiers: [[apl.example]], `).replace(
      'select: {',
      'select: { domains: [api.example],',
    );
    const shown = printed(parse(text)).join();
    expect(shown).toContain('apl.example is not in blastRadius.select.domains');
    expect(shown).toContain('did you mean api.example?');
  });

  it('move last what is in none, and come back the other way round', () => {
    const parsed = parse(VALID.replace(SHIFT, `${SHIFT}tiers: ["*.Edge.example.", [a.example]], `));
    if (!parsed.ok) throw new Error(printed(parsed).join());
    const tiers = parsed.experiment.method.flatMap((step) => ('tiers' in step ? [step.tiers] : []));
    const there = [['\\052.edge.example'], ['a.example'], ['rest']];
    expect(tiers).toEqual([there, there.toReversed()]);
  });
});

describe('all mistakes of a file', () => {
  const many = VALID.replace('hold: 5m', 'hodl: 5m')
    .replace('sli: stream-starts, expect', 'sli: stream-start, expect')
    .replace('fault: region-dark', 'fault: region-drak')
    .replace('<= baseline + 50ms', '<= baseline + 50%')
    .replace('100 * failed / all', '100 * faild / all');

  it('are reported together, those of parts and those between parts, in the order of lines', () => {
    const parsed = parse(many);
    const found = parsed.ok ? [] : parsed.problems;
    expect(found.map((one) => one.message)).toEqual([
      'no metric faild is defined',
      'no SLI stream-start is defined: this can never fire',
      'unit % does not fit an SLI in milliseconds: "<= baseline + 50%"',
      'unknown fault region-drak',
      'unknown key hodl',
    ]);
    expect(found.map((one) => one.line)).toEqual(found.map((one) => one.line).toSorted((a, b) => a - b));
  });

  it('leave out what only follows from a part that could not be read', () => {
    const parsed = parse(VALID.replace('unit: milliseconds', 'unit: millis'));
    expect(parsed.ok ? [] : parsed.problems.map((one) => one.line)).toHaveLength(1);
    expect(printed(parse(VALID.replace('- fault: region-dark', '- fualt: region-dark')))).toHaveLength(1);
  });

  it('never make the parser throw, whatever subtree stands anywhere', () => {
    const paths = [
      'version',
      'name',
      'blastRadius',
      'blastRadius.limits',
      'blastRadius.survivors',
      'slis',
      'slis.stream-starts',
      'slis.stream-starts.cloudwatch',
      'steadyState',
      'steadyState.0',
      'abort',
      'abort.when',
      'poll',
      'method',
      'method.0',
      'method.0.fault',
    ];
    const values = [
      'null',
      '1',
      '.inf',
      'x',
      '[]',
      '{}',
      '[[]]',
      '[null]',
      '{ a: 1 }',
      '{ name: 1 }',
      '[{}]',
      '{ constructor: 1 }',
      '"\\u0000"',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.constantFrom(...values), (path, value) => {
        const parsed = parse(VALID, [`${path}=${value}`]);
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('--set', () => {
  it.each([
    ['poll=10', '--set poll=10: a duration needs a unit: 10s, 1m30s, 2h'],
    ['pol=1s', '--set pol=1s: unknown key pol\n    fix: did you mean poll?'],
    [
      'slis.latencyp99.cloudwatch.period=1s',
      expect.stringMatching(/: there is no slis\.latencyp99 to set\n {4}fix: did you mean latency-p99\?$/),
    ],
    [
      'method.99.hold=1s',
      '--set method.99.hold=1s: there is no method.99 to set\n    fix: items are numbered from 0 to 4',
    ],
    ['method.2.hold.x=1', '--set method.2.hold.x=1: there is no method.2.hold.x to set'],
    ['__proto__.x=1', expect.stringContaining('--set __proto__.x=1: there is no __proto__ to set')],
    ['poll=!!js/function x', '--set poll=!!js/function x: tag tag:yaml.org,2002:js/function is not allowed'],
    ['poll', '--set poll: is no KEY=VALUE\n    fix: write a path, = and a value: --set poll=1s'],
    ['steadyState.0.sli=nope', expect.stringContaining('--set steadyState.0.sli=nope: no SLI nope is defined')],
  ])('%s is refused by name', (override, shown) => {
    expect(printed(parse(VALID, [override]))).toEqual([shown]);
  });

  it('reports every override that is wrong', () => {
    expect(printed(parse(VALID, ['metod.1=x', 'method.99.hold=1s']))).toHaveLength(2);
  });

  it("leaves everything else as it was, in the file's data too", () => {
    const [plain, set] = [parse(VALID), parse(VALID, ['poll=1s'])];
    if (!plain.ok || !set.ok) throw new Error('refused');
    expect(set.experiment).toEqual({ ...plain.experiment, pollMs: 1_000 });
  });

  it('takes a threshold as it is, and brings back sections that were left out', () => {
    const parsed = parse(VALID.replace(/^objectives:.*\n/m, ''), [
      'steadyState.0.expect=>= 98%',
      'abort.when.0.breach=< 90%',
      'objectives.rto=2m',
    ]);
    if (!parsed.ok) throw new Error(printed(parsed).join('\n'));
    expect(parsed.experiment.steadyState[0]?.expect.text).toBe('>= 98%');
    expect(parsed.experiment.abort.when[0]?.breach.text).toBe('< 90%');
    expect(parsed.experiment.objectives.rtoMs).toBe(120_000);
  });

  it('lets the last one win', () => {
    const parsed = parse(VALID, ['poll=2s', 'poll=3s']);
    expect(parsed.ok && parsed.experiment.pollMs).toBe(3_000);
    expect(printed(parse(VALID, ['poll=2s', 'poll=3']))[0]).toMatch(/^--set poll=3:/);
  });
});
