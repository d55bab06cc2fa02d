import { describe, expect, it } from 'vitest';
import { Resolution } from '../../src/drill/resolution.js';
import { VirtualClock } from '../../src/host/clock.js';
import type { Step } from '../../src/model/experiment.js';
import type { PlannedStep } from '../../src/model/plan.js';
import type { AskResolver, DnsAnswer, ResolutionSeen } from '../../src/model/resolution.js';
import type { RunEventBody } from '../../src/model/run.js';

const NAME = {
  name: 'api.example.com',
  type: 'CNAME',
  ttlSeconds: 60,
  share: 0.5,
  leads: [
    { region: 'us-east-1', target: { kind: 'values', values: ['east'] } },
    { region: 'us-west-2', target: { kind: 'values', values: ['west'] } },
  ],
} as const;
const SHIFT = stepOf({ kind: 'shift', to: 'survivors', steps: [1], everyMs: 0 });
const RETURN = stepOf({ kind: 'return', steps: [1], everyMs: 0 });
const FAULT = stepOf({ kind: 'fault', fault: 'region-drain', params: {} });
const NEVER = new AbortController().signal;

function stepOf(step: Step): PlannedStep {
  return { step, title: step.kind, batches: [] };
}

/** A drill's eyes on a resolver that answers by a function. */
function looking(ask: AskResolver): {
  readonly clock: VirtualClock;
  readonly resolution: Resolution;
  readonly events: RunEventBody[];
} {
  const clock = new VirtualClock(0, 'max');
  const events: RunEventBody[] = [];
  const resolver = { address: '10.0.0.2', samples: 2, timeoutMs: 1_000 };
  const open = (): AskResolver => ask;
  const ports = { clock, emit: (event: RunEventBody) => void events.push(event), open };
  const plan = { checked: true, resolver, region: 'us-east-1', names: [NAME] } as const;
  return { clock, events, resolution: new Resolution(plan, open, ports) };
}

const leading = (to: string): DnsAnswer => ({ kind: 'values', values: [to] });

function nameOf(seen: ResolutionSeen): unknown {
  return seen.checked ? seen.names[0] : undefined;
}

/** A resolver whose answers are given out by hand. */
function byHand(): { readonly ask: AskResolver; readonly waiting: ((answer: DnsAnswer) => void)[] } {
  const waiting: ((answer: DnsAnswer) => void)[] = [];
  return { waiting, ask: () => new Promise((resolve) => waiting.push(resolve)) };
}

const soon = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe('a look that takes long', () => {
  it('of before the shift is no look after it: the fault waits for one of its own', async () => {
    const { ask, waiting } = byHand();
    const { resolution } = looking(ask);
    resolution.baseline();
    await soon();
    await resolution.beforeStep(SHIFT, NEVER);
    resolution.afterStep(SHIFT);
    let isDark = false;
    const fault = resolution.beforeStep(FAULT, NEVER).then(() => (isDark = true));
    waiting.splice(0).forEach((answer) => answer(leading('west')));
    await soon();
    waiting.splice(0).forEach((answer) => answer(leading('west')));
    await soon();
    expect(isDark).toBe(false);
    for (let turn = 0; turn < 4; turn++) {
      waiting.splice(0).forEach((answer) => answer(leading('west')));
      await soon();
    }
    await fault;
    expect(nameOf(resolution.seen())).toMatchObject({ before: null, moved: { state: 'gone' } });
  });

  it('counts for nothing where the weights were changed meanwhile', async () => {
    const { ask, waiting } = byHand();
    const { resolution, events } = looking(ask);
    await resolution.beforeStep(SHIFT, NEVER);
    resolution.afterStep(SHIFT);
    await soon();
    await resolution.beforeStep(RETURN, NEVER);
    for (let turn = 0; turn < 4; turn++) {
      waiting.splice(0).forEach((answer) => answer(leading('east')));
      await soon();
    }
    expect(events.filter(({ type }) => type === 'resolution')).toEqual([]);
    expect(nameOf(resolution.seen())).toMatchObject({ moved: { state: 'unknown', why: 'it was not asked in time' } });
  });
});

describe('a fault behind a shift', () => {
  it('is given up where answers lead to the region for twice their time to live', async () => {
    const { clock, resolution, events } = looking(async () => leading('east'));
    await resolution.beforeStep(SHIFT, NEVER);
    resolution.afterStep(SHIFT);
    await expect(resolution.beforeStep(FAULT, NEVER)).rejects.toMatchObject({
      code: 'NOT_VERIFIED',
      message: '2 of 2 answers of 10.0.0.2 for api.example.com still lead to us-east-1, 120s after the shift',
    });
    expect(clock.now()).toBe(120_000);
    const said = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(said).toEqual(['answers of 10.0.0.2 still lead to us-east-1: waiting for that to end, at most 2m']);
  });

  it('waits no more once the drill is stopped', async () => {
    const { clock, resolution } = looking(async () => leading('east'));
    const stopping = new AbortController();
    resolution.afterStep(SHIFT);
    const fault = resolution.beforeStep(FAULT, stopping.signal);
    void clock.sleep(12_000).then(() => stopping.abort());
    await expect(fault).rejects.toThrow('cancelled');
    expect(clock.now()).toBeLessThan(20_000);
  });

  it('goes on where nobody can tell, and behind a shift of a part', async () => {
    const silent = looking(async () => ({ kind: 'silent', why: 'no answer within 1s' }));
    silent.resolution.afterStep(SHIFT);
    await silent.resolution.beforeStep(FAULT, NEVER);
    expect(silent.clock.now()).toBe(0);
    const part = looking(async () => leading('east'));
    part.resolution.afterStep(stepOf({ kind: 'shift', to: 'survivors', steps: [0.5], everyMs: 0 }));
    await part.resolution.beforeStep(FAULT, NEVER);
    expect(part.clock.now()).toBe(0);
  });
});

it('asks no sooner than five seconds after the last answer, however often the drill polls', async () => {
  let asked = 0;
  const { clock, resolution } = looking(async () => {
    asked++;
    return leading('east');
  });
  resolution.afterStep(SHIFT);
  for (let second = 0; second < 20; second++) {
    resolution.poll();
    await clock.sleep(1_000);
  }
  // two samples each, at 0, 5, 10 and 15 seconds
  expect(asked).toBe(8);
});
