import type { ProtoChange } from '../faults/fault.js';
import { recordId } from '../inventory/read-records.js';
import { REST, type Experiment, type Select, type Tiers } from '../model/experiment.js';
import type { FailoverRecord, HealthCheckState, Inventory, WeightedRecord } from '../model/inventory.js';
import { unmovedRecords, type LeftAlone } from './unmoved.js';

/** The records by which members reach a region, and what stands in the way of moving them. */
export interface Movable {
  readonly records: readonly WeightedRecord[];
  /** Primaries that answer for the region, each with the health check by which it fails over. */
  readonly primaries: readonly Primary[];
  /** Names that nothing else answers: with every weight 0, Route 53 answers as if all were equal. */
  readonly stranded: readonly string[];
  readonly leftAlone: readonly LeftAlone[];
}

/** What one tier of a shift moves, or all of them. */
export type Moving = Pick<Movable, 'records' | 'primaries'>;

/** A primary that can be failed over. */
export type Primary = FailoverRecord & { readonly check: HealthCheckState };

/** The records that a shift out of `region` moves. */
export function movableRecords(
  region: string,
  survivors: readonly string[],
  inventory: Inventory,
  select: Select,
): Movable {
  const wanted = ({ name }: { readonly name: string }): boolean =>
    select.domains.length === 0 || select.domains.includes(name);
  const records = inventory.records.filter((record) => record.region === region && record.weight > 0 && wanted(record));
  const answered = (name: string): boolean =>
    inventory.records.some(
      (record) =>
        record.name === name && record.weight > 0 && record.region !== undefined && survivors.includes(record.region),
    );
  const { failovers = [] } = inventory;
  const leading = failovers.filter((one) => one.role === 'primary' && one.region === region && wanted(one));
  const ownNames = new Set(leading.map(({ name }) => name));
  const primaries = leading
    .filter(hasCheck)
    .filter(({ sharedWith = [] }) => sharedWith.every((one) => ownNames.has(one)));
  const hasSecondary = ({ name, type }: FailoverRecord): boolean =>
    failovers.some(
      (one) =>
        one.role === 'secondary' && one.name === name && one.type === type && survivors.includes(one.region ?? ''),
    );
  return {
    records,
    primaries,
    stranded: [
      ...new Set([
        ...records.map((record) => record.name).filter((name) => !answered(name)),
        ...primaries.filter((one) => !hasSecondary(one)).map((one) => one.name),
      ]),
    ],
    leftAlone: unmovedRecords(inventory, { region, wanted, records, primaries, leading }),
  };
}

function hasCheck(record: FailoverRecord): record is Primary {
  return record.check !== undefined;
}

/** What moves, tier by tier: a health check that several names share goes with the first of them. */
export function tiersOf(
  { records, primaries }: Moving,
  tiers: Tiers = [[REST]],
): readonly Moving[] {
  const named = tiers.flat();
  const taken = new Set<string>();
  return tiers.map((names) => {
    const isOwn = ({ name }: { readonly name: string }): boolean =>
      names.includes(name) || (names.includes(REST) && !named.includes(name));
    const own = primaries.filter((one) => isOwn(one) && !taken.has(one.check.id));
    own.forEach(({ check }) => taken.add(check.id));
    return { records: records.filter(isOwn), primaries: own };
  });
}

/**
 * One batch of weight changes: each record left with a share of what it had. `before` is the weight before the drill
 * in every batch of a ramp, so that every later value is known to be ours.
 *
 * @param share - 0..1 of the first weight; rounded to whole weights
 */
export function weightBatch(records: readonly WeightedRecord[], share: number): readonly ProtoChange[] {
  return records.map((record) => ({
    kind: 'reversible',
    attribute: 'record.weight',
    resource: {
      type: 'record',
      region: 'global',
      id: recordId(record),
      name: `${record.name} ${record.setIdentifier}`,
    },
    before: record.weight,
    after: Math.round(record.weight * share),
  }));
}

/**
 * Takes primaries down by decree, or gives their health checks back: all or nothing, so only when all of the traffic
 * is to be gone, or is to be back.
 */
export function failoverBatch(primaries: readonly Primary[], isDown: boolean): readonly ProtoChange[] {
  const checks = new Map(primaries.map(({ name, check }) => [check.id, { name, check }]));
  return [...checks.values()].map(({ name, check: { id, disabled, inverted } }) => ({
    kind: 'reversible',
    attribute: 'healthCheck.forced',
    resource: { type: 'health-check', region: 'global', id, name },
    before: { disabled, inverted },
    after: isDown ? { disabled: true, inverted: true } : { disabled, inverted },
  }));
}

/** Whether a method moves traffic by DNS, and not by a switch of its own. */
export function movesRecords({ method }: Pick<Experiment, 'method'>): boolean {
  return method.some((step) => step.kind === 'shift' && step.via === undefined);
}
