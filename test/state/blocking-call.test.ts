import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BlockingCall } from '../../src/state/blocking-call.js';

const SETTINGS = {
  bucket: 'game-days',
  region: undefined,
  endpoint: undefined,
  profile: undefined,
  credentials: undefined,
  writer: 'me',
};

/** A worker in the place of the real one: `reply(answer)` answers, `tick()` is a sign of life. */
function workerThat(does: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kong-worker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = path.join(folder, 'worker.mjs');
  writeFileSync(
    script,
    `import { parentPort, workerData } from 'node:worker_threads';
     const { signal, answers } = workerData;
     const tick = () => { Atomics.add(signal, 0, 1); Atomics.notify(signal, 0); };
     const reply = (answer) => { answers.postMessage(answer); tick(); };
     let asked = 0;
     parentPort.on('message', ({ id, operation }) => { asked++; ${does} });`,
  );
  return script;
}

class Clock {
  nowMs = 1_000_000;
  readonly now = (): number => this.nowMs;
}

function callOf(does: string, clock = new Clock()): BlockingCall {
  const patience = { startMs: 10_000, silenceMs: 600, restMs: 10_000, probeMs: 500 };
  return new BlockingCall({ script: workerThat(does), settings: SETTINGS, clock, patience });
}

const READ = { op: 'read', key: 'runs/1/journal.ndjson' } as const;

describe('a call that waits for another thread', () => {
  it('is given up after a silence, and told apart by whether it wrote', () => {
    const call = callOf('if (asked === 1) reply({ id, value: "x" });');
    expect(call.ask(READ)).toBe('x');
    expect(() => call.ask({ op: 'append', key: 'a', text: 'b' })).toThrow(
      expect.objectContaining({ code: 'STATE_NOT_WRITABLE', exitCode: 5 }),
    );
  });

  it('is not even made for some seconds after an outage, and then only for a moment', () => {
    const clock = new Clock();
    const call = callOf('if (asked === 1) reply({ id, value: "x" });', clock);
    call.ask(READ);
    expect(() => call.ask(READ)).toThrow(/no answer in time/);
    const startedAt = performance.now();
    for (let times = 0; times < 100; times++) expect(() => call.ask(READ)).toThrow(/left alone/);
    expect(performance.now() - startedAt).toBeLessThan(500);
    clock.nowMs += 10_000;
    expect(() => call.ask(READ)).toThrow(/no answer in time/);
  });

  it('takes the outage that S3 was in for one too', () => {
    const failure = `{ code: 'STATE_NOT_READABLE', message: 'refused', fix: 'wait', isOutage: true }`;
    const call = callOf(`reply({ id, failure: ${failure} });`);
    expect(() => call.ask(READ)).toThrow(expect.objectContaining({ message: 'refused', fix: 'wait' }));
    expect(() => call.ask(READ)).toThrow(/left alone/);
  });

  it('goes on where the outage ends', () => {
    const clock = new Clock();
    const call = callOf('if (asked !== 2) reply({ id, value: String(asked) });', clock);
    call.ask(READ);
    expect(() => call.ask(READ)).toThrow(/no answer in time/);
    clock.nowMs += 10_000;
    expect(call.ask(READ)).toBe('3');
    expect(call.ask(READ)).toBe('4');
  });

  it('waits as long as there are signs of life', () => {
    const call = callOf(`
      if (asked === 1) return reply({ id, value: 'x' });
      let times = 0;
      const timer = setInterval(() => {
        tick();
        if (++times < 10) return;
        clearInterval(timer);
        reply({ id, value: 'after a second' });
      }, 100);`);
    call.ask(READ);
    expect(call.ask(READ)).toBe('after a second');
  });

  it('never takes the late answer to another call for its own', () => {
    const clock = new Clock();
    const call = callOf(
      `if (asked === 2) return setTimeout(() => reply({ id, value: 'late' }), 800);
       setTimeout(() => reply({ id, value: operation.key }), asked === 1 ? 0 : 300);`,
      clock,
    );
    call.ask({ op: 'read', key: 'first' });
    expect(() => call.ask({ op: 'read', key: 'second' })).toThrow(/no answer in time/);
    clock.nowMs += 10_000;
    // a sign of life, though an answer to nobody, is what makes it patient enough
    expect(call.ask({ op: 'read', key: 'third' })).toBe('third');
  });
});
