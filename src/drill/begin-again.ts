import type { BeginEntry, JournalEntry } from '../model/journal.js';
import type { Files } from '../model/ports.js';
import type { ReadJournal } from './read-journal.js';

/** A journal whose first line is not whole. */
export interface Headless extends Pick<ReadJournal, 'entries' | 'lost'> {
  readonly state: string;
  readonly files: Files;
}

/** Said in place of an account where nothing tells in which one a run took place. */
export const NO_ACCOUNT = 'nobody knows which';

/**
 * Where a run takes place, for a journal that does not say it any more: as plan.json beside it says. Undefined where
 * the run came to nothing: no line announces anything, and none is lost.
 */
export function beginAgain(
  run: string,
  { state, files, entries, lost }: Headless,
): (BeginEntry & { readonly at: string }) | undefined {
  if (entries.length === 0 && !lost) return undefined;
  const at = entries[0]?.at ?? new Date(0).toISOString();
  return {
    at,
    type: 'begin',
    version: 1,
    run,
    ...placeOf(parse(files.read(`${state}/runs/${run}/plan.json`)), entries),
  };
}

type Place = Pick<BeginEntry, 'experiment' | 'on' | 'where' | 'endpoint' | 'account' | 'regions'>;

function placeOf(plan: Fields, entries: readonly JournalEntry[]): Place {
  const { experiment, on, where, endpoint, account, regions } = plan;
  const name = isFields(experiment) && typeof experiment.name === 'string' ? experiment.name : 'unknown';
  const touched = entries.flatMap((entry) => (entry.type === 'intent' ? [entry.resource.region] : []));
  const known = Array.isArray(regions) ? regions.filter((one) => typeof one === 'string') : [...new Set(touched)];
  if ((on !== 'sim' && on !== 'aws') || typeof account !== 'string')
    return { experiment: name, on: 'aws', where: 'unknown', endpoint: null, account: NO_ACCOUNT, regions: known };
  return {
    experiment: name,
    on,
    where: typeof where === 'string' ? where : on,
    endpoint: typeof endpoint === 'string' ? endpoint : null,
    account,
    regions: known,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string | undefined): Fields {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
