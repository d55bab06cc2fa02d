import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config.js';
import { makePlan } from '../../src/cli/make-plan.js';
import type { CommonOptions } from '../../src/cli/options.js';
import { planAgain, savedWorld } from '../../src/cli/saved-plan.js';
import { openSetting, type Setting } from '../../src/cli/settings.js';
import { thisOutside } from '../../src/cli/wire.js';
import type { Experiment } from '../../src/model/experiment.js';
import { refuses, type Gate } from '../../src/model/plan.js';
import { asSaved, parseSavedPlan, type SavedPlan } from '../../src/plan/saved-plan.js';
import { readExperiment } from '../support/sim-drill.js';

const EXPERIMENTS = readdirSync('experiments').map((file) => file.replace(/\.yaml$/, ''));

const options: CommonOptions = {
  on: 'sim',
  state: path.join(mkdtempSync(path.join(tmpdir(), 'kong-saved-')), '.kong'),
  config: 'kong.yaml',
  set: [],
  seed: 1,
  format: 'text',
  color: false,
};
const outside = thisOutside();

/** The simulator of a process that has just begun. */
function setting(): Promise<Setting> {
  return openSetting(options, readConfig(options.config, outside.files), outside);
}

/** The plan of an experiment as it is read back from its file. */
async function saved(experiment: Experiment): Promise<SavedPlan> {
  const opened = await setting();
  const plan = asSaved(await makePlan(experiment, options.seed, opened), {
    id: 'p-1',
    nowMs: outside.wallClock.now(),
    validMs: 3_600_000,
    state: options.state,
    set: options.set,
    world: savedWorld(options, opened),
  });
  return parseSavedPlan(JSON.stringify(plan), 'p.json');
}

/** The gates that refuse a saved plan in another process. */
async function refusing(plan: SavedPlan): Promise<readonly Gate[]> {
  const { gates } = await planAgain({ plan, file: 'p.json' }, await setting(), outside);
  expect(gates.map(({ name }) => name)).toContain('plan.drift');
  return gates.filter(refuses);
}

describe('a saved plan where nothing has changed', () => {
  it.each(EXPERIMENTS)('of %s is drilled', async (name) => {
    expect(await refusing(await saved(readExperiment(name)))).toEqual([]);
  });

  it('keeps what each fault of a method drew, and not what all of them drew together', async () => {
    const [stop, ...others] = readExperiment('monkey-stop', ['blastRadius.limits={share: 100%}']).method;
    if (!stop) throw new Error('no method');
    const experiment = readExperiment('monkey-cpu', ['blastRadius.limits={share: 100%}']);
    const plan = await saved({ ...experiment, method: [...experiment.method, stop, ...others] });
    const drawn = plan.steps.flatMap((step) => (step.drawn === undefined ? [] : [step.drawn]));
    expect(drawn).toHaveLength(2);
    expect(new Set(drawn[0])).not.toEqual(new Set(drawn[1]));
    expect(await refusing(plan)).toEqual([]);
  });
});
