import type { MiddlewareStack } from '@smithy/types';
import { KongError, messageOf } from '../model/errors.js';
import { permitDryRun } from './guard.js';

/** What AWS said to a call that was only rehearsed. */
export type Rehearsed =
  | { readonly kind: 'permitted' }
  | { readonly kind: 'denied'; readonly why: string }
  /** It was not asked, or answered something else. */
  | { readonly kind: 'unknown'; readonly why: string };

/** A command of EC2's that can be rehearsed. */
export interface DryRunCommand<I extends object, O extends object> {
  readonly input: I;
  readonly middlewareStack: MiddlewareStack<I, O>;
}

/** Whether a host is one of Amazon's own endpoints. */
export function isAmazon(host: string): boolean {
  return /\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.test(host);
}

/**
 * Asks EC2 whether a call would be permitted, by its DryRun. Emulators carry some of those out for real, so the request
 * is stopped right before it leaves for any host that is not Amazon's, whatever the settings say.
 *
 * @param command - with `DryRun: true`
 * @throws nothing that AWS or the network answers: what could not be asked is `unknown`
 */
export async function rehearse<I extends { readonly DryRun?: boolean | undefined }, O extends object>(
  command: DryRunCommand<I, O>,
  send: () => Promise<unknown>,
): Promise<Rehearsed> {
  permitDryRun(command);
  command.middlewareStack.add(
    (next) => async (args) => {
      const host = hostOf(args.request);
      if (!isAmazon(host)) throw new KongError('NOT_IMPLEMENTED', `${host} is not Amazon's: no dry run is sent there`);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'high', name: 'kongDryRunAtAmazon' },
  );
  try {
    await send();
    return { kind: 'unknown', why: 'it answered a dry run as if it had been carried out' };
  } catch (error) {
    return verdictOf(error);
  }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html */
function verdictOf(error: unknown): Rehearsed {
  if (!(error instanceof KongError)) throw error;
  if (error.cause instanceof Error && error.cause.name === 'DryRunOperation') return { kind: 'permitted' };
  if (error.code === 'ACCESS_DENIED') return { kind: 'denied', why: error.message };
  return { kind: 'unknown', why: messageOf(error) };
}

function hostOf(request: unknown): string {
  const host: unknown = typeof request === 'object' && request !== null ? Reflect.get(request, 'hostname') : undefined;
  return typeof host === 'string' ? host : 'an unknown host';
}
