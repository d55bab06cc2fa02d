import { AwsFault } from './aws-fault.js';

/** How a list is cut. */
export interface PageRequest {
  readonly token: string | undefined;
  /** What the call asks for at most. */
  readonly max: number | undefined;
  /** What a page has at most, whatever is asked for. */
  readonly pageSize: number;
  /** The service's error for a token that it did not give. */
  readonly badToken: string;
}

/** One page, and the token for the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

const TOKEN = /^page-(\d+)$/;

/**
 * Cuts one page from a list.
 * @throws AwsFault at a token that no earlier page gave
 */
export function pageOf<T>(all: readonly T[], { token, max, pageSize, badToken }: PageRequest): Page<T> {
  const from = token === undefined || token === '' ? 0 : offsetOf(token, badToken);
  const to = from + Math.max(1, Math.min(max ?? pageSize, pageSize));
  return { items: all.slice(from, to), next: to < all.length ? `page-${to}` : undefined };
}

function offsetOf(token: string, badToken: string): number {
  const [, offset] = TOKEN.exec(token) ?? [];
  if (offset === undefined) throw new AwsFault(badToken, `The token '${token}' is invalid`);
  return Number(offset);
}
