import { DescribeAutoScalingGroupsCommand, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { Cloud } from '../aws/cloud.js';
import { allPages } from '../inventory/paging.js';
import type { TagRepair } from './by-tag-repair.js';

/** Something that a run may have changed, though no tag says so. */
export interface Suspect {
  /** `asg us-east-1/playback` */
  readonly resource: string;
  /** What is to be seen on it, and since when. */
  readonly what: string;
  /** What puts it back, once a person has decided so. */
  readonly command: string;
}

/**
 * Groups in the subnets that a run cut off whose processes are suspended, where its tags do not say which it
 * suspended. An error of reading is no reason not to mend the rest: it is a suspect too.
 */
export async function suspectsOf(repair: TagRepair, cloud: Cloud): Promise<readonly Suspect[]> {
  if (!repair.leftOut.some((one) => !/^\d+ of /.test(one) || one.endsWith('asg.suspendedProcesses'))) return [];
  const all = [...repair.items.map(({ resource }) => resource), ...repair.attached];
  const subnets = all.filter(({ type }) => type === 'subnet');
  const regions = [...new Set(subnets.map(({ region }) => region))];
  const found = await Promise.all(
    regions.map((region) => {
      const own = subnets.filter((subnet) => subnet.region === region).map(({ id }) => id);
      return suspectsIn(region, new Set(own), cloud);
    }),
  );
  const told = new Set(
    repair.items.filter(({ attribute }) => attribute === 'asg.suspendedProcesses').map(({ resource }) => resource.id),
  );
  return found
    .flat()
    .filter(({ name }) => !told.has(name))
    .map(({ suspect }) => suspect);
}

async function suspectsIn(
  region: string,
  subnets: ReadonlySet<string>,
  cloud: Cloud,
): Promise<readonly { readonly name: string; readonly suspect: Suspect }[]> {
  const groups = await allPages(async (token) => {
    const answer = await cloud.autoScaling(region).send(new DescribeAutoScalingGroupsCommand({ NextToken: token }));
    return { items: answer.AutoScalingGroups ?? [], next: answer.NextToken };
  });
  return groups.filter((group) => isHit(group, subnets)).map((group) => suspectOf(region, group));
}

function isHit(
  { SuspendedProcesses = [], VPCZoneIdentifier = '' }: AutoScalingGroup,
  hit: ReadonlySet<string>,
): boolean {
  return SuspendedProcesses.length > 0 && VPCZoneIdentifier.split(',').some((subnet) => hit.has(subnet.trim()));
}

function suspectOf(
  region: string,
  { AutoScalingGroupName: name = '', SuspendedProcesses = [] }: AutoScalingGroup,
): { readonly name: string; readonly suspect: Suspect } {
  const processes = SuspendedProcesses.map(({ ProcessName = '' }) => ProcessName);
  const reasons = [...new Set(SuspendedProcesses.map(({ SuspensionReason = '' }) => SuspensionReason))].join(', ');
  const command = `aws autoscaling resume-processes --region ${region} --auto-scaling-group-name ${quoted(name)} --scaling-processes ${processes.join(' ')}`;
  return {
    name,
    suspect: { resource: `asg ${region}/${name}`, what: `${processes.join(', ')} suspended: ${reasons}`, command },
  };
}

/** A name as a POSIX shell takes it, whatever is in it. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
