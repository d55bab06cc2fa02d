import type { Cloud } from '../aws/cloud.js';
import { EXPIRES_AFTER_MS } from '../changes/creation-tags.js';
import { taggedInEc2, type Tagged } from '../changes/tagged.js';
import { taggedCommands } from '../changes/tagged-commands.js';
import { taggedInFis } from '../changes/tagged-fis.js';
import { KongError, messageOf } from '../model/errors.js';

/** A run as the tags of what it created tell it. */
export interface TaggedRun {
  readonly run: string;
  readonly made: readonly Tagged[];
  /** When it may be taken for abandoned, milliseconds since the epoch; undefined: no tag says. */
  readonly expiresAtMs: number | undefined;
}

/** What a search for tags found. */
export interface TagSearch {
  /** Oldest first. */
  readonly runs: readonly TaggedRun[];
  /** What carries a run's tag and can't be a run's: never touched. */
  readonly strange: readonly Tagged[];
  readonly unread: readonly { readonly region: string; readonly message: string }[];
}

/** Where a run may have left something. */
const KINDS = [taggedInEc2, taggedInFis, taggedCommands] as const;

/**
 * Everything that carries a run's tags, by run. A region or a service that can't be read does not keep the others from
 * it.
 */
export async function findTaggedRuns(regions: readonly string[], cloud: Cloud): Promise<TagSearch> {
  const asked = regions.flatMap((region) => KINDS.map((kind) => ({ region, kind })));
  const read = await Promise.all(
    asked.map(async ({ region, kind }) => {
      try {
        return { region, found: await kind(region, cloud), message: undefined };
      } catch (error) {
        return { region, found: [], message: isUnknownThere(error) ? undefined : messageOf(error) };
      }
    }),
  );
  const found = read.flatMap((one) => one.found);
  const ours = found.filter((one) => one.foreign === undefined);
  const names = [...new Set(ours.map(({ run }) => run))].sort();
  return {
    runs: names.map((run) =>
      runOf(
        run,
        ours.filter((one) => one.run === run),
      ),
    ),
    strange: found.filter((one) => one.foreign !== undefined),
    unread: read.flatMap(({ region, message }) => (message === undefined ? [] : [{ region, message }])),
  };
}

/** An emulator that does not know how to list something has none of it. */
function isUnknownThere(error: unknown): boolean {
  return error instanceof KongError && error.code === 'NOT_IMPLEMENTED';
}

function runOf(run: string, made: readonly Tagged[]): TaggedRun {
  const ends = made.flatMap(({ expiresAtMs }) => expiresAtMs ?? []);
  return { run, made, expiresAtMs: ends.length === 0 ? undefined : Math.max(...ends) };
}

/**
 * Whether a run may be taken for abandoned: it has expired, or began longer ago than somebody said. Without a tag that
 * says when, it may still go on.
 */
export function isAbandoned({ expiresAtMs }: TaggedRun, nowMs: number, olderThanMs: number | undefined): boolean {
  if (expiresAtMs === undefined) return false;
  const began = expiresAtMs - EXPIRES_AFTER_MS;
  return nowMs >= expiresAtMs || (olderThanMs !== undefined && nowMs - began >= olderThanMs);
}
