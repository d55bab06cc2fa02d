import { readAttributes, resolved, type ReadContext, type Role } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import type { TaggedUndo } from '../changes/undo-tags.js';
import { attributeKey, type Change } from '../model/change.js';
import { messageOf } from '../model/errors.js';
import type { BeginEntry } from '../model/journal.js';
import type { Json } from '../model/json.js';
import { resourceKey } from '../model/resource.js';
import type { TagRepair } from './by-tag-repair.js';
import { suspectsOf, type Suspect } from './by-tag-suspects.js';
import { Journal } from './journal.js';
import { recover, type RecoverRequest, type RecoveryReport } from './recover.js';
import { findRun, runFolder, storedRuns } from './runs.js';

/** What `kong rollback --by-tag` did about one run. */
export interface TagReport extends RecoveryReport {
  readonly leftOut: readonly string[];
  /** What may be this run's, though no tag says so: for a person to look at. */
  readonly suspects: readonly Suspect[];
}

/** What a run's recovery by tags needs: its repair, and where it took place. */
export interface TagRequest extends RecoverRequest {
  readonly begin: Pick<BeginEntry, 'on' | 'where' | 'endpoint' | 'account' | 'regions'>;
}

/**
 * Puts back what tags tell. It writes the journal that is lost, as far as the tags know it, and then goes by that, so
 * that it can itself be finished by `kong rollback`. A journal that is there is only added to: it knows more.
 *
 * @throws KongError STATE_NOT_WRITABLE: nothing was changed
 */
export async function recoverByTags(repair: TagRepair, request: TagRequest): Promise<TagReport> {
  const { state, cloud, switches, clock, files, emit, begin } = request;
  const { run } = repair;
  const suspects = await suspectsOf(repair, cloud);
  const known = storedRuns(state, files).find((one) => one.run === run);
  const onTrouble = (error: unknown): void => emit({ type: 'warning', message: messageOf(error) });
  const journal = new Journal(`${runFolder(state, run)}/journal.ndjson`, { files, clock, onTrouble });
  if (!known) journal.begin({ run, experiment: 'known from tags alone', ...begin });
  await journalAgain(repair, journal, { prefix: `t${known?.entries.length ?? 0}-`, cloud, switches });
  const report = await recover(findRun(state, run, files), request);
  const remaining = [...repair.stuck, ...report.remaining];
  return { ...report, remaining, leftOut: known ? [] : repair.leftOut, suspects: known ? [] : suspects };
}

/** First what was created, last what is put back first: as the run itself would have written it. */
const ORDER: readonly Role[] = ['made', 'capacity', 'traffic', 'isolation', 'healing', 'cut'];

/** Announces again what the run announced; what reads as the run's was done, of the rest nobody knows. */
async function journalAgain(
  { run, made, items }: TagRepair,
  journal: Journal,
  { prefix, ...reach }: Pick<ReadContext, 'cloud' | 'switches'> & { readonly prefix: string },
): Promise<void> {
  const known = made.filter(({ attribute }) => driverOf(attribute).findCreated);
  const created = new Map(known.map(({ resource, id }) => [resource.id, id]));
  const all = [
    ...made.map(({ attribute, resource, after }) => ({ attribute, resource, before: null, ours: [after] })),
    ...items,
  ];
  const ordered = ORDER.flatMap((role) => all.filter(({ attribute }) => driverOf(attribute).role === role));
  let last = 0;
  const announced = ordered.map((item) => ({ item, changes: changesOf(item, () => `${prefix}${++last}`) }));
  journal.intend(announced.flatMap(({ changes }) => changes));
  const isOurs = await oursNow(ordered, { ...reach, run, created });
  for (const { item, changes } of announced) {
    const latest = changes.at(-1);
    if (latest && isOurs.has(attributeKey(item))) journal.done(latest.id, createdBy(latest, created));
  }
}

function changesOf({ ours, ...rest }: TaggedUndo, nextId: () => string): readonly Change[] {
  return ours.map((after) => ({ kind: 'reversible', id: nextId(), ...rest, after }));
}

function createdBy({ attribute, resource }: Change, created: ReadonlyMap<string, string>): string | undefined {
  return driverOf(attribute).findCreated ? created.get(resource.id) : undefined;
}

const NOTHING_READ: ReadonlyMap<string, Json> = new Map();

/** The attributes that read as the run set them; one that can't be read is left to the recovery. */
async function oursNow(items: readonly TaggedUndo[], context: ReadContext): Promise<ReadonlySet<string>> {
  const attributes = [...new Set(items.map(({ attribute }) => attribute))];
  const read = await Promise.all(
    attributes.map(async (attribute) => {
      const driver = driverOf(attribute);
      const own = items.filter((item) => item.attribute === attribute);
      const resources = own.map(({ resource }) => resource);
      const now = await readAttributes(driver, resources, context).catch(() => NOTHING_READ);
      return own.filter(({ resource, before, ours }) => {
        const value = now.get(resourceKey(resource));
        const values = ours.map((one) => resolved(one, context.created));
        const relation = value === undefined ? 'gone' : driver.relate({ before, ours: values }, value);
        return relation === 'after' || relation === 'partly';
      });
    }),
  );
  return new Set(read.flat().map(attributeKey));
}
