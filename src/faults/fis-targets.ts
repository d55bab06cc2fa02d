import type { FisTemplate, FisTemplateTarget } from '../model/fis-template.js';
import { matchesTags } from '../inventory/tags.js';
import type { Instance, RegionInventory, Subnet } from '../model/inventory.js';

/** What the targets of a template are, as far as kong reads it. */
export interface FoundTargets {
  readonly subnets: readonly string[];
  readonly instances: readonly string[];
  /** Targets of which it can't tell what they are. */
  readonly unknown: readonly string[];
}

/**
 * Everything that a template may hit: where FIS draws some of them by chance, all that may be drawn.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html
 */
export function targetsOfTemplate({ targets = {} }: FisTemplate, there: RegionInventory): FoundTargets {
  const found = Object.entries(targets).map(([name, target]) => foundFor(name, target, there));
  return {
    subnets: [...new Set(found.flatMap(({ subnets }) => subnets))].sort(),
    instances: [...new Set(found.flatMap(({ instances }) => instances))].sort(),
    unknown: found.flatMap(({ unknown }) => unknown),
  };
}

const NOTHING: FoundTargets = { subnets: [], instances: [], unknown: [] };

const INSTANCE: Readonly<Record<string, (one: Instance) => string | undefined>> = {
  InstanceId: ({ id }) => id,
  'Placement.AvailabilityZone': ({ zone }) => zone,
  'State.Name': ({ state }) => state,
  SubnetId: ({ subnet }) => subnet,
  VpcId: ({ vpc }) => vpc,
};

const SUBNET: Readonly<Record<string, (one: Subnet) => string | undefined>> = {
  AvailabilityZone: ({ zone }) => zone,
  SubnetId: ({ id }) => id,
  VpcId: ({ vpc }) => vpc,
};

/** A filter that kong does not know narrows nothing: better too many than too few. */
function foundFor(name: string, target: FisTemplateTarget, { instances, subnets }: RegionInventory): FoundTargets {
  switch (target.resourceType) {
    case 'aws:ec2:instance':
      return { ...NOTHING, instances: matching(target, instances, INSTANCE) };
    case 'aws:ec2:subnet':
      return { ...NOTHING, subnets: matching(target, subnets, SUBNET) };
    default:
      return { ...NOTHING, unknown: [`${name} (${target.resourceType})`] };
  }
}

function matching<T extends { readonly id: string; readonly tags: Readonly<Record<string, string>> }>(
  { resourceArns = [], resourceTags = {}, filters = [], parameters = {} }: FisTemplateTarget,
  all: readonly T[],
  paths: Readonly<Record<string, (one: T) => string | undefined>>,
): readonly string[] {
  const named = new Set(resourceArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)));
  const wanted = Object.fromEntries(Object.entries(resourceTags).map(([key, value]) => [key, [value]]));
  const asked = [
    ...filters,
    ...Object.entries(parameters).map(([key, value]) => ({ path: PARAMETERS[key] ?? '', values: [value] })),
  ];
  return all
    .filter(({ id, tags }) => (named.size === 0 || named.has(id)) && matchesTags(tags, wanted))
    .filter((one) => asked.every(({ path, values }) => values.includes(paths[path]?.(one) ?? values[0] ?? '')))
    .map(({ id }) => id);
}

const PARAMETERS: Readonly<Record<string, string>> = { availabilityZoneIdentifier: 'AvailabilityZone', vpc: 'VpcId' };
