import type { Experiment } from '../model/experiment.js';
import type { FailoverRecord, Inventory, WeightedRecord } from '../model/inventory.js';
import { comparable, type Lead, type MovedName, type ResolutionPlan } from '../model/resolution.js';
import type { Environment } from './environment.js';
import { movableRecords, movesRecords } from './shift.js';

/**
 * What Route 53 gives an alias to a load balancer, and most of what else an alias leads to, in seconds.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html
 */
const ALIAS_TTL_SECONDS = 60;
/** As Route 53 lists a `*`, and a name that it answers for. */
const WILDCARD = /^\\052\./;
const UNDER_WILDCARD = 'kong-resolution-check.';

/** How a drill will see whether members follow its shift; undefined: it moves no records. */
export function resolutionPlan(
  { experiment, inventory }: { readonly experiment: Experiment; readonly inventory: Inventory },
  { on, resolver }: Environment,
): ResolutionPlan | undefined {
  const { scope } = experiment.blastRadius;
  if (!movesRecords(experiment) || scope.kind !== 'region') return undefined;
  if (!resolver) {
    return {
      checked: false,
      why: on === 'sim' ? 'the simulated world has no resolver' : 'kong.yaml names no resolver',
    };
  }
  const { region } = scope;
  return { checked: true, resolver, region, names: movedNames(region, experiment, inventory) };
}

function movedNames(region: string, experiment: Experiment, inventory: Inventory): readonly MovedName[] {
  const { survivors, select } = experiment.blastRadius;
  const { records, primaries } = movableRecords(region, survivors, inventory, select);
  const keys = new Set([...records, ...primaries].map(keyOf));
  return [...keys].map((key) => movedName(key, region, inventory));
}

type Answering = WeightedRecord | FailoverRecord;

function movedName(key: string, region: string, inventory: Inventory): MovedName {
  const { records, failovers = [] } = inventory;
  const weighted = records.filter((record) => keyOf(record) === key);
  const all: readonly Answering[] = [...weighted, ...failovers.filter((record) => keyOf(record) === key)];
  const { name = '', type = '' } = all[0] ?? {};
  return {
    name: name.replace(WILDCARD, UNDER_WILDCARD),
    type,
    ttlSeconds: Math.max(...all.map((record) => ttlOf(record, inventory))),
    share: shareOf(weighted, region),
    leads: all.map(({ region: to, target }): Lead => ({ region: to ?? null, target })),
  };
}

/** An alias to another record of the zones that were read has that one's. */
function ttlOf({ ttlSeconds, target }: Answering, { records, failovers = [], unmovable = [] }: Inventory): number {
  if (ttlSeconds !== undefined || target.kind === 'values') return ttlSeconds ?? 0;
  const to = comparable(target.name);
  const led = [...records, ...failovers, ...unmovable].filter(({ name }) => comparable(name) === to);
  return Math.max(0, ...led.map((record) => record.ttlSeconds ?? ALIAS_TTL_SECONDS)) || ALIAS_TTL_SECONDS;
}

/** A failover pair's primary has all of it. */
function shareOf(weighted: readonly WeightedRecord[], region: string): number {
  const total = weightOf(weighted);
  return total === 0 ? 1 : weightOf(weighted.filter((record) => record.region === region)) / total;
}

function weightOf(records: readonly WeightedRecord[]): number {
  return records.reduce((sum, { weight }) => sum + weight, 0);
}

function keyOf({ name, type }: Pick<Answering, 'name' | 'type'>): string {
  return `${name} ${type}`;
}
