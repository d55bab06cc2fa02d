import { describe, expect, it } from 'vitest';
import { API_FAULTS, failingFrom, type ApiFault } from './api-faults.js';
import { expectRecovery, isWhole, prepare, remainingOf, stillChanged } from './trials.js';

/** KONG_CRASH_EVERY=5 tries every fifth point. */
const EVERY = process.env.KONG_CRASH_EVERY === undefined ? 1 : Number(process.env.KONG_CRASH_EVERY);

/** How far apart the calls are at which a fault begins. */
const WRITES: readonly (readonly [string, number])[] = [
  ['kong-us-east-1', 3],
  ['kong-us-east-1-tight', 5],
  ['kong-us-east-1-prewarmed', 9],
  ['gorilla-us-east-1a', 2],
  ['monkey-playback', 1],
  ['monkey-stop', 1],
];
const READS: readonly (readonly [string, number])[] = [
  ['kong-us-east-1', 29],
  ['gorilla-us-east-1a', 19],
  ['monkey-stop', 9],
];

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
  if (fault.lasts && remaining.length === 0) expect(result.outcome, where).not.toBe('held');
  if (remaining.length === 0) expect(await isWhole(prepared), where).toBe(true);
  await expectRecovery(prepared, where);
  return true;
}

describe.each(API_FAULTS)('AWS, $name,', (fault) => {
  it.each(WRITES)('at a write of %s, leaves nothing changed that is not listed', async (name, stride) => {
    await tryAll(name, 'write', stride, fault);
  });

  it.each(READS)('at a read of %s, leaves nothing changed that is not listed', async (name, stride) => {
    await tryAll(name, 'read', stride, fault);
  });
});

async function tryAll(name: string, kind: 'write' | 'read', stride: number, fault: ApiFault): Promise<void> {
  let tried = 0;
  for (let index = 1; await failAt(name, kind, index, fault); index += stride * EVERY) tried++;
  console.log(`${name}: ${fault.name} at a ${kind}: tried ${tried}, left broken 0`);
  expect(tried).toBeGreaterThan(0);
}
