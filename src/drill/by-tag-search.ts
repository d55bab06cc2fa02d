import type { Cloud } from '../aws/cloud.js';
import { EXPIRES_AFTER_MS } from '../changes/creation-tags.js';
import { taggedIn, type Tagged } from '../changes/tagged.js';
import { messageOf } from '../model/errors.js';

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

/** Everything that carries a run's tags, by run. A region that can't be read does not keep the others from it. */
export async function findTaggedRuns(regions: readonly string[], cloud: Cloud): Promise<TagSearch> {
  const read = await Promise.all(
    regions.map(async (region) => {
      try {
        return { region, found: await taggedIn(region, cloud), message: undefined };
      } catch (error) {
        return { region, found: [], message: messageOf(error) };
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
