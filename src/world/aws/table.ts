import type { Json } from '../../model/json.js';
import { KongError } from '../../model/errors.js';

/** Told of every change of a row; undefined: it was not, or is no more. */
export type Watcher<R> = (after: R | undefined, before: R | undefined) => void;

/** What readers saw before a write, and until when they see it. */
interface OldView<R> {
  readonly row: R | undefined;
  readonly untilMs: number;
}

/**
 * Rows of one kind by id, in the order of their making. Two views: what is (`get`, `all`), and what describing
 * calls see (`seen`), which may lag behind a write.
 */
export class Table<R extends { readonly id: string }> {
  private readonly name: string;
  private readonly isRow: (row: Json) => row is R & Json;
  private readonly rows = new Map<string, R>();
  private readonly old = new Map<string, readonly OldView<R>[]>();
  private readonly watchers: Watcher<R>[] = [];
  private dirty = new Set<string>();

  constructor(name: string, isRow: (row: Json) => row is R & Json) {
    this.name = name;
    this.isRow = isRow;
  }

  get(id: string): R | undefined {
    return this.rows.get(id);
  }

  all(): Iterable<R> {
    return this.rows.values();
  }

  /**
   * Writes a row.
   * @param seenFromMs - from when on readers see it; undefined: at once
   */
  put(row: R, seenFromMs?: number): void {
    this.set(row.id, row, seenFromMs);
  }

  /** Removes a row, if it is there. */
  remove(id: string, seenFromMs?: number): void {
    if (this.rows.has(id)) this.set(id, undefined, seenFromMs);
  }

  /** What a reader sees at a moment. */
  seen(nowMs: number): readonly R[] {
    this.forgetOld(nowMs);
    if (this.old.size === 0) return [...this.rows.values()];
    const ids = new Set([...this.rows.keys(), ...this.old.keys()]);
    return [...ids].flatMap((id) => this.seenOne(id, nowMs) ?? []);
  }

  /** What a reader sees of one row at a moment. */
  seenOne(id: string, nowMs: number): R | undefined {
    const view = this.old.get(id)?.find((one) => one.untilMs > nowMs);
    return view ? view.row : this.rows.get(id);
  }

  watch(watcher: Watcher<R>): void {
    this.watchers.push(watcher);
  }

  /** The rows that changed since the last call; null: removed. */
  takeDirty(): readonly (readonly [string, R | null])[] {
    if (this.dirty.size === 0) return [];
    const changed = [...this.dirty].map((id) => [id, this.rows.get(id) ?? null] as const);
    this.dirty = new Set();
    return changed;
  }

  /**
   * Puts back a row that was kept.
   * @throws KongError where it is no row of this table
   */
  load(id: string, row: Json): void {
    if (!this.isRow(row)) {
      throw new KongError('STATE_NOT_READABLE', `the simulated world's ${this.name}/${id} is not readable`, {
        fix: 'remove the folder `world` in the state folder: the next drill begins a new world',
      });
    }
    const before = this.rows.get(id);
    this.rows.set(id, row);
    for (const watcher of this.watchers) watcher(row, before);
  }

  /** Takes away a row that was kept, and is no more. */
  unload(id: string): void {
    const before = this.rows.get(id);
    if (before === undefined) return;
    this.rows.delete(id);
    for (const watcher of this.watchers) watcher(undefined, before);
  }

  private set(id: string, row: R | undefined, seenFromMs: number | undefined): void {
    const before = this.rows.get(id);
    if (seenFromMs !== undefined) this.keepOld(id, before, seenFromMs);
    if (row) this.rows.set(id, row);
    else this.rows.delete(id);
    this.dirty.add(id);
    for (const watcher of this.watchers) watcher(row, before);
  }

  private keepOld(id: string, row: R | undefined, untilMs: number): void {
    const views = this.old.get(id) ?? [];
    const latest = Math.max(untilMs, views.at(-1)?.untilMs ?? 0);
    this.old.set(id, [...views, { row, untilMs: latest }]);
  }

  private forgetOld(nowMs: number): void {
    if (this.old.size === 0) return;
    for (const [id, views] of this.old) {
      if ((views.at(-1)?.untilMs ?? 0) <= nowMs) this.old.delete(id);
    }
  }
}
