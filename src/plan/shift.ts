import type { ProtoChange } from '../faults/fault.js';
import { recordId } from '../inventory/read-records.js';
import type { Select } from '../model/experiment.js';
import type { Inventory, WeightedRecord } from '../model/inventory.js';

/** The weighted records by which members reach a region, and what stands in the way of moving them. */
export interface Movable {
  readonly records: readonly WeightedRecord[];
  /** Names that nothing else answers: with every weight 0, Route 53 answers as if all were equal. */
  readonly stranded: readonly string[];
  readonly leftAlone: readonly { readonly what: string; readonly why: string }[];
}

/** The records that a shift out of `region` moves. */
export function movableRecords(
  region: string,
  survivors: readonly string[],
  inventory: Inventory,
  select: Select,
): Movable {
  const wanted = (record: WeightedRecord): boolean =>
    select.domains.length === 0 || select.domains.includes(record.name);
  const records = inventory.records.filter((record) => record.region === region && record.weight > 0 && wanted(record));
  const answered = (name: string): boolean =>
    inventory.records.some(
      (record) =>
        record.name === name && record.weight > 0 && record.region !== undefined && survivors.includes(record.region),
    );
  return {
    records,
    stranded: [...new Set(records.map((record) => record.name))].filter((name) => !answered(name)),
    leftAlone: inventory.records
      .filter((record) => !records.includes(record))
      .map((record) => ({ what: `record ${recordId(record)}`, why: whyNot(record, region, wanted(record)) })),
  };
}

function whyNot(record: WeightedRecord, region: string, wanted: boolean): string {
  if (record.region === undefined) return 'neither its target nor its set identifier names one of the regions';
  if (record.region !== region) return `answers for ${record.region}`;
  return wanted ? 'has weight 0 already' : 'is not in select.domains';
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
