import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockJump, jumpBoundMs } from '../../src/drill/clock-jump.js';
import { startDrill } from '../../src/drill/start.js';
import type { JournalEntry } from '../../src/model/journal.js';
import type { Clock } from '../../src/model/ports.js';
import type { Result, RunEvent } from '../../src/model/run.js';
import { inventoryOf, openBench, planOn, readExperiment, requestFor, STATE, type Bench } from '../support/sim-drill.js';

const HOUR_MS = 3_600_000;

describe('a clock', () => {
  it('that is late by hours, or early, has jumped, and how far is said', () => {
    expect(clockJump({ plannedMs: 1_000, passedMs: 3 * HOUR_MS + 1_000 }, 30_000)?.message).toMatch(/jumped by 3h:/);
    expect(clockJump({ plannedMs: 1_000, passedMs: 1_000 - HOUR_MS }, 30_000)?.message).toMatch(/jumped back by 1h:/);
  });

  it('is believed as long as it is off by no more than the bound', () => {
    const ms = fc.integer({ min: -4 * HOUR_MS, max: 4 * HOUR_MS });
    fc.assert(
      fc.property(ms, fc.nat(60_000), fc.nat(60_000), (offMs, plannedMs, boundMs) => {
        const jump = clockJump({ plannedMs, passedMs: plannedMs + offMs }, boundMs);
        expect(jump === undefined).toBe(Math.abs(offMs) <= boundMs);
      }),
    );
  });

  it('may jump no further than the experiment lets the drill be blind, and never by more than 30 s', () => {
    expect(jumpBoundMs({ missingDataMs: 12_000 })).toBe(12_000);
    expect(jumpBoundMs({ missingDataMs: 1 })).toBe(5_000);
    expect(jumpBoundMs({ missingDataMs: HOUR_MS })).toBe(30_000);
  });
});

/** The drill's own clock, which can be set, and which can keep it from looking around; the world's goes on as ever. */
class SetClock implements Clock {
  offMs = 0;
  isBlind = false;
  private readonly inner: Clock;

  constructor(inner: Clock) {
    this.inner = inner;
  }

  now(): number {
    return this.inner.now() + this.offMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const isLookingAround = ms === 1_000;
    return this.inner.sleep(this.isBlind && isLookingAround ? HOUR_MS : ms, signal);
  }
}

interface Drilled {
  readonly result: Result;
  readonly events: readonly RunEvent[];
  readonly intents: number;
}

/** A drill whose clock does something in the middle of its traffic shift. */
async function drillWith(bench: Bench, poll: string, midway: (clock: SetClock) => void): Promise<Drilled> {
  const plan = await planOn(bench, readExperiment('kong-us-east-1', ['abort.missingData=20s', `poll=${poll}`]));
  const clock = new SetClock(bench.clock);
  const events: RunEvent[] = [];
  const request = requestFor(bench, plan, {
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'changes' && /1 of 3$/.test(event.title)) midway(clock);
    },
    onInterrupt: () => () => undefined,
  });
  const result = await startDrill({ ...request, clock }).result;
  const journal = bench.files.read(`${STATE}/runs/${result.run}/journal.ndjson`) ?? '';
  const entries = journal
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);
  return { result, events, intents: entries.filter((entry) => entry.type === 'intent').length };
}

/** Region-dark, and the first step of three of the shift. */
const UP_TO_MIDWAY = 9;

describe('a drill', () => {
  it.each([
    ['forward, as when a laptop slept', 3 * HOUR_MS, 'jumped by 3h'],
    ['back', -HOUR_MS, 'jumped back by 1h'],
  ])('whose clock jumps %s rolls back and says so', async (_how, jumpMs, said) => {
    const bench = openBench();
    const before = (await inventoryOf(bench)).records;
    const { result, intents } = await drillWith(bench, '5s', (clock) => {
      clock.offMs = jumpMs;
    });
    expect(result).toMatchObject({ outcome: 'failed', exitCode: 5, error: { code: 'CLOCK_JUMPED' } });
    expect(result.error?.message).toContain(said);
    expect(result.rollback).toMatchObject({ reason: 'error', remaining: [], conflicts: [] });
    expect(intents).toBe(UP_TO_MIDWAY);
    expect((await inventoryOf(bench)).records).toEqual(before);
  });

  it.each([
    ['its next step comes', '1m'],
    ['metrics without a datapoint come', '5s'],
  ])('is stopped by a jump also where %s before it has looked around', async (_what, poll) => {
    const bench = openBench();
    const { result, intents } = await drillWith(bench, poll, (clock) => {
      clock.isBlind = true;
      // the look that is on its way still finds everything well
      void bench.clock.sleep(2_000).then(() => {
        clock.offMs = 25_000;
      });
    });
    expect(result.error?.code).toBe('CLOCK_JUMPED');
    expect(intents).toBe(UP_TO_MIDWAY);
  });
});
