import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/inventory.js';
import type { Plan } from '../../src/model/plan.js';
import { isMutating } from '../../src/aws/operations.js';
import { MemoryFiles } from '../support/memory-files.js';
import {
  drillOn,
  inventoryOf,
  openBench,
  planOn,
  readExperiment,
  recoverOn,
  type Around,
  type Bench,
} from '../support/sim-drill.js';
import { tally } from '../support/tally.js';
import { strideOr } from './stride.js';

/** Never settles: a process that is gone does not answer. */
const DEAD = new Promise<never>(() => undefined);
const EXPERIMENTS = readdirSync('experiments').map((file) => file.replace(/\.yaml$/, ''));
/**
 * With the world on disk, which comes back and lives the time again that it missed. `deaths.test.ts` tries every call
 * on a world that stays: every eighth is enough here.
 */
const EVERY = strideOr(8);

function touchable({ regions, records }: Inventory): unknown {
  return {
    records,
    regions: regions.map(({ region, subnets, groups, balancers, routeTables }) => ({
      region,
      subnets,
      balancers,
      routeTables,
      groups: groups.map(({ name, min, max, suspended }) => ({ name, min, max, suspended })),
    })),
  };
}

/** Lets the process die at its n-th mutating call: before it is sent, or after it took effect and before its answer. */
function dieAt(index: number, when: 'before' | 'after', died: () => void): Around {
  let writes = 0;
  return async (command, answer) => {
    if (writes >= index) return DEAD;
    if (!isMutating(command)) return answer();
    writes++;
    if (writes < index) return answer();
    if (when === 'after') {
      try {
        await answer();
      } catch (error) {
        // a throttled call had no effect to die after; it comes again
        writes--;
        throw error;
      }
    }
    died();
    return DEAD;
  };
}

/** Runs a drill in a process that dies; resolves when it has died, or when the drill came to its end without. */
async function drillAndDie(
  name: string,
  index: number,
  when: 'before' | 'after',
): Promise<{ files: MemoryFiles; died: boolean; before: unknown }> {
  const files = new MemoryFiles();
  let died = false;
  let dead: () => void = () => undefined;
  const death = new Promise<void>((resolve) => {
    dead = resolve;
  });
  let armed: Around = (_command, answer) => answer();
  const bench: Bench = openBench({ files, around: (command, answer) => armed(command, answer) });
  const plan: Plan = await planOn(bench, readExperiment(name));
  const before = touchable(await inventoryOf(bench));
  armed = dieAt(index, when, () => {
    died = true;
    dead();
  });
  await Promise.race([drillOn(bench, plan), death]);
  return { files, died, before };
}

describe('a process that dies at a call', () => {
  it.each(EXPERIMENTS)(
    'leaves %s in a state that kong rollback finishes, and finds nothing to do the second time',
    async (name) => {
      let tried = 0;
      for (const when of ['before', 'after'] as const) {
        for (let index = 1; ; index += EVERY) {
          const { files, died, before } = await drillAndDie(name, index, when);
          if (!died) break;
          tried++;
          const where = `${name}, call ${index}, ${when}`;
          const bench = openBench({ files, resume: true });
          const reports = await recoverOn(bench);
          expect(
            reports.flatMap((report) => report.remaining),
            where,
          ).toEqual([]);
          expect(
            reports.flatMap((report) => report.conflicts),
            where,
          ).toEqual([]);
          expect(touchable(await inventoryOf(bench)), where).toEqual(before);
          expect(await recoverOn(bench), where).toEqual([]);
        }
      }
      expect(tried).toBeGreaterThan(0);
      tally({ figure: 'crash points', what: `${name} with its world`, tried, every: EVERY });
    },
  );
});
