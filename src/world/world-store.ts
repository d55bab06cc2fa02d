import type { Json } from '../model/json.js';
import type { Files } from '../model/ports.js';
import type { RowChange } from './aws/store.js';

/** What a world remembers beside its rows and its metrics. */
export interface WorldMemory {
  /** The second up to which it has lived. */
  readonly tickedMs: number;
  readonly traffic: Json;
  /** How long each group has been too busy, or not busy enough. */
  readonly loads: Json;
}

/** What was kept of a world at one moment. */
export interface KeptMoment {
  readonly nowMs: number;
  /** The rows that had changed since the moment before; at the first, all of them. */
  readonly rows: readonly RowChange[];
  /** Kept from time to time only. */
  readonly memory?: WorldMemory | undefined;
}

/** What a world was made from, so that another process can make it again. */
export interface WorldSource {
  readonly file: string;
  /** `KEY=VALUE`, as they were given. */
  readonly overrides: readonly string[];
  readonly seed: number;
}

/** The rows as they are at the last of some moments, in the order of their first appearance. */
export function rowsOf(moments: readonly KeptMoment[]): readonly RowChange[] {
  const rows = new Map<string, RowChange>();
  for (const change of moments.flatMap((moment) => moment.rows)) rows.set(`${change.table} ${change.id}`, change);
  return [...rows.values()].filter(({ row }) => row !== null);
}

/**
 * The simulated world on disk: every row that changed, appended before the call that changed it is answered, and from
 * time to time what the world remembers.
 */
export class WorldStore {
  private readonly path: string;
  private readonly files: Files;

  constructor(folder: string, files: Files) {
    this.path = `${folder}/rows.ndjson`;
    this.files = files;
  }

  /** Forgets the world before, and keeps a new one. */
  begin(first: KeptMoment & { readonly source: WorldSource }): void {
    this.files.write(this.path, `${JSON.stringify(first)}\n`);
  }

  // not flushed: the world ends with its machine, only not with its process
  append(moment: KeptMoment): void {
    this.files.append(this.path, `${JSON.stringify(moment)}\n`, { flush: false });
  }

  /** What the kept world was made from. */
  source(): WorldSource | undefined {
    const first = parseLine((this.files.read(this.path) ?? '').split('\n')[0] ?? '');
    return first && 'source' in first && isSource(first.source) ? first.source : undefined;
  }

  /** Every moment that was kept whole, the oldest first; empty where no world is kept. */
  moments(): readonly KeptMoment[] {
    return (this.files.read(this.path) ?? '').split('\n').flatMap((line) => parseLine(line) ?? []);
  }

  remove(): void {
    this.files.remove(this.path);
  }
}

function parseLine(line: string): KeptMoment | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isKept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isKept(value: unknown): value is KeptMoment {
  return (
    typeof value === 'object' &&
    value !== null &&
    'nowMs' in value &&
    typeof value.nowMs === 'number' &&
    'rows' in value &&
    Array.isArray(value.rows) &&
    (!('memory' in value) || isMemory(value.memory))
  );
}

function isMemory(value: unknown): value is WorldMemory {
  return (
    typeof value === 'object' &&
    value !== null &&
    'tickedMs' in value &&
    typeof value.tickedMs === 'number' &&
    'traffic' in value &&
    'loads' in value
  );
}

function isSource(value: unknown): value is WorldSource {
  return (
    typeof value === 'object' &&
    value !== null &&
    'file' in value &&
    typeof value.file === 'string' &&
    'overrides' in value &&
    Array.isArray(value.overrides) &&
    'seed' in value &&
    typeof value.seed === 'number'
  );
}
