import type { Pick, Scope } from '../model/experiment.js';
import type { Random } from '../model/ports.js';
import type { FaultRequest, TargetRegion } from './fault.js';

type Candidate = TargetRegion['instances'][number] & { readonly region: string };

/** Who is hit, and why the others are not. */
export interface Picked {
  readonly chosen: readonly Candidate[];
  /** Their ids. */
  readonly drawn: readonly string[];
  readonly passedOver: readonly { readonly what: string; readonly why: string }[];
}

/**
 * Draws the instances that an instance fault hits: sorted by id, then without replacement from the seed, so that the
 * same plan over the same inventory hits the same ones; group by group where each is drawn from for itself. A
 * percentage rounds down, but never to none. Whom a saved plan drew is hit again, in the same order.
 */
export function pickInstances({ scope, targets, random, drawn: before }: FaultRequest): Picked {
  const all = targets.regions.flatMap(({ region, instances }) =>
    instances.map((instance) => ({ ...instance, region })),
  );
  const running = all.filter((instance) => instance.state === 'running').sort((a, b) => (a.id < b.id ? -1 : 1));
  const chosen = before
    ? before.flatMap((id) => running.filter((one) => one.id === id))
    : lotsOf(running, pickOf(scope)).flatMap((lot) => drawn(lot, random));
  const ids = new Set(chosen.map((instance) => instance.id));
  return {
    chosen,
    drawn: [...ids],
    passedOver: [
      ...all
        .filter((instance) => instance.state !== 'running')
        .map((instance) => ({ what: nameOf(instance), why: notRunning(instance) })),
      ...running
        .filter((instance) => !ids.has(instance.id))
        .map((instance) => ({ what: nameOf(instance), why: whyNot(instance, scope) })),
    ],
  };
}

function nameOf({ region, id }: Candidate): string {
  return `instance ${region}/${id}`;
}

function notRunning({ state, endedBy }: Candidate): string {
  return endedBy === undefined ? `is ${state}, not running` : `is terminated by step ${endedBy}`;
}

function whyNot({ group }: Candidate, scope: Scope): string {
  const pick = pickOf(scope);
  const isStray = pick.kind !== 'ids' && pick.per === 'group' && group === undefined;
  return isStray ? 'belongs to no group, and each group is drawn from for itself' : 'was not drawn';
}

function pickOf(scope: Scope): Pick {
  return scope.kind === 'instance' ? scope.pick : { kind: 'percent', percent: 100, per: 'all' };
}

/** Candidates of which a number is drawn. */
export interface Lot<C> {
  /** The group's name; undefined: all candidates together. */
  readonly group: string | undefined;
  readonly from: readonly C[];
  /** How many are wanted of it: may be more than there are. */
  readonly wanted: number;
}

/** What is drawn from, and how many of each: instances that belong to no group are in no group's lot. */
export function lotsOf<C extends { readonly id: string; readonly group: string | undefined }>(
  candidates: readonly C[],
  pick: Pick,
): readonly Lot<C>[] {
  if (pick.kind === 'ids') {
    const named = candidates.filter((one) => pick.ids.includes(one.id));
    return [{ group: undefined, from: named, wanted: named.length }];
  }
  const names = [...new Set(candidates.flatMap(({ group }) => (group === undefined ? [] : [group])))].sort();
  const groups =
    pick.per === 'all'
      ? [{ group: undefined, from: candidates }]
      : names.map((group) => ({ group, from: candidates.filter((one) => one.group === group) }));
  return groups.map(({ group, from }) => ({ group, from, wanted: wantedOf(from.length, pick) }));
}

function wantedOf(candidates: number, pick: Exclude<Pick, { readonly kind: 'ids' }>): number {
  if (pick.kind === 'count') return pick.count;
  return Math.max(candidates > 0 ? 1 : 0, Math.floor((candidates * pick.percent) / 100));
}

function drawn<C>({ from, wanted }: Lot<C>, random: Random): readonly C[] {
  if (wanted >= from.length) return from;
  const left = [...from];
  const taken: C[] = [];
  while (taken.length < wanted) taken.push(...left.splice(Math.floor(random.next() * left.length), 1));
  return taken;
}
