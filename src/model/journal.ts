import type { AttributeKind } from './change.js';
import type { Json } from './json.js';
import type { OverrideNote } from './plan.js';
import type { ResourceRef } from './resource.js';
import type { Outcome } from './run.js';

/** One line of journal.ndjson. Append-only; what announces a call is on disk before the call leaves. */
export type JournalEntry = { readonly at: string } & JournalEntryBody;

/** An entry without its time. */
export type JournalEntryBody =
  | BeginEntry
  | IntentEntry
  | {
      readonly type: 'irreversible';
      readonly change: string;
      readonly attribute: string;
      readonly resource: ResourceRef;
      readonly loses: string;
    }
  | { readonly type: 'done'; readonly change: string; readonly created?: string }
  | { readonly type: 'failed'; readonly change: string; readonly message: string }
  | { readonly type: 'undo'; readonly change: string }
  | { readonly type: 'undone'; readonly change: string; readonly how: UndoneHow }
  | { readonly type: 'end'; readonly outcome: Outcome; readonly remaining: number };

/** Where the run takes place: enough to find the same cloud again. */
export interface BeginEntry {
  readonly type: 'begin';
  readonly version: 1;
  readonly run: string;
  readonly experiment: string;
  readonly on: 'sim' | 'aws';
  readonly where: string;
  readonly endpoint: string | null;
  readonly account: string;
  readonly regions: readonly string[];
  /** The gates that refused and were passed by name. */
  readonly overrides?: readonly OverrideNote[];
  /** The saved plan that was used. */
  readonly plan?: string;
}

/** A change about to be made: all that its undo needs. */
export interface IntentEntry {
  readonly type: 'intent';
  readonly change: string;
  readonly attribute: AttributeKind;
  readonly resource: ResourceRef;
  readonly before: Json;
  readonly after: Json;
  readonly memo?: Json;
}

/**
 * `written`: put back. `already`: read as before. `gone`: the resource is no more. `foreign`: someone else's value,
 * left alone.
 */
export type UndoneHow = 'written' | 'already' | 'gone' | 'foreign';
