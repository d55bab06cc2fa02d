import { byRegion, type Standing } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import { attributeKey, type AttributeKind } from '../model/change.js';
import { Cancelled, messageOf } from '../model/errors.js';
import type { ResourceRef } from '../model/resource.js';
import type { StopReason } from '../model/run.js';
import { touchedAttributes, type Touched } from './attributes.js';
import { readContext, type RunContext } from './context.js';

interface Goes {
  readonly attribute: AttributeKind;
  readonly resource: ResourceRef;
}

/** Something that goes on by itself, and how it stands. */
export interface Stands<T extends Goes> {
  readonly item: T;
  readonly standing: Standing;
}

/**
 * How what goes on by itself stands now; nothing for attributes that do not.
 *
 * @throws KongError as the driver does
 */
export async function standingsOf<T extends Goes>(
  items: readonly T[],
  context: RunContext,
): Promise<readonly Stands<T>[]> {
  const attributes = [...new Set(items.map(({ attribute }) => attribute))].filter((one) => driverOf(one).standingOf);
  const read = attributes.flatMap((attribute) => {
    const own = items.filter((item) => item.attribute === attribute);
    return byRegion(own.map(({ resource }) => resource)).map(async ([region, resources]) => {
      const found = await driverOf(attribute).standingOf?.(resources, readContext(context));
      return own.flatMap((item) => {
        const standing = item.resource.region === region ? found?.get(item.resource.id) : undefined;
        return standing ? [{ item, standing }] : [];
      });
    });
  });
  return (await Promise.all(read)).flat();
}

/** Whom to tell, and what to look for. */
export interface LookingAfter {
  readonly stop: (reason: StopReason) => void;
  /** What breaks nothing any more once it is over, by `attributeKey`. */
  readonly ending: ReadonlySet<string>;
}

/**
 * Looks after what goes on by itself while the method runs: where something else ended it, or it came to its own end
 * before its restore, the drill must stop. What could not be read this time is a warning; it is read again.
 */
export async function lookAfter(context: RunContext, { stop, ending }: LookingAfter): Promise<void> {
  const going = ownNow(context);
  try {
    const read = await standingsOf(going, context);
    // an undo may have begun while it was read
    const still = ownNow(context).map(({ change }) => change);
    const now = read.filter(({ item }) => still.includes(item.change));
    const found = now.find(({ standing }) => standing.kind === 'broken');
    if (found?.standing.kind === 'broken') stop(reasonOf(found.standing, found.item.resource, context.clock.now()));
    const over = now.find(({ item, standing }) => standing.kind === 'over' && ending.has(attributeKey(item)));
    if (over?.standing.kind === 'over') stop({ kind: 'ended-early', message: over.standing.why });
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const message = `what AWS runs by itself could not be read: ${messageOf(error)}`;
    context.emit({ type: 'warning', message });
  }
}

/** An alarm that was to end it is an abort rule that AWS keeps; anything else is trouble. */
function reasonOf(
  { why, alarms = [] }: Extract<Standing, { kind: 'broken' }>,
  { region }: ResourceRef,
  nowMs: number,
): StopReason {
  if (alarms.length === 0) return { kind: 'error', code: 'ENDED_BY_AWS', message: why };
  return {
    kind: 'breach',
    sli: `alarm ${alarms.join(' or ')}`,
    series: region,
    value: null,
    breach: 'raised, so that AWS FIS stopped',
    at: new Date(nowMs).toISOString(),
  };
}

/** What took hold, and nobody has begun to put back. */
function ownNow({ journal }: RunContext): readonly Touched[] {
  return touchedAttributes(journal.entries).filter(
    ({ undone, confirmed, triedAtMs }) => confirmed && !undone && triedAtMs === undefined,
  );
}

/** Says what went on by itself and came to a bad end, whatever was put back since: a person should look. */
export async function warnOfBadEnds(context: RunContext): Promise<void> {
  try {
    for (const { standing } of await standingsOf(touchedAttributes(context.journal.entries), context)) {
      if (standing.kind !== 'broken' || !standing.why.includes(' failed: ')) continue;
      const message = `${standing.why}; look whether all that it changed is as it was`;
      context.emit({ type: 'warning', message });
    }
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    context.emit({ type: 'warning', message: `how what AWS ran came to its end is not known: ${messageOf(error)}` });
  }
}
