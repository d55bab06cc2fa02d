import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownFaults } from '../../src/cli/known-faults.js';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { parseExperiment, type Parsed } from '../../src/experiment/parse.js';
import type { Step } from '../../src/model/experiment.js';

const WHOLE = readFileSync('experiments/kong-us-east-1.yaml', 'utf8');
const HEAD = WHOLE.slice(0, WHOLE.indexOf('method:'));
const known = {
  faults: knownFaults(),
  switches: [
    { name: 'edge-rules', role: 'traffic' as const, values: ['us-east-1', 'us-west-2'] },
    { name: 'percent', role: 'traffic' as const, values: undefined },
    { name: 'dark-mode', role: 'isolation' as const, values: undefined },
  ],
};

/** A method of these steps, after a region went dark. */
function withSteps(...steps: readonly string[]): Parsed {
  const lines = ['fault: region-dark', ...steps].map((step) => `  - ${step}\n`);
  return parseExperiment(`${HEAD}method:\n${lines.join('')}`, 'x.yaml', { known });
}

function methodOf(parsed: Parsed): readonly Step[] {
  if (!parsed.ok) throw new Error(parsed.problems.map(formatDiagnostic).join('\n'));
  return parsed.experiment.method;
}

const SHIFT = 'shift: { steps: [50%, 100%], via: percent }';
const ISOLATE = 'isolate: { via: dark-mode, to: "on" }';

describe('a step that switches something is refused', () => {
  it.each<readonly [readonly string[], string, string]>([
    [['switch: { name: edge-rule, to: x }'], 'kong.yaml has no switch edge-rule', 'did you mean edge-rules?'],
    [['switch: { name: edge-rules, to: us-west-1 }'], `edge-rules can't be "us-west-1"`, 'did you mean us-west-2?'],
    [['switch: { name: edge-rules, to: 5 }'], 'a value is a text', 'put it in quotes'],
    [['isolate: { via: percent, to: "0" }'], 'the role of percent is traffic', 'name a switch whose role is isolation'],
    [['shift: { steps: [100%], via: dark-mode }'], 'the role of dark-mode is isolation', 'role is traffic'],
    [['isolate: rotes'], 'rotes is not routes', 'write routes'],
    [['isolate: { parameter: "/a b", to: x }'], 'is no name of a parameter', 'write /streaming/isolation'],
    [['isolate: { parameter: /a, to: "" }'], 'is empty, and a parameter can not be', ''],
    [['shift: { steps: [100%], values: { 100%: x } }'], 'it goes via no switch', 'add via'],
    [['shift: { steps: [50%, 100%], via: percent, values: { 100%: x } }'], 'nothing is said for 50%', 'add what is'],
    [['shift: { steps: [100%], via: percent, values: { all: x } }'], '"all" is no share', 'write 25%'],
    [[SHIFT, 'shift: { steps: [100%] }'], 'another shift before it moves the traffic in another way', ''],
    [
      [
        'shift: { steps: [100%], via: percent, values: { 100%: x } }',
        'restore: region-dark',
        'return: { steps: [25%, 100%] }',
      ],
      "the shift's values say nothing for 75%",
      'add it to the values of the shift',
    ],
    [
      [SHIFT, 'return: { steps: [100%] }'],
      'traffic comes back while region-dark still holds',
      '- restore: region-dark',
    ],
    [
      ['fault: region-dark'],
      'region-dark is injected already, and was not restored',
      '- restore: region-dark before it',
    ],
    [['restore: edge-rules'], 'edge-rules was not injected before', ''],
    [[ISOLATE, 'restore: isolate'], 'isolate is lifted while region-dark still holds', 'add - restore: region-dark'],
    [
      [SHIFT, ISOLATE, 'restore: region-dark', 'return: { steps: [100%] }'],
      'traffic comes back in full while it is isolated',
      'add - restore: isolate before it',
    ],
  ])('%j', (steps, message, fix) => {
    const parsed = withSteps(...steps);
    const printed = parsed.ok ? [] : parsed.problems.map(formatDiagnostic);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(/^x\.yaml:\d+:\d+/);
    expect(printed[0]).toContain(message);
    expect(printed[0]).toContain(fix);
  });
});

describe('a step that switches something', () => {
  it('names a switch of kong.yaml, or a parameter, and is restored by its name', () => {
    const steps = [
      ISOLATE,
      'switch: { name: edge-rules, to: us-west-2 }',
      'shift: { steps: [100%], via: percent, values: { 100%: none } }',
      'restore: region-dark',
      'restore: isolate',
      'restore: edge-rules',
      'return: { steps: [100%] }',
    ];
    expect(methodOf(withSteps(...steps)).slice(1, 4)).toEqual([
      { kind: 'isolate', by: { kind: 'switch', name: 'dark-mode', to: 'on' } },
      { kind: 'switch', name: 'edge-rules', to: 'us-west-2' },
      {
        kind: 'shift',
        to: 'survivors',
        steps: [1],
        everyMs: 20_000,
        via: { name: 'percent', values: [{ gone: 1, value: 'none' }] },
      },
    ]);
    expect(methodOf(withSteps('isolate: routes'))[1]).toEqual({ kind: 'isolate', by: { kind: 'routes' } });
  });
});
