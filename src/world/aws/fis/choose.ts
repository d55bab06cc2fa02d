import type { FisTarget } from '../fis-rows.js';
import { hashText, mix } from '../ids.js';
import type { InstanceRow, SubnetRow } from '../rows.js';
import type { SimState } from '../sim-state.js';
import { invalid } from './actions.js';

type Paths<R> = Readonly<Record<string, (row: R) => string>>;

const INSTANCE_PATHS: Paths<InstanceRow> = {
  InstanceId: ({ id }) => id,
  InstanceType: ({ type }) => type,
  'Placement.AvailabilityZone': ({ zone }) => zone,
  'State.Name': ({ state }) => state,
  SubnetId: ({ subnet }) => subnet,
  VpcId: ({ vpc }) => vpc,
};

const SUBNET_PATHS: Paths<SubnetRow> = {
  AvailabilityZone: ({ zone }) => zone,
  SubnetId: ({ id }) => id,
  VpcId: ({ vpc }) => vpc,
};

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'aws:ec2:instance': Object.keys(INSTANCE_PATHS),
  'aws:ec2:subnet': Object.keys(SUBNET_PATHS),
  'aws:arc:zonal-shift-managed-resource': [],
};

/** @throws AwsFault ValidationException at a kind of resource, or a filter, that is not simulated */
export function checkFilters({ resourceType, filters }: FisTarget): void {
  const paths = Object.hasOwn(KNOWN, resourceType) ? KNOWN[resourceType] : undefined;
  if (!paths) throw invalid(`The resource type ${resourceType} is not simulated`);
  const odd = filters.find(({ path }) => !paths.includes(path));
  if (odd) throw invalid(`The filter ${odd.path} of ${resourceType} is not simulated`);
}

/**
 * The resources that a target selects at this moment. `COUNT` and `PERCENT` choose by chance, the same for the same
 * world and seed; a share is rounded down.
 *
 * @param draw - differs for each experiment
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html
 */
export function chosen(sim: SimState, region: string, target: FisTarget, draw: string): readonly string[] {
  const all = selected(sim, region, target);
  const [, kind, number] = /^(COUNT|PERCENT)\((\d+)\)$/.exec(target.mode) ?? [];
  if (kind === undefined) return all;
  const count = kind === 'COUNT' ? Number(number) : Math.floor((all.length * Number(number)) / 100);
  const luck = new Map(all.map((id) => [id, mix(hashText(draw), hashText(id))]));
  return [...all].sort((a, b) => (luck.get(a) ?? 0) - (luck.get(b) ?? 0)).slice(0, count);
}

function selected(sim: SimState, region: string, target: FisTarget): readonly string[] {
  switch (target.resourceType) {
    case 'aws:ec2:subnet':
      return subnets(sim, region, target);
    case 'aws:arc:zonal-shift-managed-resource':
      return balancers(sim, region, target);
    default:
      return instances(sim, region, target);
  }
}

function instances(sim: SimState, region: string, target: FisTarget): readonly string[] {
  const here = [...sim.store.instances.all()].filter((row) => row.region === region && row.state !== 'terminated');
  return matching(here, target, INSTANCE_PATHS);
}

function subnets(sim: SimState, region: string, target: FisTarget): readonly string[] {
  return matching(
    [...sim.store.subnets.all()].filter((row) => row.region === region),
    target,
    SUBNET_PATHS,
  );
}

/** Load balancers, which are all taken to have zonal shifts allowed. */
function balancers(sim: SimState, region: string, { arns, tags }: FisTarget): readonly string[] {
  return [...sim.store.loadBalancers.all()]
    .filter((row) => row.region === region && (arns.length === 0 || arns.includes(row.id)))
    .filter((row) => Object.entries(tags).every(([key, value]) => row.tags[key] === value))
    .map(({ id }) => id);
}

function matching<R extends { readonly id: string; readonly tags: Readonly<Record<string, string>> }>(
  rows: readonly R[],
  { arns, tags, filters }: FisTarget,
  paths: Paths<R>,
): readonly string[] {
  const named = new Set(arns.map((arn) => arn.split('/')[1]));
  return rows
    .filter((row) => arns.length === 0 || named.has(row.id))
    .filter((row) => Object.entries(tags).every(([key, value]) => row.tags[key] === value))
    .filter((row) => filters.every(({ path, values }) => values.includes(paths[path]?.(row) ?? '')))
    .map(({ id }) => id);
}
