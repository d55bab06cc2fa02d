import { describe, expect, it } from 'vitest';
import type { AnswerView } from '../../../src/world/ports.js';
import { Cells } from '../../../src/world/traffic/cells.js';
import { NameResolution } from '../../../src/world/traffic/dns.js';

const EAST = 'us-east-1';
const WEST = 'us-west-2';

function answers(east: number, west: number): readonly AnswerView[] {
  const at = (region: string, weight: number): AnswerView => ({ domain: 'a.example', region, weight, ttlSeconds: 60 });
  return [at(EAST, east), at(WEST, west), { domain: 'other.example', region: EAST, weight: 9, ttlSeconds: 60 }];
}

function resolution(stragglers = 0): NameResolution {
  const model = { stragglers, stragglerMs: 600_000 };
  const name = new NameResolution('a.example', [EAST, WEST], { model, cells: new Cells() });
  name.step(answers(75, 25), 1, 1_000);
  return name;
}

describe('the resolution of a name', () => {
  it('answers nobody where there are no records any more', () => {
    const name = resolution();
    name.step([], 2, 3_600_000);
    expect(name.shareOf(EAST) + name.shareOf(WEST)).toBeCloseTo(0, 6);
  });

  it('knows nothing of a region without an answer', () => {
    expect(resolution().shareOf('eu-west-1')).toBe(0);
  });

  it('begins with the weights as they are', () => {
    expect(resolution().shareOf(EAST)).toBeCloseTo(0.75, 9);
    expect(resolution().shareOf(WEST)).toBeCloseTo(0.25, 9);
  });

  it('follows new weights within some TTLs, by 1/e in the first', () => {
    const name = resolution();
    name.step(answers(0, 25), 2, 60_000);
    expect(name.shareOf(EAST)).toBeCloseTo(0.75 / Math.E, 6);
    name.step(answers(0, 25), 2, 240_000);
    expect(name.shareOf(EAST)).toBeLessThan(0.01);
    expect(name.shareOf(EAST) + name.shareOf(WEST)).toBeCloseTo(1, 9);
  });

  it('keeps a tail of clients that do not honour the TTL', () => {
    const name = resolution(0.1);
    name.step(answers(0, 25), 2, 600_000);
    expect(name.shareOf(EAST)).toBeCloseTo((0.1 * 0.75) / Math.E, 3);
  });

  it('is even where all weights are 0', () => {
    const name = resolution();
    name.step(answers(0, 0), 2, 3_600_000);
    expect(name.shareOf(EAST)).toBeCloseTo(0.5, 6);
  });
});
