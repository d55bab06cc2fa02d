import { describe, expect, it } from 'vitest';
import { tally } from '../support/tally.js';
import { API_FAULTS, failingFrom, type ApiFault } from './api-faults.js';
import { isItsTurn, strideOr } from './stride.js';
import {
  expectRecovery,
  holdOf,
  isWhole,
  prepare,
  remainingOf,
  stillChanged,
  TRIALS,
  type Prepared,
} from './trials.js';

const NAMES = Object.keys(TRIALS);
/** Those with something to undo, and that come to their hold: the tight one aborts before, and is the same else. */
const UNDONE = NAMES.filter((name) => !/^monkey-(playback|reboot|kill-process)$|^db-failover|-tight$/.test(name));

/** How far apart the writes are at which a fault begins: so that each experiment has three or four. */
function writesApart(name: string): number {
  if (name === 'kong-us-east-1-prewarmed') return strideOr(11);
  if (name.startsWith('kong-')) return strideOr(name === 'kong-us-east-1' ? 5 : 9);
  if (name === 'gorilla-power-us-east-1a') return strideOr(6);
  return strideOr(/^monkey-(?!isolate)/.test(name) ? 2 : 3);
}
const READS_APART = 41;

/** A drill during which AWS begins to fail at one call; false: it has no such call. */
async function failAt(name: string, kind: 'write' | 'read', index: number, fault: ApiFault): Promise<boolean> {
  const where = `${name}, ${kind} ${index}: ${fault.name}`;
  const prepared = await prepare(name);
  const failing = failingFrom(index, kind, fault, prepared.lab.clock);
  const end = await prepared.lab.process(failing.around).drill(prepared.plan);
  if (end === 'dead') throw new Error(`died: ${where}`);
  if (!failing.started()) return false;
  const { result } = end;
  const remaining = remainingOf(result);
  const changed = await stillChanged(prepared);
  if (fault.readable && kind === 'write') expect(remaining, where).toEqual(changed);
  else expect(remaining, where).toEqual(expect.arrayContaining([...changed]));
  expect(result.exitCode === 4, where).toBe(remaining.length > 0);
  expect(result.rollback.conflicts, where).toEqual([]);
  // what is still changed is said by the exit code, before any outcome
  // nor is a call missed by what AWS FIS has ended by itself meanwhile
  const changes = prepared.plan.steps.flatMap((step) => step.batches.flat());
  const endsItself = changes.some(({ attribute }) => attribute === 'fisExperiment.running');
  // and what is not read for the last moments is no gap yet
  const lastedMs = Date.parse(result.endedAt) - failing.startedAtMs();
  const isFelt = fault.lasts && lastedMs >= prepared.plan.experiment.abort.missingDataMs;
  if (isFelt && remaining.length === 0 && !endsItself) expect(result.outcome, where).not.toBe('held');
  if (remaining.length === 0) expect(await isWhole(prepared), where).toBe(true);
  await expectRecovery(prepared, where);
  return true;
}

/** A world in which a process died with everything injected. */
async function deadInTheHold(name: string): Promise<Prepared> {
  const prepared = await prepare(name);
  const own = prepared.lab.process();
  const hold = holdOf(prepared.plan);
  const end = await own.drill(prepared.plan, (event) => {
    if (event.type === 'step' && event.index === hold) own.kill();
  });
  expect(end, name).toBe('dead');
  return prepared;
}

/** A recovery during which AWS begins to fail at one of its writes; false: it has no such write. */
async function failRecovering(name: string, index: number, fault: ApiFault): Promise<boolean> {
  const where = `${name}, write ${index} of the recovery: ${fault.name}`;
  const prepared = await deadInTheHold(name);
  const failing = failingFrom(index, 'write', fault, prepared.lab.clock);
  const reports = await prepared.lab.process(failing.around).recover();
  if (reports === 'dead') throw new Error(`died: ${where}`);
  if (!failing.started()) return false;
  const remaining = reports.flatMap((report) => report.remaining);
  const named = remaining.map(({ attribute, resource }) => `${attribute} ${resource}`).sort();
  const changed = await stillChanged(prepared);
  if (fault.readable) expect(named, where).toEqual(changed);
  else expect(named, where).toEqual(expect.arrayContaining([...changed]));
  await expectRecovery(prepared, where);
  return true;
}

describe.each(API_FAULTS)('AWS, $name,', (fault) => {
  const mine = (name: string): boolean => isItsTurn(name, NAMES.indexOf(name), API_FAULTS.indexOf(fault));

  it.each(NAMES.filter(mine))('at a write of %s, leaves nothing changed that is not listed', async (name) => {
    const every = writesApart(name);
    await tryAll({ what: `${name} at a write`, fault, every }, (index) => failAt(name, 'write', index, fault));
  });

  it.each(NAMES.filter(mine))('at a read of %s, leaves nothing changed that is not listed', async (name) => {
    const every = strideOr(READS_APART);
    await tryAll({ what: `${name} at a read`, fault, every }, (index) => failAt(name, 'read', index, fault));
  });

  it.each(UNDONE.filter(mine))('at a write of the recovery of %s, leaves it to the next one, listed', async (name) => {
    const every = writesApart(name);
    await tryAll({ what: `${name} recovering`, fault, every }, (index) => failRecovering(name, index, fault));
  });
});

interface Sweep {
  readonly what: string;
  readonly fault: ApiFault;
  readonly every: number;
}

async function tryAll({ what, fault, every }: Sweep, fails: (index: number) => Promise<boolean>): Promise<void> {
  let tried = 0;
  for (let index = 1; await fails(index); index += every) tried++;
  expect(tried).toBeGreaterThan(0);
  tally({ figure: 'API faults', what: `${what}: ${fault.name}`, tried, every });
}
