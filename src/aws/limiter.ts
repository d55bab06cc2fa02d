import pLimit, { type LimitFunction } from 'p-limit';

/** Side by side at first, and the most that a good run of answers may lead to. */
const START = 10;
const MOST = 24;

/**
 * Calls a second that a service takes from a whole account, reads and writes together.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
const A_SECOND: Readonly<Partial<Record<string, number>>> = { Route53: 5 };

/** As many calls as may be under way at once never queue for longer. */
const LONGEST_QUEUE_MS = 10_000;

/**
 * How many calls may be under way at once, per service, region and direction: one more for each full window of good
 * answers, half as many after a throttle. Reads and writes have separate lanes, so that an undo never queues behind a
 * poll.
 */
export class Limiter {
  private readonly lanes = new Map<string, Lane>();
  private readonly paces = new Map<string, number[]>();

  /**
   * When the next call of a service may leave, of those that take only so many a second whatever the answers: the turn
   * is taken by asking.
   *
   * @param service - the client's name without its ending, `Route53`
   * @returns milliseconds to wait: 0 where there is no such rate, or it is not used up
   */
  waitMs(service: string, nowMs: number): number {
    const most = A_SECOND[service];
    if (most === undefined) return 0;
    // a clock that was set back must not make anybody wait for it to come forward again
    const turns = (this.paces.get(service) ?? []).filter((turn) => turn - nowMs <= LONGEST_QUEUE_MS);
    const atMs = Math.max(nowMs, (turns.at(-most) ?? -Infinity) + 1_000);
    this.paces.set(service, [...turns.slice(1 - most), atMs]);
    return atMs - nowMs;
  }

  run<T>(lane: string, act: () => Promise<T>): Promise<T> {
    return this.laneOf(lane).limit(act);
  }

  succeeded(lane: string): void {
    const { limit } = this.laneOf(lane);
    const state = this.laneOf(lane);
    state.good++;
    if (state.good < limit.concurrency || limit.concurrency >= state.most) return;
    state.good = 0;
    limit.concurrency++;
  }

  throttled(lane: string): void {
    const state = this.laneOf(lane);
    state.good = 0;
    state.limit.concurrency = Math.max(1, Math.floor(state.limit.concurrency / 2));
  }

  private laneOf(name: string): Lane {
    const known = this.lanes.get(name);
    if (known) return known;
    // Route 53 takes five requests a second for the whole account:
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
    const slow = name.startsWith('Route53');
    const lane = { limit: pLimit(slow ? 2 : START), good: 0, most: slow ? 2 : MOST };
    this.lanes.set(name, lane);
    return lane;
  }
}

interface Lane {
  readonly limit: LimitFunction;
  good: number;
  readonly most: number;
}
