import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.js';
import { ALL_CASES } from './all-cases.js';
import type { Case, CloudName, CloudUnderTest } from './cloud.js';
import { HELD_TO, KNOWN_DIFFERENCES, type Difference } from './known-differences.js';

/** Where a cloud for one case comes from. */
export interface Opening {
  /** A cloud of its own for each case. */
  open(one: Case): CloudUnderTest;
  /** Why there is no such cloud here: everything is skipped then. */
  readonly missing?: string | undefined;
}

/**
 * Holds a cloud to the contract: every case passes there, but for the differences that the table names, each of which
 * has to show as the table says.
 */
export function holdToContract(name: CloudName, { open, missing }: Opening): void {
  const { areas } = HELD_TO[name];
  describe.skipIf(missing !== undefined)(`the contract, on ${name}`, () => {
    for (const one of ALL_CASES.filter(({ area }) => areas.includes(area))) {
      const known = KNOWN_DIFFERENCES.find(({ clouds, case: id }) => clouds.includes(name) && id === one.id);
      if (known) it(`differs as known: ${one.title}`, () => showsDifference(one, open(one), known));
      else it(one.title, () => one.run(open(one)));
    }
  });
}

/** A case that is known to fail on a cloud fails there, and as it is known to. */
export async function showsDifference(
  one: Case,
  cloud: CloudUnderTest,
  { reason, shows }: Pick<Difference, 'reason' | 'shows'>,
): Promise<void> {
  const failure = await failureOf(one, cloud);
  if (failure === undefined) {
    expect.fail(`${one.id} passes on ${cloud.name} now: take it out of test/contract/known-differences.ts (${reason})`);
  }
  expect(failure, `${one.id} fails on ${cloud.name}, but not as known (${reason})`).toMatch(shows);
}

async function failureOf(one: Case, cloud: CloudUnderTest): Promise<string | undefined> {
  try {
    await one.run(cloud);
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.name : 'Error'}: ${messageOf(error)}`;
  }
}
