import { expect } from 'vitest';
import { recoverByTags, type TagReport } from '../../src/drill/by-tag.js';
import { repairOf } from '../../src/drill/by-tag-repair.js';
import { findTaggedRuns, type TagSearch } from '../../src/drill/by-tag-search.js';
import type { Lab, Process } from './lab.js';
import { prepare, type Prepared } from './trials.js';

const STATE = '.kong';
const REGIONS = ['us-east-1', 'us-west-2'];

/** A drill that dies before its nth write, or its nth such command, or when it is over; then its files are lost. */
export async function leftBehind({ lab, plan }: Prepared, nth: number, only?: string): Promise<'dead' | 'ended'> {
  let writes = 0;
  const own: Process = lab.process((call, answer) => {
    if (call.write && (only ?? call.command) === call.command && ++writes === nth) {
      own.kill();
      return new Promise<never>(() => undefined);
    }
    return answer();
  });
  const end = await own.drill(plan);
  lab.disk.remove(`${STATE}/runs`);
  lab.disk.remove(`${STATE}/locks`);
  return end === 'dead' ? 'dead' : 'ended';
}

/** What a search for tags finds in a world. */
export function search(lab: Lab): Promise<TagSearch> {
  return findTaggedRuns(REGIONS, lab.process().cloud);
}

/** What `kong rollback --by-tag` does with every run that it finds. */
export async function byTags(lab: Lab, { cloud } = lab.process()): Promise<readonly TagReport[]> {
  const { clock, disk: files } = lab;
  const begin = { on: 'sim', where: 'a test', endpoint: null, account: lab.world.account, regions: REGIONS } as const;
  const reports: TagReport[] = [];
  for (const found of (await search(lab)).runs) {
    const request = { state: STATE, cloud, clock, files, emit: () => undefined, begin };
    reports.push(await recoverByTags(await repairOf(found, cloud), request));
  }
  return reports;
}

/**
 * Lets a drill die before each of its writes but the first, or before every so many, and loses its files: by its tags
 * the world is whole again each time.
 *
 * @returns how often it died
 */
export async function expectWholeByTags(
  name: string,
  { every, from = 2 }: { readonly every: number; readonly from?: number },
): Promise<number> {
  let tried = 0;
  for (let nth = from; ; nth += every) {
    const prepared = await prepare(name);
    const end = await leftBehind(prepared, nth);
    const reports = await byTags(prepared.lab);
    const where = `${name} died before write ${nth}`;
    const troubles = reports.flatMap(({ remaining, conflicts, leftOut }) => [...remaining, ...conflicts, ...leftOut]);
    expect(troubles, where).toEqual([]);
    expect(prepared.compare(await prepared.lab.snapshot()), where).toEqual(prepared.compare(prepared.before));
    expect((await search(prepared.lab)).runs, where).toEqual([]);
    if (end === 'ended') return tried;
    expect(reports, where).toHaveLength(1);
    tried++;
  }
}
