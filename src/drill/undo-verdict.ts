import { readAttributes, resolved, type Relation } from '../changes/driver.js';
import type { Look } from '../changes/look.js';
import { driverOf } from '../changes/registry.js';
import { KongError, messageOf } from '../model/errors.js';
import type { UndoneHow } from '../model/journal.js';
import type { Json } from '../model/json.js';
import { resourceKey } from '../model/resource.js';
import type { AttributeNote } from '../model/run.js';
import type { Touched } from './attributes.js';
import { readContext, type RunContext } from './context.js';

/** What an undo knows of one attribute. `waiting`: it is not back yet, with the reason in `note`. */
export type Verdict = {
  readonly item: Touched;
  readonly state: 'restored' | 'gone' | 'foreign' | 'waiting';
  readonly now: Json | undefined;
  readonly note?: string;
};

/** An attribute as it was read, and what that means. */
export interface Judged {
  readonly verdict: Verdict;
  readonly relation: Relation | 'gone' | 'unread';
}

const DOUBTED = 'a call or a copy may still arrive, or reads may not show it yet';

/**
 * Reads a stage of attributes and says where each of them stands. An error of reading is a verdict too.
 *
 * @param look - of what has not been written since it was taken
 */
export async function judge(
  stage: readonly Touched[],
  context: RunContext,
  look: Look,
): Promise<readonly Judged[]> {
  const [first] = stage;
  if (!first) return [];
  const driver = driverOf(first.attribute);
  if (driver.readsApart && stage.length > 1) {
    return (await Promise.all(stage.map((item) => judge([item], context, look)))).flat();
  }
  let current: ReadonlyMap<string, Json>;
  try {
    current = await readAttributes(
      driver,
      stage.map((item) => item.resource),
      readContext(context, look),
    );
  } catch (error) {
    const note = `could not be read: ${withFix(error)}`;
    return stage.map((item) => ({ relation: 'unread', verdict: { item, state: 'waiting', now: undefined, note } }));
  }
  return stage.map((item) => {
    const now = current.get(resourceKey(item.resource));
    if (now === undefined) return { relation: 'gone', verdict: verdictOf(item, 'gone') };
    const ours = item.ours.map((value) => resolved(value, context.created));
    const relation = driver.relate({ before: item.before, ours }, now);
    return { relation, verdict: { item, now, ...stateOf(relation) } };
  });
}

/** What a person can do about it is told with it: nobody else will. */
function withFix(error: unknown): string {
  const fix = error instanceof KongError && error.code === 'BAD_CONFIG' ? error.fix : undefined;
  return fix === undefined ? messageOf(error) : `${messageOf(error)}; ${fix}`;
}

/** An attribute that is left alone, and why. */
export function verdictOf(item: Touched, state: 'gone' | 'foreign'): Verdict {
  const note = state === 'gone' ? 'is not there any more' : FOREIGN;
  return { item, state, now: undefined, note };
}

const FOREIGN = 'someone else changed it meanwhile; left alone';

function stateOf(relation: Relation): Pick<Verdict, 'state' | 'note'> {
  switch (relation) {
    case 'before':
      return { state: 'restored' };
    case 'foreign':
      return { state: 'foreign', note: FOREIGN };
    case 'after':
    case 'partly':
      return { state: 'waiting', note: 'is still changed' };
    case 'moving':
      return { state: 'waiting', note: 'is on its way' };
  }
}

/** Whether an attribute is on its way, and only needs time. */
export function isMoving({ note }: Verdict): boolean {
  return note === stateOf('moving').note;
}

/** A verdict that does not count yet: a call or a copy may still arrive, or a read may lag behind one that did. */
export function doubted(verdict: Verdict): Verdict {
  return { ...verdict, state: 'waiting', note: DOUBTED };
}

/** Whether it was left alone and somebody should know. */
export function isConflict(verdict: Verdict): boolean {
  if (verdict.state === 'gone') return driverOf(verdict.item.attribute).gone === 'conflict';
  return verdict.state === 'foreign' && driverOf(verdict.item.attribute).foreign === 'conflict';
}

/** How an attribute ended, for the journal. */
export function howOf(verdict: Verdict, written: ReadonlySet<string>): UndoneHow {
  if (verdict.state === 'gone' || verdict.state === 'foreign') return verdict.state;
  return written.has(verdict.item.change) ? 'written' : 'already';
}

/** A verdict as a report lists it. */
export function toNote({ item, now, note }: Verdict): AttributeNote {
  return { ...noteOf(item, note), ...(now === undefined ? {} : { now }) };
}

/** A touched attribute as a report lists it. */
export function noteOf(item: Touched, note: string | undefined): AttributeNote {
  return {
    attribute: item.attribute,
    resource: resourceKey(item.resource),
    before: item.before,
    after: item.ours.at(-1) ?? null,
    ...(note === undefined ? {} : { note }),
  };
}
