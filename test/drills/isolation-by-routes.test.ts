import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../src/model/experiment.js';
import { Lab, planIn, type Around, type Process } from '../crash/lab.js';
import { expectRecovery, isWhole, type Prepared } from '../crash/trials.js';
import { drillOn, openBench, planOn, readExperiment, type Bench, type Drilled } from '../support/sim-drill.js';

const ROUTES = 'routes';
const AS_IT_WAS = '{ parameter: /streaming/isolation, to: "off" }';

/** The region is whole again long before it is joined again: what is seen then is the link's alone. */
function experimentBy(isolate: string): Experiment {
  const method = `[{ fault: region-dark }, { isolate: ${isolate} }, { restore: region-dark }, { hold: 3m }, { restore: isolate }]`;
  return readExperiment('kong-us-east-1-isolated', [`method=${method}`]);
}

function openLinks({ sim }: Bench): number {
  return sim.look().infra.links.filter(({ flows }) => flows).length;
}

/** How far behind the survivor was at worst; seconds. */
function lagOf({ result }: Drilled): number {
  return result.slis['replication-lag']?.peak ?? 0;
}

describe('isolation by routes', () => {
  it('lets nothing through between the region and its survivor, either way, until it is lifted', async () => {
    const bench = openBench();
    const all = openLinks(bench);
    let during: number | undefined;
    const drill = await drillOn(bench, await planOn(bench, experimentBy(ROUTES)), (event) => {
      if (event.type === 'step' && event.title.startsWith('hold')) during = openLinks(bench);
      return false;
    });
    expect(during).toBe(all - 2);
    expect(lagOf(drill)).toBeGreaterThan(150);
    expect(openLinks(bench)).toBe(all);
    expect(drill.result.rollback).toMatchObject({ remaining: [], conflicts: [] });
  });

  it('is what keeps writes from arriving: without it they do as soon as the region is whole', async () => {
    const bench = openBench();
    expect(lagOf(await drillOn(bench, await planOn(bench, experimentBy(AS_IT_WAS))))).toBeLessThan(60);
  });

  it('is taken back by the next kong, whichever of its writes was the last', async () => {
    const { writes } = await diedAt(Infinity);
    expect(writes).toBeGreaterThan(0);
    let broken = 0;
    for (let write = 1; write <= writes; write++) {
      const { prepared } = await diedAt(write);
      if (!(await isWhole(prepared))) broken++;
      await expectRecovery(prepared, `died at write ${write} of ${writes}`);
    }
    expect(broken).toBeGreaterThan(0);
  });
});

/** A drill that does nothing but isolate, and dies when its n-th write has arrived; the first half isolates. */
async function diedAt(last: number): Promise<{ readonly prepared: Prepared; readonly writes: number }> {
  const lab = new Lab();
  const before = await lab.snapshot();
  const experiment = readExperiment('kong-us-east-1-isolated', ['method=[{ isolate: routes }, { hold: 10s }]']);
  const prepared = { lab, plan: await planIn(lab, experiment), before, compare: (all: Prepared['before']) => all };
  let writes = 0;
  const holder: { own?: Process } = {};
  const around: Around = async (call, answer) => {
    const answered = await answer();
    if (call.write && ++writes === last) holder.own?.kill();
    return answered;
  };
  holder.own = lab.process(around);
  const end = await holder.own.drill(prepared.plan);
  expect(end === 'dead').toBe(last !== Infinity);
  return { prepared, writes };
}
