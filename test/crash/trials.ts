import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import type { Experiment } from '../../src/model/experiment.js';
import type { Result } from '../../src/model/run.js';
import { readExperiment } from '../support/sim-drill.js';
import { createdIds, touchedAttributes } from '../../src/drill/attributes.js';
import { readJournal } from '../../src/drill/read-journal.js';
import { resolved } from '../../src/changes/driver.js';
import { driverOf } from '../../src/changes/registry.js';
import { resourceKey } from '../../src/model/resource.js';
import { JOURNAL, Lab, planIn, RUN, type Process } from './lab.js';
import type { Snapshot } from './snapshot.js';
import type { Plan } from '../../src/model/plan.js';
import type { SimBehaviour } from '../../src/world/aws/behaviour.js';

/** Every experiment of this repository, by its file's name. */
export const TRIALS: Readonly<Record<string, () => Experiment>> = Object.fromEntries(
  readdirSync('experiments')
    .map((file) => file.replace(/\.yaml$/, ''))
    .map((name) => [name, () => readExperiment(name)]),
);

export interface Prepared {
  readonly lab: Lab;
  readonly plan: Plan;
  readonly before: Snapshot;
  /** Which of the world's things are compared: terminated instances are lost on purpose. */
  readonly compare: (snapshot: Snapshot) => Partial<Snapshot>;
}

/** A new world with a plan and what it looked like before. */
export async function prepare(
  name: string,
  behaviour: Partial<SimBehaviour> = {},
  arrange: (lab: Lab) => Promise<void> = () => Promise.resolve(),
): Promise<Prepared> {
  const experiment = TRIALS[name]?.();
  if (!experiment) throw new Error(`no trial ${name}`);
  const lab = new Lab(behaviour);
  await arrange(lab);
  const before = await lab.snapshot();
  const terminates = experiment.blastRadius.allowIrreversible.includes('instance.terminate');
  const compare = ({ instances, reach, ...rest }: Snapshot): Partial<Snapshot> =>
    terminates ? rest : { instances, reach, ...rest };
  return { lab, plan: await planIn(lab, experiment), before, compare };
}

/**
 * The step, from 1, at which everything is injected and nothing is taken back: the last before a restore that only
 * waits.
 */
export function holdOf({ steps }: Plan): number {
  const restore = steps.findIndex(({ step }) => step.kind === 'restore');
  const injected = restore < 0 ? steps : steps.slice(0, restore);
  return injected.findLastIndex(({ step }) => step.kind === 'hold' || step.kind === 'observe') + 1;
}

/** Whether all is as it was before the drill. */
export async function isWhole({ lab, before, compare }: Prepared): Promise<boolean> {
  return JSON.stringify(compare(await lab.snapshot())) === JSON.stringify(compare(before));
}

/** Lets a new process recover until nothing is left to do, and proves that the world is whole. */
export async function expectRecovery(
  prepared: Prepared,
  where: string,
  by: Process = prepared.lab.process(),
): Promise<void> {
  const { lab, before, compare } = prepared;
  const reports = await by.recover();
  if (reports === 'dead') throw new Error(`recovery died: ${where}`);
  expect(reports.flatMap((report) => report.remaining), where).toEqual([]);
  expect(reports.flatMap((report) => report.conflicts), where).toEqual([]);
  expect(compare(await lab.snapshot()), where).toEqual(compare(before));
  expect(await lab.process().recover(), where).toEqual([]);
}

/** The attributes that a result says are still changed. */
export function remainingOf({ rollback }: Result): readonly string[] {
  return rollback.remaining.map(({ attribute, resource }) => `${attribute} ${resource}`).sort();
}

/** Every attribute that a drill touched and that does not read as before now, as results name them. */
export async function stillChanged({ lab }: Prepared): Promise<readonly string[]> {
  const { entries } = readJournal(lab.disk.read(JOURNAL) ?? '');
  const context = { cloud: lab.process().cloud, run: RUN, created: createdIds(entries) };
  await lab.clock.sleep(10_000);
  const changed: string[] = [];
  for (const { attribute, resource, before, ours } of touchedAttributes(entries)) {
    const driver = driverOf(attribute);
    const now = (await driver.readMany([resource], context)).get(resource.id);
    const relation =
      now !== undefined && driver.relate({ before, ours: ours.map((one) => resolved(one, context.created)) }, now);
    if (relation !== 'before') changed.push(`${attribute} ${resourceKey(resource)}`);
  }
  return changed.sort();
}
