import { isAttribute } from '../changes/registry.js';
import type { JournalEntry } from '../model/journal.js';

/** A journal as far as it can be read. */
export interface ReadJournal {
  readonly entries: readonly JournalEntry[];
  /** Lines that are not whole, with their numbers: the last one of a killed run may be. */
  readonly broken: readonly { readonly line: number; readonly why: string }[];
}

/** Reads what is whole of a journal, and says what is not. */
export function readJournal(text: string): ReadJournal {
  const entries: JournalEntry[] = [];
  const broken: { line: number; why: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = parseLine(line);
    if (typeof entry === 'string') broken.push({ line: index + 1, why: entry });
    else entries.push(entry);
  }
  return { entries, broken };
}

function parseLine(line: string): JournalEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is not whole JSON';
  }
  return isEntry(value) ? value : 'is not an entry that kong writes';
}

type Fields = Readonly<Record<string, unknown>>;

/** What each type of entry needs before anything is done because of it. */
const CHECKS: Readonly<Record<JournalEntry['type'], (entry: Fields) => boolean>> = {
  begin: (entry) => texts(entry, 'run', 'experiment', 'on', 'account') && Array.isArray(entry.regions),
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
