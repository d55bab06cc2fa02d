import { attributeKey, type AnyChange } from '../model/change.js';
import { canonical, sameJson, type Json } from '../model/json.js';
import type { Blast, Difference, Gate, Plan } from '../model/plan.js';
import { resourceKey, type ResourceRef } from '../model/resource.js';

/** What resources read now, by `attributeKey`; absent: not there any more. */
export type ReadNow = ReadonlyMap<string, Json>;

/** What a saved plan touches that today's plan does not: to be read, so that a person sees what became of it. */
export function missingToday(saved: Plan, today: Plan): readonly AnyChange[] {
  const there = byKey(today);
  return [...byKey(saved)].flatMap(([key, [first]]) => (first === undefined || there.has(key) ? [] : [first]));
}

/**
 * Everything that is not as a saved plan says: values before, resources that came or went, and how many instances of a
 * group are hit. Pure.
 *
 * @param saved - the plan as it was reviewed
 * @param today - the same experiment, planned over what is there now
 * @param now - what `missingToday` reads now
 */
export function differencesOf(saved: Plan, today: Plan, now: ReadNow): readonly Difference[] {
  const planned = byKey(saved);
  const there = byKey(today);
  const left = new Map(today.leftAlone.map(({ what, why }) => [what, why]));
  const changed = [...planned].flatMap(([key, changes]): readonly Difference[] => {
    const again = there.get(key);
    return again === undefined ? goneOf(changes, now.get(key), left) : changedOf(changes, again);
  });
  const added = [...there].flatMap(([key, changes]) => (planned.has(key) ? [] : addedOf(changes)));
  return [...changed, ...added, ...hitDifferences(saved.blast, today.blast)];
}

/** Whether a saved plan still fits what is there, as a gate. */
export function driftGate(differences: readonly Difference[]): Gate {
  const name = 'plan.drift';
  if (differences.length === 0)
    return { name, code: 'REFUSED', passed: true, message: 'everything it touches reads as planned' };
  const many = differences.length === 1 ? '1 difference' : `${differences.length} differences`;
  return {
    name,
    code: 'REFUSED',
    passed: false,
    message: `what the plan touches has changed since it was made: ${many}`,
    fix: 'make the plan anew and have it reviewed',
    differences,
  };
}

function byKey(plan: Plan): ReadonlyMap<string, readonly AnyChange[]> {
  const all = new Map<string, AnyChange[]>();
  for (const change of plan.steps.flatMap((step) => step.batches.flat())) {
    const key = attributeKey(change);
    all.set(key, [...(all.get(key) ?? []), change]);
  }
  return all;
}

function goneOf(
  [first]: readonly AnyChange[],
  now: Json | undefined,
  left: ReadonlyMap<string, string>,
): readonly Difference[] {
  if (first === undefined) return [];
  const { type, id } = first.resource;
  const why = [resourceKey(first.resource), `${type} ${id}`, id].map((what) => left.get(what)).find(Boolean);
  const planned = { ...placed(first), planned: beforeOf(first), now: now ?? null };
  if (type === 'switch' || type === 'hook') {
    return [{ ...planned, note: 'kong.yaml has it otherwise now, or not at all' }];
  }
  if (why !== undefined) return [{ ...planned, note: `a plan of today leaves it alone: it ${why}` }];
  return [{ ...planned, note: now === undefined ? 'it is not there any more' : 'a plan of today would not touch it' }];
}

function addedOf([first]: readonly AnyChange[]): readonly Difference[] {
  if (first === undefined) return [];
  return [
    { ...placed(first), planned: null, now: beforeOf(first), note: 'not in the plan; a plan of today would change it' },
  ];
}

/** At most one line an attribute: the value before says most, then who belongs to it, then what it would be set to. */
function changedOf(planned: readonly AnyChange[], today: readonly AnyChange[]): readonly Difference[] {
  const [first] = planned;
  const [again] = today;
  if (first === undefined || again === undefined) return [];
  const aspects = [
    { planned: beforeOf(first), now: beforeOf(again) },
    { planned: memoOf(first), now: memoOf(again), note: 'its members are others' },
    { planned: planned.map(afterOf), now: today.map(afterOf), note: 'a plan of today would set it to something else' },
  ];
  const aspect = aspects.find((one) => !sameJson(one.planned, one.now));
  return aspect === undefined ? [] : [{ ...placed(first), ...aspect }];
}

/** Instances that a fault reaches through their subnet are not among the changes, but counted by group and zone. */
function hitDifferences(planned: Blast, now: Blast): readonly Difference[] {
  const groups = sharesOf('group', planned.byGroup, now.byGroup);
  return groups.length > 0 ? groups : sharesOf('zone', planned.byZone, now.byZone);
}

function sharesOf(of: 'group' | 'zone', planned: Blast['byGroup'], now: Blast['byGroup']): readonly Difference[] {
  const names = [...new Set([...planned, ...now].map(({ name }) => name))];
  const hit = (shares: Blast['byGroup'], name: string): number => shares.find((one) => one.name === name)?.hit ?? 0;
  return names
    .map((name) => ({ name, was: hit(planned, name), is: hit(now, name) }))
    .filter(({ was, is }) => was !== is)
    .map(({ name, was, is }) => ({ resource: `${of} ${name}`, attribute: 'instances hit', planned: was, now: is }));
}

function placed({ attribute, resource }: { readonly attribute: string; readonly resource: ResourceRef }): {
  readonly resource: string;
  readonly attribute: string;
} {
  return { resource: resourceKey(resource), attribute };
}

function beforeOf(change: AnyChange): Json {
  return change.kind === 'reversible' ? change.before : change.loses;
}

function afterOf(change: AnyChange): Json {
  return change.kind === 'reversible' ? change.after : null;
}

/** Members come in any order. */
function memoOf(change: AnyChange): Json {
  const memo = change.kind === 'reversible' ? (change.memo ?? null) : null;
  return Array.isArray(memo) ? memo.map(canonical).sort() : memo;
}
