import type { Files } from '../model/ports.js';
import type { RowChange } from './aws/store.js';

/** A world as an earlier process left it. */
export interface KeptWorld {
  readonly nowMs: number;
  /** The rows as they were last, in the order of their first appearance. */
  readonly rows: readonly RowChange[];
}

/** What a world was made from, so that another process can make it again. */
export interface WorldSource {
  readonly file: string;
  /** `KEY=VALUE`, as they were given. */
  readonly overrides: readonly string[];
  readonly seed: number;
}

/**
 * The simulated world's infrastructure on disk: every row that changed, appended before the call that changed it is
 * answered.
 */
export class WorldStore {
  private readonly path: string;
  private readonly files: Files;

  constructor(folder: string, files: Files) {
    this.path = `${folder}/rows.ndjson`;
    this.files = files;
  }

  /** Forgets the world before, and keeps a new one. */
  begin(first: KeptWorld & { readonly source: WorldSource }): void {
    this.files.write(this.path, `${JSON.stringify(first)}\n`);
  }

  // not flushed: the world ends with its machine, only not with its process
  append(nowMs: number, rows: readonly RowChange[]): void {
    if (rows.length === 0) return;
    this.files.append(this.path, `${JSON.stringify({ nowMs, rows })}\n`, { flush: false });
  }

  /** What the kept world was made from. */
  source(): WorldSource | undefined {
    const first = parseLine((this.files.read(this.path) ?? '').split('\n')[0] ?? '');
    return first && 'source' in first && isSource(first.source) ? first.source : undefined;
  }

  /** @returns undefined where no world is kept, or its file is not whole */
  read(): KeptWorld | undefined {
    const lines = (this.files.read(this.path) ?? '').split('\n').flatMap((line) => parseLine(line) ?? []);
    const last = lines.at(-1);
    if (!last) return undefined;
    const rows = new Map<string, RowChange>();
    for (const { table, id, row } of lines.flatMap((line) => line.rows)) rows.set(`${table} ${id}`, { table, id, row });
    return { nowMs: last.nowMs, rows: [...rows.values()].filter(({ row }) => row !== null) };
  }

  remove(): void {
    this.files.remove(this.path);
  }
}

function parseLine(line: string): KeptWorld | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isKept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isKept(value: unknown): value is KeptWorld {
  return (
    typeof value === 'object' &&
    value !== null &&
    'nowMs' in value &&
    typeof value.nowMs === 'number' &&
    'rows' in value &&
    Array.isArray(value.rows)
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
