/** More pages than any account has; a server that never ends its list is not waited for. */
const MOST_PAGES = 10_000;

/**
 * Reads every page of a list.
 *
 * @param read - one page, from the token that the last one gave
 */
export async function allPages<T>(
  read: (token: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await read(token);
    all.push(...items);
    if (!next || next === token) return all;
    token = next;
  }
  return all;
}

/** Cuts a list into pieces of at most `size`: AWS takes 200 values a filter, so many ids a call. */
export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const pieces: T[][] = [];
  for (let from = 0; from < items.length; from += size) pieces.push(items.slice(from, from + size));
  return pieces;
}
