import { describe, expect, it } from 'vitest';
import type { LinkView } from '../../../src/world/ports.js';
import { Cells } from '../../../src/world/traffic/cells.js';
import type { ReplicationModel } from '../../../src/world/traffic/model.js';
import { Replication } from '../../../src/world/traffic/replication.js';
import type { WorldLink } from '../../../src/world/world.js';

const model = { lagMs: 1_500, catchUp: 20, throughput: 1, staleMs: 60_000, staleErrors: 0.02 };
const REGIONS = ['us-east-1', 'us-west-2'];
const LINK: WorldLink = { regions: ['us-east-1', 'us-west-2'], lagMs: 1_500 };
const UP: readonly LinkView[] = both(true, true);
const BOTH_UP = [true, true];

function both(eastToWest: boolean, westToEast: boolean): readonly LinkView[] {
  return [
    { from: 'us-east-1', to: 'us-west-2', flows: eastToWest },
    { from: 'us-west-2', to: 'us-east-1', flows: westToEast },
  ];
}

function replicating(changed: Partial<ReplicationModel> = {}, links = [LINK]): Replication {
  return new Replication(REGIONS, { model: { ...model, ...changed }, links, cells: new Cells() });
}

function run(replication: Replication, seconds: number, up: readonly boolean[], links = UP): Replication {
  for (let second = 0; second < seconds; second++) replication.step({ up, links, elapsedMs: 1_000 });
  return replication;
}

function lagFrom(source: string, replication: Replication): number {
  const to = source === 'us-east-1' ? 1 : 0;
  return replication.lagsOf(to).find((lag) => lag.source === source)?.lagMs ?? Number.NaN;
}

describe('replication', () => {
  it('falls behind by a second each second while the source is dark', () => {
    expect(lagFrom('us-east-1', run(replicating(), 60, [false, true]))).toBe(61_500);
  });

  it('lacks no more of a dark region than what had not arrived: nothing is written there', () => {
    const replication = run(replicating(), 60, [false, true]);
    expect(replication.missingOf(1)).toBe(1_500);
    expect(replication.missingOf(0)).toBe(61_500);
  });

  it('catches up once both are back', () => {
    const replication = run(replicating(), 60, [false, true]);
    expect(lagFrom('us-east-1', run(replication, 3, BOTH_UP))).toBe(1_500);
  });

  it('never catches up where it is broken', () => {
    expect(run(replicating({ throughput: 0 }), 60, BOTH_UP).missingOf(1)).toBe(61_500);
  });

  it.each([
    ['there', both(false, true)],
    ['back', both(true, false)],
    ['either way', both(false, false)],
  ])('falls behind by a second each second both ways while no packet gets %s', (_, links) => {
    const replication = run(replicating(), 30, BOTH_UP, links);
    expect(lagFrom('us-east-1', replication)).toBe(31_500);
    expect(lagFrom('us-west-2', replication)).toBe(31_500);
    expect(replication.missingOf(1)).toBe(31_500);
  });

  it('makes up for a cut as fast as for a dark region', () => {
    const replication = run(replicating(), 60, BOTH_UP, both(false, false));
    run(replication, 1, BOTH_UP);
    expect(lagFrom('us-east-1', replication)).toBe(41_500);
    expect(lagFrom('us-east-1', run(replication, 2, BOTH_UP))).toBe(1_500);
  });

  it('loses what had piled up during a cut when its source then goes dark', () => {
    const replication = run(replicating(), 60, BOTH_UP, both(false, false));
    run(replication, 60, [false, true], both(false, false));
    expect(replication.missingOf(1)).toBe(61_500);
    expect(lagFrom('us-east-1', replication)).toBe(121_500);
  });

  it('has the lag of its own link, and none between regions that no link joins', () => {
    const far = { ...LINK, lagMs: 4_000 };
    expect(lagFrom('us-east-1', run(replicating({}, [far]), 10, BOTH_UP))).toBe(4_000);
    expect(replicating({}, []).lagsOf(0)).toEqual([]);
  });
});
