import { AwsFault } from '../aws-fault.js';
import type { CallContext } from '../operation.js';
import type { PageRequest } from '../page.js';
import type { GroupRow } from '../rows.js';

/** Auto Scaling's answer to whatever is wrong with a request. */
export function invalid(message: string): AwsFault {
  return new AwsFault('ValidationError', message);
}

/**
 * A group of the call's region.
 * @throws AwsFault where there is none of this name
 */
export function groupNamed(name: string | undefined, { sim, region }: CallContext): GroupRow {
  const group = sim.store.groups.get(`${region}/${name ?? ''}`);
  if (!group) throw invalid(`AutoScalingGroup name not found - AutoScalingGroup '${name ?? ''}' not found`);
  return group;
}

interface PagedInput {
  readonly NextToken?: string | undefined;
  readonly MaxRecords?: number | undefined;
}

const DEFAULT_RECORDS = 50;
const MOST_RECORDS = 100;

/** How Auto Scaling pages its lists. */
export function asgPage({ NextToken, MaxRecords }: PagedInput, { sim }: CallContext): PageRequest {
  const max = Math.min(MaxRecords ?? DEFAULT_RECORDS, MOST_RECORDS);
  return { token: NextToken, max, pageSize: sim.behaviour.pageSize, badToken: 'InvalidNextToken' };
}

/** Its Amazon resource name. */
export function arnOf(group: GroupRow, account: string): string {
  return `arn:aws:autoscaling:${group.region}:${account}:autoScalingGroup:0:autoScalingGroupName/${group.name}`;
}
