import { describe, expect, it } from 'vitest';
import { Cells } from '../../../src/world/traffic/cells.js';
import { Replication } from '../../../src/world/traffic/replication.js';

const model = { lagMs: 1_500, catchUp: 20, throughput: 1, staleMs: 60_000, staleErrors: 0.02 };
const REGIONS = ['us-east-1', 'us-west-2'];

function lagFromEast(replication: Replication): number {
  return replication.lagsOf(1).find(({ source }) => source === 'us-east-1')?.lagMs ?? Number.NaN;
}

describe('replication', () => {
  it('falls behind by a second each second while the source is dark', () => {
    const replication = new Replication(REGIONS, model, new Cells());
    for (let second = 0; second < 60; second++) replication.step([false, true], 1_000);
    expect(lagFromEast(replication)).toBe(61_500);
  });

  it('lacks no more of a dark region than what had not arrived: nothing is written there', () => {
    const replication = new Replication(REGIONS, model, new Cells());
    for (let second = 0; second < 60; second++) replication.step([false, true], 1_000);
    expect(replication.missingOf(1)).toBe(1_500);
    expect(replication.missingOf(0)).toBe(61_500);
  });

  it('catches up once both are back', () => {
    const replication = new Replication(REGIONS, model, new Cells());
    for (let second = 0; second < 60; second++) replication.step([false, true], 1_000);
    for (let second = 0; second < 3; second++) replication.step([true, true], 1_000);
    expect(lagFromEast(replication)).toBe(1_500);
  });

  it('never catches up where it is broken', () => {
    const replication = new Replication(REGIONS, { ...model, throughput: 0 }, new Cells());
    for (let second = 0; second < 60; second++) replication.step([true, true], 1_000);
    expect(replication.missingOf(1)).toBe(61_500);
  });
});
