import { describe, expect, it } from 'vitest';
import { prepare, type Prepared } from '../crash/trials.js';

/** A drill that dies before its nth write. */
async function killed({ lab, plan }: Prepared, nth: number): Promise<void> {
  let writes = 0;
  const own = lab.process((call, answer) => {
    if (!call.write || ++writes < nth) return answer();
    own.kill();
    return new Promise<never>(() => undefined);
  });
  expect(await own.drill(plan)).toBe('dead');
}

function fullDisk(): never {
  throw new Error('no space left on device');
}

describe('a rollback on a full disk', () => {
  it.each([3, 6, 10, 12, 14])('of a drill that died before write %i puts all back, and says so', async (nth) => {
    const prepared = await prepare('kong-us-east-1');
    const { lab, before } = prepared;
    await killed(prepared, nth);
    const rollback = lab.process();
    rollback.onAppend = fullDisk;
    const reports = await rollback.recover();
    expect(reports).toMatchObject([{ remaining: [], conflicts: [] }]);
    expect(await lab.snapshot()).toEqual(before);
    // what the journal could not be told is read again
    const again = await lab.process().recover();
    expect(again).toMatchObject([{ remaining: [], conflicts: [] }]);
    expect(await lab.process().recover()).toEqual([]);
  });
});
