import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../src/experiment/parse.js';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { FAULTS } from '../../src/faults/registry.js';
import { prewarmNotes } from '../../src/plan/prewarm.js';
import { planOn, openBench, readExperiment } from '../support/sim-drill.js';

const FILE = 'experiments/kong-us-east-1-prewarmed.yaml';

/** What is said of the shipped experiment with other steps. */
function problemsOf(method: string): string {
  const head = readFileSync(FILE, 'utf8').split('method:')[0] ?? '';
  const faults = FAULTS.map(({ name, scopes, params }) => ({ name, scopes, params }));
  const parsed = parseExperiment(`${head}method:\n${method}`, 'p.yaml', { known: { faults } });
  return parsed.ok ? '' : parsed.problems.map(formatDiagnostic).join('\n');
}

describe('a prewarm', () => {
  it('is refused after all traffic was shifted, with its place', () => {
    const shift = '  - shift: { to: survivors, steps: [50%, 100%] }\n';
    const problems = problemsOf(`  - fault: region-dark\n${shift}  - prewarm: { capacity: 150% }\n`);
    expect(problems).toMatch(/^p\.yaml:\d+:\d+: .*all traffic was shifted before it/m);
    expect(problems).toContain('move the prewarm before the shift');
  });

  it('may come between two steps of a shift', () => {
    const [half, whole] = ['50%', '100%'].map((step) => `  - shift: { to: survivors, steps: [${step}] }\n`);
    expect(problemsOf(`  - fault: region-dark\n${half}  - prewarm: { capacity: 150% }\n${whole}`)).toBe('');
  });

  it('says in the plan which group it takes to its maximum only', async () => {
    const plan = await planOn(
      openBench(),
      readExperiment('kong-us-east-1-prewarmed', ['method.0.prewarm.capacity=400%']),
    );
    expect(plan.notes).toContain(
      'us-west-2/edge is prewarmed to its maximum, 300 % (18 instances), where 400 % are asked for',
    );
    const fitting = await planOn(openBench(), readExperiment('kong-us-east-1-prewarmed'));
    expect(fitting.notes ?? []).toEqual([]);
  });

  it('says which group it can not take anywhere', () => {
    const group = { name: 'edge', min: 6, desired: 6, max: 6, members: [], suspended: [], subnets: [] };
    expect(prewarmNotes({ region: 'us-west-2', groups: [group] }, 1.5)).toEqual([
      'us-west-2/edge is prewarmed not at all, it is at its maximum (6 instances), where 150 % are asked for',
    ]);
  });
});
