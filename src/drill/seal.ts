import { createHash } from 'node:crypto';
import type { JournalEntry } from '../model/journal.js';

/** What the first line of a journal follows. */
export const FIRST_SEAL = '';

/** What a line of a journal says of itself. */
export interface Seal {
  /** The seal of the line that the writer knew as the last one. */
  readonly previous: string;
  readonly own: string;
}

const SEAL = /^([0-9a-f]{12})?:([0-9a-f]{12})$/;

/**
 * An entry as a line of a journal, without its line break. Its seal is a digest of the entry and of the seal before,
 * so that a line which was changed, taken out or moved shows. No secret is in it: it vouches against accidents and
 * careless hands, as a plan's fingerprint does, not against someone who makes seals.
 */
export function sealedLine(entry: JournalEntry, previous: string): { readonly line: string; readonly own: string } {
  const own = digest(previous, JSON.stringify(entry));
  return { line: JSON.stringify({ ...entry, seal: `${previous}:${own}` }), own };
}

/** A line's seal, apart from the rest of it; undefined where it carries none. One that is no seal fits nothing. */
export function unsealed(fields: Readonly<Record<string, unknown>>): {
  readonly entry: Readonly<Record<string, unknown>>;
  readonly seal: Seal | undefined;
} {
  const { seal, ...entry } = fields;
  if (seal === undefined) return { entry, seal: undefined };
  const match = typeof seal === 'string' ? SEAL.exec(seal) : null;
  if (!match) return { entry, seal: { previous: 'nothing', own: 'nothing' } };
  const [, previous = FIRST_SEAL, own = ''] = match;
  return { entry, seal: { previous, own } };
}

/** Whether a line reads as it was written. */
export function isGenuine(entry: Readonly<Record<string, unknown>>, { previous, own }: Seal): boolean {
  return digest(previous, JSON.stringify(entry)) === own;
}

function digest(previous: string, text: string): string {
  return createHash('sha256').update(`${previous} ${text}`).digest('hex').slice(0, 12);
}
