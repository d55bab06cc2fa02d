import { isAttribute } from '../changes/registry.js';
import type { JournalEntry } from '../model/journal.js';
import { FIRST_SEAL, isGenuine, unsealed, type Seal } from './seal.js';

/** A journal as far as it can be read. */
export interface ReadJournal {
  readonly entries: readonly JournalEntry[];
  /** Lines that are not whole, with their numbers: the last one of a killed run may be. */
  readonly broken: readonly { readonly line: number; readonly why: string }[];
  /**
   * Whether lines that once were whole are gone or were changed, and no later line says that all is restored: a change
   * may have been announced there that nobody can know of.
   */
  readonly lost: boolean;
  /** The seal that the next line follows. */
  readonly lastSeal: string;
}

/** Reads what is whole of a journal, and says what is not. */
export function readJournal(text: string): ReadJournal {
  const lines = text.split('\n').map(parseLine);
  const last = lines.findLastIndex((line) => line.kind !== 'empty');
  // a writer that dies leaves the beginning of a line, and nothing after it
  const isTorn = (index: number): boolean => index === last && last === lines.length - 1;
  const reader = new Reader(lines);
  const first = lines.findIndex((line) => line.kind !== 'empty');
  // nor does anybody go on with a journal that has not even begun
  const isBetween = (index: number): boolean => index > first && index < last;
  for (const [index, line] of lines.entries()) reader.take(line, index + 1, isTorn(index) || isBetween(index));
  return reader.read();
}

type Line =
  | { readonly kind: 'empty' }
  /** `isText`: it could be the beginning of a line, left by a writer that died. */
  | { readonly kind: 'broken'; readonly why: string; readonly isText: boolean }
  | {
      readonly kind: 'entry';
      readonly entry: JournalEntry;
      readonly seal: Seal | undefined;
      readonly genuine: boolean;
    };

class Reader {
  private readonly entries: JournalEntry[] = [];
  private readonly broken: { line: number; why: string }[] = [];
  private readonly seen = new Set([FIRST_SEAL]);
  private readonly acceptsUnsealed: boolean;
  private sealed = false;
  private lost = false;
  private lastSeal = FIRST_SEAL;

  /** A journal from before there were seals may be gone on with by one who seals; the other way round it was edited. */
  constructor(lines: readonly Line[]) {
    const first = lines.flatMap((line) => (line.kind === 'entry' && line.seal ? [line.seal] : []))[0];
    this.acceptsUnsealed = first === undefined || first.previous === FIRST_SEAL;
  }

  take(line: Line, number: number, mayBeTorn: boolean): void {
    switch (line.kind) {
      case 'empty':
        return;
      case 'broken':
        // what follows tells by its seal whether this was whole once; where nothing follows, nobody does
        if (!mayBeTorn || !line.isText) this.lost = true;
        this.broken.push({ line: number, why: line.why });
        return;
      case 'entry': {
        const why = this.whyNot(line);
        if (why === undefined) return this.accept(line);
        this.lost = true;
        this.broken.push({ line: number, why });
      }
    }
  }

  read(): ReadJournal {
    const { entries, broken, lost, lastSeal } = this;
    return { entries, broken, lost, lastSeal };
  }

  private whyNot({ seal, genuine }: Extract<Line, { kind: 'entry' }>): string | undefined {
    if (seal) return genuine ? undefined : 'was changed after kong wrote it';
    return this.sealed || !this.acceptsUnsealed ? 'carries no seal, as kong writes them' : undefined;
  }

  private accept({ entry, seal }: Extract<Line, { kind: 'entry' }>): void {
    if (seal) {
      // two processes may have gone on from the same line: a run and whoever took it over
      if (!this.seen.has(seal.previous)) this.lost = true;
      this.seen.add(seal.own);
      this.sealed = true;
      this.lastSeal = seal.own;
    }
    this.entries.push(entry);
    // whoever wrote this knew, or said then what it did not know
    if (entry.type === 'end' && entry.remaining === 0) this.lost = false;
  }
}

function parseLine(line: string): Line {
  if (line.trim() === '') return { kind: 'empty' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'broken', why: 'is not whole JSON', isText: true };
  }
  if (!isFields(value) || isTooDeep(value)) return { kind: 'broken', why: NOT_OURS, isText: false };
  const { entry, seal } = unsealed(value);
  if (!isEntry(entry)) return { kind: 'broken', why: NOT_OURS, isText: false };
  return { kind: 'entry', entry, seal, genuine: seal !== undefined && isGenuine(entry, seal) };
}

const NOT_OURS = 'is not an entry that kong writes';

/** No value that kong sets has more levels; comparing them is recursive. */
const MOST_LEVELS = 32;

function isTooDeep(value: unknown, level = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return level > MOST_LEVELS || Object.values(value).some((inner) => isTooDeep(inner, level + 1));
}

type Fields = Readonly<Record<string, unknown>>;

/** What each type of entry needs before anything is done because of it. */
const CHECKS: Readonly<Record<JournalEntry['type'], (entry: Fields) => boolean>> = {
  begin: (entry) =>
    texts(entry, 'run', 'experiment', 'where', 'account') &&
    (entry.on === 'sim' || entry.on === 'aws') &&
    (entry.endpoint === null || typeof entry.endpoint === 'string') &&
    isTexts(entry.regions),
  intent: (entry) =>
    texts(entry, 'change', 'attribute') &&
    isResource(entry.resource) &&
    typeof entry.attribute === 'string' &&
    isAttribute(entry.attribute) &&
    'before' in entry &&
    'after' in entry,
  irreversible: (entry) => texts(entry, 'change', 'attribute', 'loses') && isResource(entry.resource),
  done: (entry) => texts(entry, 'change') && (entry.created === undefined || typeof entry.created === 'string'),
  failed: (entry) => texts(entry, 'change', 'message'),
  undo: (entry) => texts(entry, 'change'),
  undone: (entry) => texts(entry, 'change', 'how'),
  end: (entry) => texts(entry, 'outcome') && typeof entry.remaining === 'number',
};

function isEntry(value: unknown): value is JournalEntry {
  if (!isFields(value) || typeof value.type !== 'string' || typeof value.at !== 'string') return false;
  if (Number.isNaN(Date.parse(value.at))) return false;
  const check = Object.entries(CHECKS).find(([type]) => type === value.type)?.[1];
  return check !== undefined && check(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function texts(entry: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => typeof entry[name] === 'string');
}

function isResource(value: unknown): boolean {
  return isFields(value) && texts(value, 'type', 'region', 'id');
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
