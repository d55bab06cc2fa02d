import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isMutating } from '../../src/aws/operations.js';
import { runWatched } from './watched-clients.js';

const EXPERIMENTS = readdirSync('experiments').map((file) => `experiments/${file}`);
/** What looks at one experiment, and what looks at all. */
const ABOUT_ONE = ['plan', 'validate', 'doctor', 'policy'] as const;
const ABOUT_ALL = ['status', 'history', 'faults', 'doctor', 'schema', 'world show'] as const;

function newState(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kong-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return path.join(folder, '.kong');
}

describe('what only looks', () => {
  it('is watched by clients that catch a drill at its first change, before the guard is asked', async () => {
    const { code, sent } = await runWatched(['drill', 'experiments/kong-us-east-1.yaml', '--state', newState()]);
    expect(sent.filter(isMutating)).not.toEqual([]);
    expect(code).not.toBe(0);
  });

  it.each(EXPERIMENTS)('sends no mutating call for %s: plan, validate, doctor and policy', async (file) => {
    const state = newState();
    for (const command of ABOUT_ONE) {
      const { code, sent, stdout, stderr } = await runWatched([command, file, '--state', state, '--format', 'json']);
      expect({ command, stderr, mutating: sent.filter(isMutating) }).toMatchObject({ command, mutating: [] });
      expect(code, `${command} ${stderr}`).toBe(0);
      expect(stdout).toMatch(/^\{/);
      if (command !== 'validate') expect(sent.length).toBeGreaterThan(5);
    }
  });

  it.each(ABOUT_ALL)('sends no mutating call for kong %s', async (command) => {
    const { code, sent, stdout } = await runWatched([...command.split(' '), '--state', newState()]);
    expect(sent.filter(isMutating)).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).not.toBe('');
  });

  it('sends no mutating call for a report of a run, or a saved plan', async () => {
    const state = newState();
    const plan = path.join(path.dirname(state), 'plan.json');
    const saved = await runWatched(['plan', 'us-east-1a', '--state', state, '--out', plan]);
    const again = await runWatched(['plan', plan, '--state', state]);
    const policy = await runWatched(['policy', plan, '--state', state]);
    const report = await runWatched(['report', '--state', state]);
    expect([saved, again, policy, report].flatMap(({ sent }) => sent.filter(isMutating))).toEqual([]);
    expect([saved.code, again.code, policy.code]).toEqual([0, 0, 0]);
  });
});
