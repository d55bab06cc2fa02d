import type { Clock } from '../../src/model/ports.js';
import { AwsFault } from '../../src/world/aws/aws-fault.js';
import type { Around, ProcessCall } from './lab.js';

/** How AWS, or the way to it, fails from one call on. */
export interface ApiFault {
  readonly name: string;
  /** Whether it lasts until someone does something about it. */
  readonly lasts: boolean;
  /** Whether everything can still be read while it lasts. */
  readonly readable: boolean;
  /** What happens to a call, the one at which it all began included; undefined: nothing. */
  hits(call: ProcessCall, since: { readonly first: ProcessCall; readonly forMs: number; readonly nth: number }): Hit;
}

/** An error instead of the effect, or of the answer. */
type Hit = { readonly error: Error; readonly when: 'before' | 'after' } | undefined;

const sameOperation = (a: ProcessCall, b: ProcessCall): boolean => a.command === b.command;
const lost = (): Error => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

/** Everything that is tried at each call. */
export const API_FAULTS: readonly ApiFault[] = [
  {
    name: 'throttled for 20 s',
    lasts: false,
    readable: true,
    hits: (_call, { forMs }) =>
      forMs < 20_000 ? { error: new AwsFault('Throttling', 'Rate exceeded'), when: 'before' } : undefined,
  },
  {
    name: 'one 500',
    lasts: false,
    readable: true,
    hits: (_call, { nth }) =>
      nth === 1 ? { error: new AwsFault('InternalError', 'An internal error', 500), when: 'before' } : undefined,
  },
  {
    name: 'answer lost after the effect',
    lasts: false,
    readable: true,
    hits: (_call, { nth }) => (nth === 1 ? { error: lost(), when: 'after' } : undefined),
  },
  {
    name: 'answers of one operation lost for 10 s',
    lasts: false,
    readable: true,
    hits: (call, { first, forMs }) =>
      sameOperation(call, first) && forMs < 10_000 ? { error: lost(), when: 'after' } : undefined,
  },
  {
    name: 'one operation denied',
    lasts: true,
    readable: true,
    hits: (call, { first }) =>
      sameOperation(call, first)
        ? { error: new AwsFault('UnauthorizedOperation', 'You are not authorized', 403), when: 'before' }
        : undefined,
  },
  {
    name: 'credentials expired',
    lasts: true,
    readable: false,
    hits: () => ({ error: new AwsFault('ExpiredToken', 'The security token is expired', 403), when: 'before' }),
  },
  {
    name: 'network gone for 60 s',
    lasts: false,
    readable: true,
    hits: (_call, { forMs }) => (forMs < 60_000 ? { error: lost(), when: 'before' } : undefined),
  },
];

/** Lets a fault begin at the n-th call of one kind; `started` says whether it came to that. */
export function failingFrom(
  index: number,
  kind: 'write' | 'read',
  fault: ApiFault,
  clock: Clock,
): { readonly around: Around; readonly started: () => boolean; readonly startedAtMs: () => number } {
  let seen = 0;
  let nth = 0;
  let since: { readonly first: ProcessCall; readonly atMs: number } | undefined;
  const around: Around = async (call, answer) => {
    if (!since && call.write === (kind === 'write') && ++seen === index) since = { first: call, atMs: clock.now() };
    if (!since) return answer();
    nth++;
    const hit = fault.hits(call, { first: since.first, forMs: clock.now() - since.atMs, nth });
    if (hit?.when === 'before') throw hit.error;
    const output = await answer();
    if (hit) throw hit.error;
    return output;
  };
  return { around, started: () => since !== undefined, startedAtMs: () => since?.atMs ?? Infinity };
}
