import type { MiddlewareStack } from '@smithy/types';
import type { Clock, Random } from '../model/ports.js';
import { CallLog } from './calls.js';
import type { ClientOptions } from './client-making.js';
import { makeClients } from './clients.js';
import type { Cloud } from './cloud.js';
import { Limiter } from './limiter.js';
import { applyPolicy, translateErrors } from './middleware.js';

/** How a cloud is opened: its clients, the clock on which they wait, and what answers in place of the network. */
export interface OpenOptions extends Omit<ClientOptions, 'install'> {
  readonly clock: Clock;
  readonly random: Random;
  /** Further middleware inside kong's own: the simulator's. */
  readonly inside?: <I extends object, O extends object>(stack: MiddlewareStack<I, O>, region: string) => void;
}

/** Throttled calls are worth more patience than failed ones; both end within a minute. */
const ATTEMPTS = { throttled: 10, other: 4 };

/** Clients under kong's rules, with the count of their calls. */
export function openCloud({ clock, random, inside, ...options }: OpenOptions): {
  readonly cloud: Cloud;
  readonly calls: CallLog;
} {
  const calls = new CallLog();
  const policy = { clock, random, log: calls, limiter: new Limiter(), attempts: ATTEMPTS };
  const cloud = makeClients({
    ...options,
    install: (stack, region) => {
      applyPolicy(stack, region, policy);
      inside?.(stack, region);
    },
  });
  return { cloud, calls };
}

/**
 * Clients without kong's rules, for putting a world into an emulator: only ever made for an endpoint on this machine.
 */
export function openUnguarded(options: Omit<ClientOptions, 'install'>): Cloud {
  return makeClients({ ...options, install: translateErrors });
}
