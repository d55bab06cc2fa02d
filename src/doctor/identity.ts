import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Cloud } from '../aws/cloud.js';
import type { Clock } from '../model/ports.js';

/** Who answered, and to whom. */
export interface Identity {
  /** Twelve digits. */
  readonly account: string;
  /** `arn:aws:sts::123456789012:assumed-role/drills/ci`: no secret. */
  readonly arn: string;
  readonly answer: Answered;
}

/** Where an answer came from, and when, by both clocks; milliseconds since the epoch. */
export interface Answered {
  /** The host that was asked; undefined in the simulator, which has none. */
  readonly host: string | undefined;
  /** By the answer's Date, cut to seconds; undefined where it has none. */
  readonly serverMs: number | undefined;
  readonly askedMs: number;
  readonly answeredMs: number;
}

/**
 * Asks AWS who it takes us for.
 *
 * @param clock - the machine's own
 * @throws KongError as the call does
 */
export async function readIdentity(cloud: Cloud, clock: Clock): Promise<Identity> {
  const seen: { host?: string | undefined; serverMs?: number | undefined } = {};
  const command = new GetCallerIdentityCommand({});
  command.middlewareStack.add(
    (next) => async (args) => {
      seen.host = textIn(args.request, 'hostname');
      const result = await next(args);
      seen.serverMs = dateOf(result.response);
      return result;
    },
    { step: 'deserialize', name: 'kongIdentity' },
  );
  const askedMs = clock.now();
  const { Account: account = '', Arn: arn = '' } = await cloud.sts().send(command);
  const answer = { host: seen.host, serverMs: seen.serverMs, askedMs, answeredMs: clock.now() };
  return { account, arn, answer };
}

/** What the clock of AWS said when it refused a call, if the error keeps its answer. */
export function serverTimeOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return dateOf(fieldOf(cause, '$response')) ?? dateOf(fieldOf(error, '$response'));
}

function dateOf(response: unknown): number | undefined {
  const date = textIn(fieldOf(response, 'headers'), 'date');
  const ms = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : ms;
}

function textIn(value: unknown, key: string): string | undefined {
  const field = fieldOf(value, key);
  return typeof field === 'string' ? field : undefined;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
