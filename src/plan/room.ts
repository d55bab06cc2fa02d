import type { GroupLoad } from '../sli/read-load.js';
import { groupName, groupsIn, remaining, servingMembers, type PlacedGroup } from './concerned.js';
import type { GateRequest } from './gates/gate.js';
import { lostInstances } from './blast.js';
import { regionsOf } from './targets.js';

/** What a group, or several that stand in for each other, would carry, in instances' worth of work. */
export interface Room {
  /** `us-west-2/edge`, or `us-west-2/web, us-west-2/api`. */
  readonly name: string;
  /** What it carries now. */
  readonly load: number;
  /** What would come on top of that. */
  readonly arriving: number;
  /** Instances in service now that stay. */
  readonly now: number;
  /** Instances at its maximum, without those that are hit. */
  readonly atMaximum: number;
}

/** Who would carry what, and what can't be told. */
export interface RoomVerdict {
  readonly rooms: readonly Room[];
  /** Groups whose load is not known. */
  readonly unknown: readonly string[];
  /** Groups whose load would have nowhere to go. */
  readonly homeless: readonly string[];
}

/**
 * Whether what remains can carry what is lost. Load is work: how busy a group is, times its instances in service.
 *
 * A region: the load of each of its groups that is hit, or of all that the shift moves, arrives at the groups of the
 * same name in the surviving regions, by the weights of the records that are moved; without a shift, evenly by their
 * room. Groups whose name no survivor has are taken together, and so are the survivors' that are left over. A zone, or
 * instances: the group keeps its load, and has its maximum less what is hit.
 */
export function roomOf(request: GateRequest, loads: readonly GroupLoad[]): RoomVerdict {
  const { scope } = request.experiment.blastRadius;
  return scope.kind === 'region' ? regionRoom(request, loads) : ownRoom(request, loads);
}

interface Working {
  readonly group: PlacedGroup;
  readonly serving: number;
  /** Undefined: not known. */
  readonly load: number | undefined;
}

function working(group: PlacedGroup, loads: readonly GroupLoad[]): Working {
  const serving = servingMembers(group).length;
  const busy = loads.find((one) => one.region === group.region && one.group === group.name)?.utilisation;
  return { group, serving, load: serving === 0 ? 0 : busy === undefined ? undefined : busy * serving };
}

function unknownOf(all: readonly Working[]): readonly string[] {
  return all.filter(({ load }) => load === undefined).map(({ group }) => groupName(group));
}

function ownRoom({ steps, inventory, experiment }: GateRequest, loads: readonly GroupLoad[]): RoomVerdict {
  const hit = lostInstances(steps, inventory);
  const hitOf = (group: PlacedGroup): ReadonlySet<string> =>
    new Set(hit.filter((one) => one.region === group.region && one.group === group.name).map(({ id }) => id));
  const groups = regionsOf(experiment.blastRadius.scope)
    .flatMap((region) => groupsIn(region, inventory))
    .map((group) => ({ ...working(group, loads), gone: hitOf(group) }))
    .filter(({ gone }) => gone.size > 0);
  const rooms = groups.map(({ group, load = 0, gone }) => ({
    name: groupName(group),
    load,
    arriving: 0,
    now: servingMembers(group).filter(({ id }) => !gone.has(id)).length,
    atMaximum: Math.max(0, group.max - gone.size),
  }));
  return { rooms, unknown: unknownOf(groups), homeless: [] };
}

function regionRoom(request: GateRequest, loads: readonly GroupLoad[]): RoomVerdict {
  const { inventory, experiment } = request;
  const lost = lostWork(request, loads);
  const survivors = remaining(experiment, inventory);
  const there = survivors.flatMap((region) => groupsIn(region, inventory)).map((group) => working(group, loads));
  const named = lost.filter(({ group }) => there.some((one) => one.group.name === group.name));
  const rest = lost.filter((one) => !named.includes(one));
  const taken = new Set(lost.map(({ group }) => group.name));
  const spare = there.filter(({ group, serving }) => !taken.has(group.name) && serving > 0);
  const pooled = rest.length > 0 && spare.length > 0;
  const counted = [...lost, ...there.filter(({ group }) => taken.has(group.name)), ...(pooled ? spare : [])];
  const shareOf = sharesOf(request, survivors);
  return {
    rooms: [
      ...named.flatMap((one) =>
        arrivals(
          one.load ?? 0,
          there.filter(({ group }) => group.name === one.group.name),
          shareOf,
        ),
      ),
      ...(pooled ? [poolOf(rest, spare)] : []),
    ],
    unknown: unknownOf(counted),
    homeless: pooled ? [] : rest.map(({ group }) => groupName(group)),
  };
}

/** The work that leaves a region: of what is hit, or all that its groups do where traffic is moved away. */
function lostWork(request: GateRequest, loads: readonly GroupLoad[]): readonly Working[] {
  const { steps, inventory, experiment } = request;
  const hit = new Set(lostInstances(steps, inventory).map(({ id }) => id));
  const moved = Math.max(0, ...experiment.method.flatMap((step) => (step.kind === 'shift' ? step.steps : [])));
  return regionsOf(experiment.blastRadius.scope)
    .flatMap((region) => groupsIn(region, inventory))
    .map((group) => working(group, loads))
    .filter(({ serving }) => serving > 0)
    .map((one) => {
      const gone = servingMembers(one.group).filter(({ id }) => hit.has(id)).length / one.serving;
      const part = Math.max(moved, gone);
      return { ...one, load: part === 0 ? 0 : one.load === undefined ? undefined : one.load * part, part };
    })
    .filter(({ part }) => part > 0);
}

/** Undefined: no traffic is shifted, or no record says whereto. */
type ShareOf = ReadonlyMap<string, number> | undefined;

function arrivals(lost: number, receivers: readonly Working[], shareOf: ShareOf): readonly Room[] {
  const room = ({ group }: Working): number => group.max;
  const weight = (one: Working): number => (shareOf === undefined ? room(one) : (shareOf.get(one.group.region) ?? 0));
  const whole = receivers.reduce((sum, one) => sum + weight(one), 0);
  // where the records name only regions without such a group, its work goes where there is one
  const shareAt = (one: Working): number => (whole > 0 ? weight(one) / whole : 1 / receivers.length);
  return receivers.map((one) => ({
    name: groupName(one.group),
    load: one.load ?? 0,
    arriving: lost * shareAt(one),
    now: one.serving,
    atMaximum: one.group.max,
  }));
}

function poolOf(rest: readonly Working[], spare: readonly Working[]): Room {
  const sum = (of: (one: Working) => number): number => spare.reduce((total, one) => total + of(one), 0);
  return {
    name: spare.map(({ group }) => groupName(group)).join(', '),
    load: sum(({ load }) => load ?? 0),
    arriving: rest.reduce((total, { load }) => total + (load ?? 0), 0),
    now: sum(({ serving }) => serving),
    atMaximum: sum(({ group }) => group.max),
  };
}

/**
 * What part of the moved traffic each survivor answers for: by the weights of its records beside those that move, or
 * all of it where it has the secondary of a primary that is failed over. Every moved record counts alike.
 */
function sharesOf({ movable, inventory }: GateRequest, survivors: readonly string[]): ShareOf {
  if (!movable) return undefined;
  const shares = new Map<string, number>();
  const add = (region: string | undefined, share: number): void => {
    if (region !== undefined) shares.set(region, (shares.get(region) ?? 0) + share);
  };
  for (const moved of movable.records) {
    const others = inventory.records.filter((one) => one.weight > 0 && isBeside(one, moved, survivors));
    const whole = others.reduce((sum, { weight }) => sum + weight, 0);
    for (const { region, weight } of others) add(region, weight / whole);
  }
  for (const moved of movable.primaries) {
    const others = (inventory.failovers ?? []).filter(({ role }) => role === 'secondary');
    add(others.find((one) => isBeside(one, moved, survivors))?.region, 1);
  }
  return shares.size === 0 ? undefined : shares;
}

interface Named {
  readonly name: string;
  readonly region: string | undefined;
}

function isBeside({ name, region }: Named, moved: Named, survivors: readonly string[]): boolean {
  return name === moved.name && region !== undefined && survivors.includes(region);
}
