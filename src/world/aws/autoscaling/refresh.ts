import type {
  CancelInstanceRefreshCommandInput,
  CancelInstanceRefreshCommandOutput,
  DescribeInstanceRefreshesCommandInput,
  DescribeInstanceRefreshesCommandOutput,
  InstanceRefresh,
  StartInstanceRefreshCommandInput,
  StartInstanceRefreshCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { AwsFault, notSimulated } from '../aws-fault.js';
import { activeRefresh, percentDone } from '../instance-refresh.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import { activeMembers } from '../reconcile.js';
import type { RefreshRow } from '../refresh-rows.js';
import { asgPage, groupNamed, invalid } from './find-group.js';

const DEFAULT_HEALTHY_PERCENT = 90;
const PREFERENCES: readonly string[] = ['MinHealthyPercentage', 'InstanceWarmup', 'SkipMatching'];

/**
 * Instance refreshes: a group replaces its members, a few at each of its turns.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
 */
export const refreshOperations = {
  StartInstanceRefreshCommand(
    input: StartInstanceRefreshCommandInput,
    context: CallContext,
  ): Answer<StartInstanceRefreshCommandOutput> {
    const { sim } = context;
    refuseUnknown(input);
    const group = groupNamed(input.AutoScalingGroupName, context);
    if (activeRefresh(sim, group.id))
      throw new AwsFault(
        'InstanceRefreshInProgress',
        'An Instance Refresh is already in progress and blocks the execution',
      );
    const {
      MinHealthyPercentage: percent = DEFAULT_HEALTHY_PERCENT,
      InstanceWarmup,
      SkipMatching,
    } = input.Preferences ?? {};
    if (percent < 0 || percent > 100) throw invalid(`MinHealthyPercentage must be from 0 to 100, not ${percent}`);
    // what it would launch is what there is: its launch template never changes here
    const old = SkipMatching === true ? [] : activeMembers(sim, group).map(({ id }) => id);
    const row: RefreshRow = {
      id: sim.ids.nextUuid(),
      group: group.id,
      status: 'Pending',
      reason: null,
      startedMs: sim.nowMs,
      endedMs: null,
      minHealthyPercent: percent,
      warmupMs: (InstanceWarmup ?? 0) * 1_000,
      skipsMatching: SkipMatching === true,
      old,
      left: old.length,
    };
    sim.store.refreshes.put(row, sim.seenFromMs());
    return { InstanceRefreshId: row.id };
  },

  CancelInstanceRefreshCommand(
    input: CancelInstanceRefreshCommandInput,
    context: CallContext,
  ): Answer<CancelInstanceRefreshCommandOutput> {
    const { sim } = context;
    const group = groupNamed(input.AutoScalingGroupName, context);
    const row = activeRefresh(sim, group.id);
    if (!row || row.status === 'Cancelling')
      throw new AwsFault('ActiveInstanceRefreshNotFound', 'No in progress or pending Instance Refresh found');
    sim.store.refreshes.put({ ...row, status: 'Cancelling', reason: 'Cancelled by user.' }, sim.seenFromMs());
    return { InstanceRefreshId: row.id };
  },

  DescribeInstanceRefreshesCommand(
    input: DescribeInstanceRefreshesCommandInput,
    context: CallContext,
  ): Answer<DescribeInstanceRefreshesCommandOutput> {
    const { sim } = context;
    const group = groupNamed(input.AutoScalingGroupName, context);
    const ids = input.InstanceRefreshIds ?? [];
    const own = sim.store.refreshes
      .seen(sim.nowMs)
      .filter((row) => row.group === group.id && (ids.length === 0 || ids.includes(row.id)))
      .reverse();
    const { items, next } = pageOf(own, asgPage(input, context));
    return { InstanceRefreshes: items.map((row) => toRefresh(row, group.name)), NextToken: next };
  },
} satisfies Operations;

function refuseUnknown(input: StartInstanceRefreshCommandInput): void {
  if (input.DesiredConfiguration !== undefined) throw notSimulated('StartInstanceRefresh with DesiredConfiguration');
  if ((input.Strategy ?? 'Rolling') !== 'Rolling') throw notSimulated(`the refresh strategy ${input.Strategy ?? ''}`);
  const odd = Object.entries(input.Preferences ?? {}).find(
    ([key, value]) => value !== undefined && value !== false && !PREFERENCES.includes(key),
  );
  if (odd) throw notSimulated(`StartInstanceRefresh with ${odd[0]}`);
}

function toRefresh(row: RefreshRow, group: string): InstanceRefresh {
  return {
    InstanceRefreshId: row.id,
    AutoScalingGroupName: group,
    Status: row.status,
    StatusReason: row.reason ?? undefined,
    StartTime: new Date(row.startedMs),
    ...(row.endedMs === null ? {} : { EndTime: new Date(row.endedMs) }),
    PercentageComplete: percentDone(row),
    InstancesToUpdate: row.left,
    Preferences: {
      MinHealthyPercentage: row.minHealthyPercent,
      InstanceWarmup: row.warmupMs / 1_000,
      SkipMatching: row.skipsMatching,
    },
  };
}
