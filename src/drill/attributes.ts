import { driverOf } from '../changes/registry.js';
import { attributeKey, type AttributeKind } from '../model/change.js';
import type { IntentEntry, JournalEntry, UndoneHow } from '../model/journal.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';

/** One attribute that a run touched: the value before its first change, and every value that the run gave it. */
export interface Touched {
  /** The first change that touched it: its name in the journal's undo entries. */
  readonly change: string;
  readonly attribute: AttributeKind;
  readonly resource: ResourceRef;
  readonly before: Json;
  readonly ours: readonly Json[];
  readonly memo: Json;
  /** False where a call was announced and no answer was noted: it may have arrived, or may yet. */
  readonly confirmed: boolean;
  readonly undone: boolean;
  /** How it was put back, or why it was not; undefined: it is not undone. */
  readonly how: UndoneHow | undefined;
  /** The last change that touched it. */
  readonly latest: string;
  /** When it was last touched, as far as the journal tells; milliseconds since the epoch. */
  readonly touchedAtMs: number;
  /** When it was last tried to be put back; undefined: it was not. */
  readonly triedAtMs: number | undefined;
}

/** What a run touched, in the order of first touch, worked out from its journal alone. */
export function touchedAttributes(entries: readonly JournalEntry[]): readonly Touched[] {
  const touched = new Map<string, Touched>();
  const keyOf = new Map<string, string>();
  const update = (change: string, patch: Partial<Touched>): void => {
    const key = keyOf.get(change);
    const known = key === undefined ? undefined : touched.get(key);
    if (key !== undefined && known) touched.set(key, { ...known, ...patch });
  };
  for (const entry of entries) {
    if (entry.type === 'intent') {
      const key = attributeKey(entry);
      keyOf.set(entry.change, key);
      touched.set(key, touch(touched.get(key), entry, Date.parse(entry.at)));
    }
    if (entry.type === 'done') update(entry.change, { confirmed: true, touchedAtMs: Date.parse(entry.at) });
    if (entry.type === 'undo') update(entry.change, { triedAtMs: Date.parse(entry.at) });
    if (entry.type === 'undone') update(entry.change, { undone: true, how: entry.how });
  }
  return [...touched.values()];
}

function touch(known: Touched | undefined, entry: IntentEntry, touchedAtMs: number): Touched {
  const { change, attribute, resource, before, after, memo } = entry;
  const now = { confirmed: false, latest: change, touchedAtMs };
  if (known && !known.undone) return { ...known, ...now, ours: [...known.ours, after] };
  const first = { change, attribute, resource, before, ours: [after], memo: memo ?? null };
  return { ...first, ...now, undone: false, how: undefined, triedAtMs: undefined };
}

/** Ids of created resources by their handles, as far as their answers were noted. */
export function createdIds(entries: readonly JournalEntry[]): ReadonlyMap<string, string> {
  const handles = new Map(
    entries.flatMap((entry) =>
      entry.type === 'intent' && driverOf(entry.attribute).findCreated
        ? [[entry.change, entry.resource.id] as const]
        : [],
    ),
  );
  return new Map(
    entries.flatMap((entry) => {
      const handle = entry.type === 'done' ? handles.get(entry.change) : undefined;
      return entry.type === 'done' && handle !== undefined && entry.created !== undefined
        ? [[handle, entry.created] as const]
        : [];
    }),
  );
}
