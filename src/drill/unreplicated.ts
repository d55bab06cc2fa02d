import type { JournalEntry } from '../model/journal.js';
import { resourceKey } from '../model/resource.js';

/** A rule that did not replicate for a while. */
export interface Unreplicated {
  /** As messages name it: `replication-rule us-east-1/BUCKET/RULE`. */
  readonly resource: string;
  readonly sinceMs: number;
  /** Undefined: it still does not. */
  readonly untilMs: number | undefined;
}

/** The rules that a run disabled, each with when. From the announcement on: the call may have arrived at once. */
export function unreplicatedIn(entries: readonly JournalEntry[]): readonly Unreplicated[] {
  return entries.flatMap((entry) => {
    if (entry.type !== 'intent' || entry.attribute !== 'replicationRule.status') return [];
    const { change, resource, at } = entry;
    const undone = entries.find((one) => one.type === 'undone' && one.change === change);
    const untilMs = undone && Date.parse(undone.at);
    return [{ resource: resourceKey(resource), sinceMs: Date.parse(at), untilMs }];
  });
}
