import { recordId } from '../inventory/read-records.js';
import type { FailoverRecord, Inventory, RoutingPolicy, UnmovableRecord, WeightedRecord } from '../model/inventory.js';

/** Something in reach that is not touched, and why. */
export interface LeftAlone {
  readonly what: string;
  readonly why: string;
}

/** What a shift moves, and what it looked at. */
export interface Moved {
  readonly region: string;
  readonly wanted: (record: { readonly name: string }) => boolean;
  readonly records: readonly WeightedRecord[];
  readonly primaries: readonly FailoverRecord[];
  /** Every primary that answers for the region. */
  readonly leading: readonly FailoverRecord[];
}

/** The records, and hosted zones, that a shift passes over, each with the rule. */
export function unmovedRecords(inventory: Inventory, moved: Moved): readonly LeftAlone[] {
  const { region, wanted, records, primaries, leading } = moved;
  const unmovable = (inventory.unmovable ?? []).filter((one) => one.region === region && !isRegional(one, region));
  const others = leading.filter((one) => !primaries.includes(one));
  return [
    ...(inventory.zonesLeftAlone ?? []),
    ...inventory.records
      .filter((record) => !records.includes(record))
      .map((record) => named(record, whyNot(record, region, wanted(record)))),
    ...others.map((one) => named(one, whyNotPrimary(one))),
    ...unmovable.map((one) => named(one, `${BY[one.policy]}: a shift moves weights and failover primaries alone`)),
  ];
}

function named(record: Parameters<typeof recordId>[0], why: string): LeftAlone {
  return { what: `record ${recordId(record)}`, why };
}

/** The region's own name for itself, `edge.us-east-1.example.com`, is to lead there. */
function isRegional({ name, policy }: UnmovableRecord, region: string): boolean {
  return policy === 'simple' && name.split('.').includes(region);
}

const BY: Readonly<Record<RoutingPolicy, string>> = {
  simple: 'is the one answer of its name',
  latency: 'is chosen by latency',
  geolocation: "is chosen by the member's place",
  geoproximity: 'is chosen by the distance to the member',
  multivalue: 'is one of several answers at once',
  cidr: "is chosen by the member's network",
  'traffic-policy': 'belongs to a traffic policy, whose records can not be changed one by one',
};

function whyNot(record: WeightedRecord, region: string, wanted: boolean): string {
  if (record.region === undefined) return 'neither its target nor its set identifier names one of the regions';
  if (record.region !== region) return `answers for ${record.region}`;
  return wanted ? 'has weight 0 already' : 'is not in select.domains';
}

function whyNotPrimary({ check, sharedWith = [] }: FailoverRecord): string {
  if (check === undefined) return 'is a primary without a health check to fail it by';
  return `is failed by a health check that is also that of ${sharedWith.join(', ')}`;
}
