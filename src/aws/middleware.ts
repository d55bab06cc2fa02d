import type { HandlerExecutionContext, InitializeMiddleware, MiddlewareStack } from '@smithy/types';
import { Cancelled, inDoubt } from '../model/errors.js';
import type { Clock, Random } from '../model/ports.js';
import type { CallLog } from './calls.js';
import { codeOf, isRetryable, isUnanswered, toKongError } from './errors.js';
import { permitOf, UnpermittedWrite, type WritePermit } from './guard.js';
import type { Limiter } from './limiter.js';
import { isMutating } from './operations.js';

/** What every client of one cloud shares. */
export interface CallPolicy {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: CallLog;
  readonly limiter: Limiter;
  /** Attempts in all: throttled ones are worth more patience than failed ones. */
  readonly attempts: { readonly throttled: number; readonly other: number };
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/**
 * Puts kong's rules around a client: the mutation guard, the limiter, retries on kong's clock, call accounting, and
 * errors that people can read. The SDK's own retries are off.
 */
export function applyPolicy<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  region: string,
  policy: CallPolicy,
): void {
  const middleware: InitializeMiddleware<I, O> = (next, context) => async (args) => {
    const call = describeCall(context, region);
    const permit = permitOf(args.input);
    if (call.write && !permit) throw new UnpermittedWrite(call.command);
    const lane = `${call.service}/${region}/${call.write ? 'write' : 'read'}`;
    return withRetries({ call, lane, permit, policy }, () => next(args));
  };
  stack.add(middleware, { step: 'initialize', priority: 'high', name: 'kongPolicy' });
}

/** Turns a client's errors into those that people can read, and nothing else. */
export function translateErrors<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  region: string,
): void {
  const middleware: InitializeMiddleware<I, O> = (next, context) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      throw toKongError(error, describeCall(context, region));
    }
  };
  stack.add(middleware, { step: 'initialize', priority: 'high', name: 'kongErrors' });
}

interface Call {
  readonly service: string;
  readonly command: string;
  readonly region: string;
  readonly write: boolean;
}

function describeCall(context: HandlerExecutionContext, region: string): Call {
  const command = context.commandName ?? 'UnknownCommand';
  return {
    service: (context.clientName ?? 'Unknown').replace(/Client$/, ''),
    command,
    region,
    write: isMutating(command),
  };
}

interface Attempt {
  readonly call: Call;
  readonly lane: string;
  readonly permit: WritePermit | undefined;
  readonly policy: CallPolicy;
}

async function withRetries<T>(attempt: Attempt, send: () => Promise<T>): Promise<T> {
  const { call, lane, permit, policy } = attempt;
  let unanswered = false;
  for (let tried = 1; ; tried++) {
    try {
      const answer = await policy.limiter.run(lane, async () => {
        await ownTurn(attempt);
        if (permit?.signal.aborted) throw new Cancelled();
        permit?.fence();
        policy.log.sent(call);
        return send();
      });
      policy.limiter.succeeded(lane);
      return answer;
    } catch (error) {
      const throttled = codeOf(error) === 'THROTTLED';
      if (throttled) {
        policy.log.wasThrottled();
        policy.limiter.throttled(lane);
      }
      const most = throttled ? policy.attempts.throttled : policy.attempts.other;
      if (error instanceof Cancelled || !isRetryable(error) || tried >= most) {
        throw toKongError(unanswered ? inDoubt(error) : error, { ...call, unanswered });
      }
      unanswered ||= isUnanswered(error);
      await policy.clock.sleep(waitMs(tried, policy.random), permit?.signal);
    }
  }
}

async function ownTurn({ call, permit, policy }: Attempt): Promise<void> {
  const waitMs = policy.limiter.waitMs(call.service, policy.clock.now());
  if (waitMs > 0) await policy.clock.sleep(waitMs, permit?.signal);
}

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function waitMs(tried: number, random: Random): number {
  return Math.round(random.next() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tried));
}
