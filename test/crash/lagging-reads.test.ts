import { describe, expect, it } from 'vitest';
import { tally } from '../support/tally.js';
import { NEVER, type Process } from './lab.js';
import { strideLike } from './stride.js';
import { expectRecovery, isWhole, prepare, TRIALS } from './trials.js';

/** Reads lag up to this far behind writes, each write by a time of its own. */
const LAG = { readLagMs: 8_000 };
const NAMES = Object.keys(TRIALS);
const everyOf = (name: string): number => strideLike(name, { first: 3, other: 8 });

describe('a drill whose reads lag behind its writes', () => {
  it.each(NAMES)('puts %s back all the same', async (name) => {
    const prepared = await prepare(name, LAG);
    const end = await prepared.lab.process().drill(prepared.plan);
    expect(end === 'dead' ? end : end.result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(await isWhole(prepared)).toBe(true);
  });

  it.each(NAMES)('puts %s back when it is interrupted right after any of its calls', async (name) => {
    let tried = 0;
    for (let index = 1; ; index += everyOf(name)) {
      const where = `${name}, interrupted after write ${index}`;
      const prepared = await prepare(name, LAG);
      let writes = 0;
      let interrupt: () => void = () => undefined;
      const own = prepared.lab.process(async (call, answer) => {
        const output = await answer();
        if (call.write && ++writes === index) interrupt();
        return output;
      });
      const end = await own.drill(prepared.plan, (_event, stop) => {
        interrupt = stop;
      });
      if (end === 'dead') throw new Error(`died: ${where}`);
      if (writes < index) break;
      tried++;
      expect(end.result.rollback, where).toMatchObject({ remaining: [], conflicts: [] });
      expect(prepared.compare(await prepared.lab.snapshot()), where).toEqual(prepared.compare(prepared.before));
    }
    expect(tried).toBeGreaterThan(0);
    const what = `${name} interrupted with reads that lag`;
    tally({ figure: 'crash points', what, tried, every: everyOf(name) });
  });

  it.each(NAMES)('leaves %s to a recovery that begins at once, wherever it dies', async (name) => {
    let tried = 0;
    for (let index = 1; ; index += everyOf(name)) {
      const prepared = await prepare(name, LAG);
      const holder: { own?: Process } = {};
      let writes = 0;
      holder.own = prepared.lab.process(async (call, answer) => {
        const output = await answer();
        if (!call.write || ++writes < index) return output;
        // odd ones die before they know, even ones just after they noted the answer
        if (index % 2 === 1) holder.own?.kill();
        else setImmediate(() => holder.own?.kill());
        return index % 2 === 1 ? NEVER : output;
      });
      if ((await holder.own.drill(prepared.plan)) !== 'dead') break;
      tried++;
      await expectRecovery(prepared, `${name}, died after write ${index}, reads lag`);
    }
    expect(tried).toBeGreaterThan(0);
    tally({ figure: 'crash points', what: `${name} died with reads that lag`, tried, every: everyOf(name) });
  });
});
