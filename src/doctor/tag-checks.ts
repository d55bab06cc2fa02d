import type { Cloud } from '../aws/cloud.js';
import { findTaggedRuns, isAbandoned, type TaggedRun } from '../drill/by-tag-search.js';
import { failed, ok, unknown, warning, type Check } from '../model/checkup.js';
import { count } from '../model/summary.js';

/** Where leftovers are looked for, and which runs are known to go on. */
export interface TagRequest {
  readonly cloud: Cloud;
  readonly regions: readonly string[];
  /** Of this state. Whether runs of others go on, only their expiry tells. */
  readonly live: ReadonlySet<string>;
  /** Milliseconds since the epoch, on the clock by which runs expire. */
  readonly nowMs: number;
}

/** What carries the tags of a run, and should be gone by now. */
export async function tagChecks({ cloud, regions, live, nowMs }: TagRequest): Promise<readonly Check[]> {
  const name = 'tags';
  if (regions.length === 0) {
    return [unknown(name, 'it is not said in which regions to look', 'name them under aws.regions in kong.yaml')];
  }
  const { runs, strange, unread } = await findTaggedRuns(regions, cloud);
  const others = runs.filter(({ run }) => !live.has(run));
  const well = others.length === 0 && strange.length === 0 && unread.length === 0;
  return [
    ...(well ? [ok(name, `nothing carries the tags of a run that is over, in ${regions.join(', ')}`)] : []),
    ...others.map((run) => leftover(run, nowMs)),
    ...strange.map(({ id, foreign = '' }) =>
      warning(
        `${name} ${id}`,
        `carries the tags of a run, and ${foreign}`,
        'find out who tagged it; kong leaves it alone',
      ),
    ),
    ...unread.map(({ region, message }) => unknown(`${name} ${region}`, message)),
  ];
}

function leftover(found: TaggedRun, nowMs: number): Check {
  const { run, made, expiresAtMs } = found;
  const name = `tags ${run}`;
  const what = `${count(made.length, 'resource')} (${made.map(({ id }) => id).join(', ')})`;
  const fix = `kong rollback --by-tag --run ${run}`;
  if (isAbandoned(found, nowMs, undefined)) {
    const since = expiresAtMs === undefined ? '' : ` since ${new Date(expiresAtMs).toISOString()}`;
    return failed(name, `${what}: expired${since}`, { code: 'STILL_CHANGED', fix });
  }
  return warning(name, `${what}: of a run that this state does not know to go on`, `if it is over: ${fix}`);
}
