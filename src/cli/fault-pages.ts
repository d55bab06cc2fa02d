import { driverOf } from '../changes/registry.js';
import type { Fault } from '../faults/fault.js';
import type { AttributeKind, IrreversibleKind } from '../model/change.js';
import { NEEDS, type PolicyPlace } from '../plan/permissions-drivers.js';
import { LOSS_WORDS, UNDO_WORDS } from '../report/change-rows.js';
import type { FaultAttribute, FaultPage } from '../report/fault-page.js';
import type { ExperimentFile } from './experiment-files.js';

/** Permissions do not depend on where, as far as their names go. */
const ANYWHERE: PolicyPlace = {
  account: '123456789012',
  region: 'us-east-1',
  optIn: { key: 'kong:opt-in', value: 'true' },
  inheriting: new Set(),
};

/**
 * What a fault's drivers know, put together with what the fault says of itself.
 *
 * @param experiments - those from which it gets its examples
 */
export function pageOf(fault: Fault, experiments: readonly Pick<ExperimentFile, 'base' | 'text'>[] = []): FaultPage {
  const { name, title, does, fidelity, scopes, params, attributes, irreversible } = fault;
  return {
    name,
    title,
    does,
    fidelity,
    scopes,
    params,
    attributes: attributes.map(attributeOf),
    irreversible: irreversible.map((kind) => ({ kind, loses: LOSS_WORDS[kind], ...permissionsOf(kind) })),
    cost: costOf(fault),
    examples: experiments.filter(({ text }) => usesFault(text, name)).map(({ base }) => base),
  };
}

/** Whether a step of an experiment's text is the fault: `fault: NAME`, `fault: { name: NAME, … }`. */
function usesFault(text: string, name: string): boolean {
  return new RegExp(String.raw`fault: (\{ name: )?${name}(?![\w-])`).test(text);
}

const CALLS_ARE_FREE = 'AWS charges nothing for these calls.';
const FIS_COST = [
  'AWS FIS charges for each minute of each action, $0.10 and in GovCloud $0.12, by its list price',
  '(https://aws.amazon.com/fis/pricing/); waiting and previews are free. A plan says how much it is at most.',
  'AWS charges nothing for the other calls.',
].join(' ');
const REPLACED = 'What a group launches in place of what is gone is charged like any instance.';

/** By what it sets, and what it ends. */
function costOf({ attributes, irreversible }: Pick<Fault, 'attributes' | 'irreversible'>): string {
  const calls = attributes.includes('fisExperiment.running') ? FIS_COST : CALLS_ARE_FREE;
  return irreversible.includes('instance.terminate') ? `${calls} ${REPLACED}` : calls;
}

function attributeOf(attribute: AttributeKind): FaultAttribute {
  const driver = driverOf(attribute);
  return {
    attribute,
    undo: UNDO_WORDS[attribute],
    ...permissionsOf(attribute),
    calls: [driver.callsFor(1), callsForMany(attribute)],
  };
}

/** A hundred changes that may all share a write, as long as one takes so many. */
function callsForMany(attribute: AttributeKind): number {
  const driver = driverOf(attribute);
  const full = Math.floor(100 / driver.batchSize);
  const rest = 100 % driver.batchSize;
  return full * driver.callsFor(driver.batchSize) + (rest > 0 ? driver.callsFor(rest) : 0);
}

function permissionsOf(kind: AttributeKind | IrreversibleKind): Pick<FaultAttribute, 'reads' | 'writes'> {
  const { reads, writes } = NEEDS[kind];
  const more = writes([], ANYWHERE).flatMap((statement) => statement.Action);
  return {
    reads: [...new Set([...reads, ...more.filter((action) => READS.test(action))])],
    writes: more.filter((action) => !READS.test(action)),
  };
}

/** What is read of just what is changed stands among what changes it. */
const READS = /:(Describe|Get|List)/;
