import { describe, expect, it } from 'vitest';
import { JOURNAL, NEVER, type Around, type Listener, type Process } from './lab.js';
import { tally } from '../support/tally.js';
import { strideLike, strideOr, TRIES_ALL } from './stride.js';
import { expectRecovery, holdOf, prepare, TRIALS, type Prepared } from './trials.js';

const NAMES = Object.keys(TRIALS);
/** Those with something to undo. */
const ONE_WAY = ['monkey-playback', 'monkey-reboot', 'monkey-kill-process', 'db-failover-us-east-1a'];
const UNDONE = NAMES.filter((name) => !ONE_WAY.includes(name));
/** Recoveries that die are tried at every point of a rollback that died, but not at every point of the recovery. */
const EVERY_OF_TWO = strideOr(5);
const callsApart = (name: string): number => strideLike(name, { first: 1, other: 8 });
/** Entries are many: a call has two or three. */
const entriesApart = (name: string): number => strideLike(name, { first: 5, other: 13 });
const undosApart = (name: string): number => strideLike(name, { first: 3, other: 8 });

type When = 'before' | 'after';

/** Lets a process die at its n-th write that has an effect: before it, or after it and before the answer. */
function dyingAt(index: number, when: When, self: () => Process | undefined): Around {
  let sent = 0;
  return async (call, answer) => {
    if (!call.write) return answer();
    const isLast = ++sent >= index;
    if (isLast && when === 'before') self()?.kill();
    if (self()?.isAlive === false) return NEVER;
    try {
      return await answer();
    } catch (error) {
      // a throttled call had no effect: it comes again, and is the same one
      sent--;
      throw error;
    } finally {
      if (isLast && sent >= index) self()?.kill();
    }
  };
}

/** A process that dies at its n-th write. */
function mortal({ lab }: Prepared, index: number, when: When): Process {
  const holder: { own?: Process } = {};
  holder.own = lab.process(dyingAt(index, when, () => holder.own));
  return holder.own;
}

/** A process that dies at its n-th entry in the journal, of which the disk gets all, half or nothing. */
function mortalAtEntry({ lab }: Prepared, index: number, kept: 'all' | 'half' | 'none'): Process {
  const own = lab.process();
  let entries = 0;
  own.onAppend = (path, text) => {
    if (path !== JOURNAL || ++entries !== index) return text;
    own.kill();
    if (kept === 'all') return text;
    return kept === 'half' ? text.slice(0, Math.ceil(text.length / 2)) : '';
  };
  return own;
}

/** Interrupts a drill when everything is injected. */
function interruptAtHold(prepared: Prepared): Listener {
  const hold = holdOf(prepared.plan);
  return (event, interrupt) => {
    if (event.type === 'step' && event.index === hold) interrupt();
  };
}

function report(what: string, tried: number, every: number): void {
  expect(tried).toBeGreaterThan(0);
  tally({ figure: 'crash points', what, tried, every });
}

const KEPT = ['all', 'half', 'none'] as const;

describe('a process that dies', () => {
  it.each(NAMES)('at any call of %s, before or after its effect, leaves what a recovery makes whole', async (name) => {
    let tried = 0;
    for (const when of ['before', 'after'] as const) {
      for (let index = 1; ; index += callsApart(name)) {
        const prepared = await prepare(name);
        if ((await mortal(prepared, index, when).drill(prepared.plan)) !== 'dead') break;
        tried++;
        await expectRecovery(prepared, `${name}, write ${index}, ${when}`);
      }
    }
    report(`${name} died at a call`, tried, callsApart(name));
  });

  it.each(NAMES)('at any entry in the journal of %s, whole, torn or missing, leaves it to a recovery', async (name) => {
    let tried = 0;
    for (let index = 1; ; index += entriesApart(name)) {
      // the three differ in few cases
      const drawn = KEPT[Math.ceil(index / entriesApart(name)) % 3] ?? 'all';
      const died = await dieAtEntry(name, index, TRIES_ALL ? KEPT : [drawn]);
      if (died === 0) break;
      tried += died;
    }
    report(`${name} died at an entry`, tried, entriesApart(name));
  });

  it.each(UNDONE)('while it rolls %s back, and again while it recovers, is finished by the next one', async (name) => {
    const injecting = await writesUntilRollback(name);
    let tried = 0;
    for (let undo = 1; ; undo += undosApart(name)) {
      const more = await dieTwice(name, injecting, undo);
      if (more === 0) break;
      tried += more;
    }
    report(`${name} died twice`, tried, undosApart(name));
  });
});

/** Dies at one entry in the journal, once for each thing that the disk may have got of it. */
async function dieAtEntry(name: string, index: number, all: readonly (typeof KEPT)[number][]): Promise<number> {
  let died = 0;
  for (const kept of all) {
    const prepared = await prepare(name);
    if ((await mortalAtEntry(prepared, index, kept).drill(prepared.plan)) !== 'dead') break;
    died++;
    await expectRecovery(prepared, `${name}, journal entry ${index}, ${kept} of it`);
  }
  return died;
}

/** Dies at one call of a rollback, and recovers with a process that dies in its turn, at several of its calls. */
async function dieTwice(name: string, injecting: number, undo: number): Promise<number> {
  for (let tried = 0, redo = 1 + (undo % EVERY_OF_TWO); ; redo += EVERY_OF_TWO) {
    const when = (undo + redo) % 2 === 0 ? 'before' : 'after';
    const prepared = await prepare(name);
    const first = mortal(prepared, injecting + undo, when);
    if ((await first.drill(prepared.plan, interruptAtHold(prepared))) !== 'dead') return tried;
    tried++;
    const second = await mortal(prepared, redo, when).recover();
    await expectRecovery(prepared, `${name}, undo call ${undo}, recovery call ${redo}, ${when}`);
    if (second !== 'dead') return tried;
  }
}

/** How many writes a drill sends before it is interrupted. */
async function writesUntilRollback(name: string): Promise<number> {
  const prepared = await prepare(name);
  const own = prepared.lab.process();
  let writes = 0;
  const interruptAt = interruptAtHold(prepared);
  await own.drill(prepared.plan, (event, interrupt) => {
    interruptAt(event, () => {
      writes = own.calls.counts().write - own.calls.counts().throttled;
      interrupt();
    });
  });
  return writes;
}
