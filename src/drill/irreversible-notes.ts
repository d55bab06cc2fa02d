import type { JournalEntry } from '../model/journal.js';
import { resourceKey } from '../model/resource.js';
import type { AttributeNote } from '../model/run.js';
import type { Watch } from '../sli/watch.js';
import type { Consequence } from './consequences.js';

/** Whether an announced act took place: not where AWS refused it; without any answer, it may have. */
export function tookPlace(change: string, entries: readonly JournalEntry[]): 'yes' | 'no' | 'unknown' {
  const own = entries.filter((entry) => 'change' in entry && entry.change === change);
  if (own.some(({ type }) => type === 'done')) return 'yes';
  const isAnnounced = own.some(({ type }) => type === 'irreversible');
  return !isAnnounced || own.some(({ type }) => type === 'failed') ? 'no' : 'unknown';
}

/** What a run did, or may have done, that can't be undone; with what became of it, where that was followed. */
export function irreversibleNotes(
  entries: readonly JournalEntry[],
  aftermaths: ReadonlyMap<string, NonNullable<AttributeNote['aftermath']>> = new Map(),
): readonly AttributeNote[] {
  return entries.flatMap((entry) => {
    if (entry.type !== 'irreversible') return [];
    const { change, attribute, resource, loses } = entry;
    const place = tookPlace(change, entries);
    if (place === 'no') return [];
    const aftermath = aftermaths.get(change);
    const note = { attribute, resource: resourceKey(resource), before: null, after: null, note: loses };
    const doubt = place === 'unknown' ? { uncertain: true as const } : {};
    return [{ ...note, ...doubt, ...(aftermath === undefined ? {} : { aftermath }) }];
  });
}

/** Whether the system made up for each act, how long that took, and which expectations were off meanwhile. */
export function aftermathNotes(
  consequences: readonly Consequence[],
  watch: Pick<Watch, 'recovery'>,
  nowMs: number,
): ReadonlyMap<string, NonNullable<AttributeNote['aftermath']>> {
  return new Map(
    consequences.map(({ change, actedAtMs, aftermath, replacedAtMs }) => {
      const { expectations } = watch.recovery({ sinceMs: actedAtMs, untilMs: replacedAtMs }, nowMs);
      const noticed = expectations.filter(({ offMs }) => offMs > 0).map(({ sli, expect }) => `${sli} ${expect}`);
      const note = {
        state: stateOf(aftermath),
        by: aftermath?.state === 'replaced' ? aftermath.by : null,
        afterSeconds: replacedAtMs === undefined ? null : (replacedAtMs - actedAtMs) / 1_000,
        noticed,
      };
      return [change.id, note];
    }),
  );
}

/** At the end of a drill, what is still to come is missing. */
function stateOf(aftermath: Consequence['aftermath']): NonNullable<AttributeNote['aftermath']>['state'] {
  if (aftermath === undefined) return 'unknown';
  return aftermath.state === 'waiting' ? 'missing' : aftermath.state;
}
