import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';
import { knownFaults } from '../../src/cli/known-faults.js';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import { KongError } from '../../src/model/errors.js';
import { parseSavedPlan, asSaved } from '../../src/plan/saved-plan.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { planJson, planMarkdown, planText } from '../../src/report/plan-text.js';
import { errorText } from '../../src/report/error-text.js';
import { parseWorld } from '../../src/world/world-file.js';
import { MemoryFiles } from '../support/memory-files.js';
import { openBench, planOn, readExperiment } from '../support/sim-drill.js';
import { eachInput } from './mutate.js';

/** No input may take longer, on a machine that others keep busy: processor time. */
const LONGEST_MS = 2_000;
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

const texts = (folder: string): readonly string[] =>
  readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));

const CONFIG = `version: 1
aws:
  accounts: ["123456789012"]
  regions: [us-east-1, us-west-2]
optIn: { key: kong:opt-in, value: "true" }
windows:
  - { days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00", timeZone: America/New_York }
freezes:
  - { from: 2026-11-20, to: 2026-11-30, reason: holidays, timeZone: UTC }
blockingAlarms: [us-east-1/orders-down]
`;

/** What a reader may do with what it is given: take it, or say why not, soon and in plain words. */
function expectAnswer(read: () => void): void {
  const before = process.cpuUsage();
  try {
    read();
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    expect(error.exitCode).toBe(2);
    const shown = errorText(error, { colour: false, verbose: false });
    expect(shown.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
    expect(shown).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(shown.length).toBeLessThan(100_000);
  }
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(LONGEST_MS);
}

describe('a damaged file is valid or refused in plain words, soon, whatever was done to it:', () => {
  it('experiment', async () => {
    const known = { faults: knownFaults() };
    await eachInput('experiment', { sources: texts('experiments'), count: 1_500 }, (text) =>
      expectAnswer(() => {
        const parsed = parseExperiment(text, 'x.yaml', { known });
        if (parsed.ok) return;
        const detail = parsed.problems.map(formatDiagnostic);
        throw new KongError('BAD_EXPERIMENT', 'x.yaml has problems', { detail });
      }),
    );
  });

  it('config', async () => {
    await eachInput('config', { sources: [CONFIG], count: 1_500 }, (text) =>
      expectAnswer(() => {
        const files = new MemoryFiles();
        files.write('of-a-test.yaml', text);
        readConfig('of-a-test.yaml', files);
      }),
    );
  });

  it('world', async () => {
    await eachInput('world', { sources: texts('worlds'), count: 600 }, (text) =>
      expectAnswer(() => void parseWorld(text, 'w.yaml')),
    );
  });

  it('plan', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('kong-us-east-1'));
    const how = { id: 'p1', nowMs: 0, validMs: 1_000, state: '.kong', set: [], world: null };
    const saved = JSON.stringify(asSaved(plan, how), null, 2);
    await eachInput('plan', { sources: [saved], count: 1_000 }, (text) =>
      expectAnswer(() => void parseSavedPlan(text, 'plan.json')),
    );
    // and by one who knows how fingerprints are made
    await eachInput('forged plan', { sources: [saved], count: 1_000 }, (text) =>
      expectAnswer(() => {
        const forged = parseSavedPlan(forge(text), 'plan.json');
        planText(forged, { colour: false, verbose: true });
        planMarkdown(forged);
        planJson(forged);
      }),
    );
  });
});

function forge(text: string): string {
  try {
    const plan: unknown = JSON.parse(text);
    if (typeof plan !== 'object' || plan === null) return text;
    // @ts-expect-error whatever it is by now
    return JSON.stringify({ ...plan, fingerprint: fingerprintOf(plan) });
  } catch {
    return text;
  }
}
