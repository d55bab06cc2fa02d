import { describe, expect, it } from 'vitest';
import { ALL_CASES } from './all-cases.js';
import type { Case } from './cloud.js';
import { showsDifference } from './hold-to-contract.js';
import { HELD_TO, KNOWN_DIFFERENCES } from './known-differences.js';
import { openSimulator } from './simulator.js';

const listed = KNOWN_DIFFERENCES.flatMap(({ clouds, case: id }) => clouds.map((cloud) => ({ cloud, id })));

describe('the table of known differences', () => {
  it('names only cases that exist, on clouds that are held to them', () => {
    const idle = listed.filter(({ cloud, id }) => {
      const one = ALL_CASES.find((known) => known.id === id);
      return one === undefined || !HELD_TO[cloud].areas.includes(one.area);
    });
    expect(idle).toEqual([]);
  });

  it('names no case twice on one cloud', () => {
    const keys = listed.map(({ cloud, id }) => `${cloud} ${id}`);
    expect(keys.length).toBe(new Set(keys).size);
  });

  it('gives each a reason', () => {
    expect(KNOWN_DIFFERENCES.filter(({ reason }) => reason.trim() === '')).toEqual([]);
  });
});

describe('a known difference', () => {
  const known = { reason: 'it is blue', shows: /blue/ };
  const caseThat = (run: () => Promise<void>): Case => ({ id: 'sky', title: 'the sky is grey', area: 'ec2', run });

  it('that is gone fails, and says which entry to take out', async () => {
    const passes = caseThat(() => Promise.resolve());
    await expect(showsDifference(passes, openSimulator(), known)).rejects.toThrow(/sky passes on simulator now.*blue/);
  });

  it('that shows otherwise fails', async () => {
    const otherwise = caseThat(() => Promise.reject(new Error('green')));
    await expect(showsDifference(otherwise, openSimulator(), known)).rejects.toThrow(/not as known/);
  });

  it('that shows as it is known to passes', async () => {
    await showsDifference(caseThat(() => Promise.reject(new Error('blue'))), openSimulator(), known);
  });
});

describe('the contract', () => {
  it('has one case an id', () => {
    const ids = ALL_CASES.map((one) => one.id);
    expect(ids.length).toBe(new Set(ids).size);
  });

  it('is held to in every area by the simulator', () => {
    const areas = new Set(ALL_CASES.map((one) => one.area));
    expect([...areas].filter((area) => !HELD_TO.simulator.areas.includes(area))).toEqual([]);
  });
});
