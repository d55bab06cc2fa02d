import type { ErrorCode } from './errors.js';

/**
 * `warning`: a drill would begin, and something may surprise. `failed`: a drill would be refused or would fail.
 * `unknown`: nobody could tell without trying, or it could not be read; never counted as well.
 */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'unknown';

/** One thing that `kong doctor` looked at. */
export interface Check {
  /** `clock`, `state.folder`, `sli.latency-p99 us-west-2`. */
  readonly name: string;
  readonly status: CheckStatus;
  /** Lower case, no full stop, with the numbers. */
  readonly message: string;
  /** What to type or edit. */
  readonly fix?: string;
  /** Of a failed one: with which error a drill would end. */
  readonly code?: ErrorCode;
}

/** `kong doctor --format json`. */
export interface Checkup {
  readonly schema: 'kong/doctor/v1';
  readonly on: 'sim' | 'aws';
  /** For people, as in a plan; null where nothing answered. */
  readonly where: string | null;
  readonly account: string | null;
  /** As it was typed; null: none was. */
  readonly target: string | null;
  readonly checks: readonly Check[];
}

/** Something that is as it should be. */
export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message };
}

/** Something to know about. */
export function warning(name: string, message: string, fix?: string): Check {
  return { name, status: 'warning', message, ...(fix === undefined ? {} : { fix }) };
}

/** Something that keeps a drill from being done. */
export function failed(
  name: string,
  message: string,
  { code, fix }: { readonly code: ErrorCode; readonly fix?: string | undefined },
): Check {
  return { name, status: 'failed', message, code, ...(fix === undefined ? {} : { fix }) };
}

/** Something that can't be told. */
export function unknown(name: string, message: string, fix?: string): Check {
  return { name, status: 'unknown', message, ...(fix === undefined ? {} : { fix }) };
}
