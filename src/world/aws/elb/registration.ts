import type {
  DeregisterTargetsCommandInput,
  DeregisterTargetsCommandOutput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  RegisterTargetsCommandInput,
  RegisterTargetsCommandOutput,
  TargetDescription,
  TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsFault } from '../aws-fault.js';
import type { TargetGroupRow, TargetRegistration } from '../balancer-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import type { InstanceRow } from '../rows.js';
import { deregistered, registered } from '../targets.js';
import { targetGroupOf } from './find.js';

/**
 * Targets and their health. A target that is deregistered gets no new requests at once, and is `draining` for five
 * minutes. One that is not registered is passed over.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export const registrationOperations = {
  DescribeTargetHealthCommand(
    input: DescribeTargetHealthCommandInput,
    context: CallContext,
  ): Answer<DescribeTargetHealthCommandOutput> {
    const { sim, region } = context;
    const group = targetGroupOf(input.TargetGroupArn, context);
    const rows = sim.store.instances.seen(sim.nowMs).filter((row) => row.region === region);
    const all = rows.flatMap((row) => {
      const target = row.state === 'terminated' ? undefined : row.targets.find((one) => one.group === group.id);
      return target ? [{ row, target }] : [];
    });
    const healthy = all.map(({ row, target }) => ({
      Target: { Id: row.id, Port: target.port },
      HealthCheckPort: String(target.port),
      TargetHealth: healthOf(row, target, context),
    }));
    if (!input.Targets?.length) return { TargetHealthDescriptions: healthy };
    return {
      TargetHealthDescriptions: input.Targets.map(
        ({ Id = '', Port }) =>
          healthy.find(({ Target }) => Target.Id === Id) ?? {
            Target: { Id, Port: Port ?? group.port },
            TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' },
          },
      ),
    };
  },

  RegisterTargetsCommand(
    input: RegisterTargetsCommandInput,
    context: CallContext,
  ): Answer<RegisterTargetsCommandOutput> {
    const group = targetGroupOf(input.TargetGroupArn, context);
    const rows = targetsOf(input.Targets, group, context);
    const down = rows.find(({ row }) => row.state !== 'running');
    if (down)
      throw new AwsFault('InvalidTargetException', `The following targets are not in a running state: '${down.row.id}'`);
    for (const { row, port } of rows) put(row, registered(row, [{ group: group.id, port }]), context);
    return {};
  },

  DeregisterTargetsCommand(
    input: DeregisterTargetsCommandInput,
    context: CallContext,
  ): Answer<DeregisterTargetsCommandOutput> {
    const group = targetGroupOf(input.TargetGroupArn, context);
    const rows = targetsOf(input.Targets, group, context);
    const there = rows.filter(({ row }) => row.targets.some((one) => one.group === group.id));
    for (const { row } of there) put(row, deregistered(context.sim, row, [group.id]), context);
    return {};
  },
} satisfies Operations;

interface Target {
  readonly row: InstanceRow;
  readonly port: number;
}

function targetsOf(
  targets: readonly TargetDescription[] | undefined,
  group: TargetGroupRow,
  { sim }: CallContext,
): readonly Target[] {
  return (targets ?? []).map(({ Id = '', Port = group.port }) => {
    const row = sim.store.instances.get(Id);
    if (row?.vpc !== group.vpc || row.state === 'terminated')
      throw new AwsFault('InvalidTargetException', `The instance ID '${Id}' is not valid`);
    return { row, port: Port };
  });
}

function put(row: InstanceRow, targets: readonly TargetRegistration[], { sim }: CallContext): void {
  sim.store.instances.put({ ...row, targets }, sim.seenFromMs());
}

/** What the load balancer says of a target, from what is true of it now: no probe has to fail first. */
function healthOf(row: InstanceRow, target: TargetRegistration, { sim }: CallContext): TargetHealth {
  if (target.drainsMs !== null || row.member?.lifecycle === 'Terminating')
    return { State: 'draining', Reason: 'Target.DeregistrationInProgress' };
  if (row.state === 'stopping' || row.state === 'stopped' || row.state === 'shutting-down')
    return { State: 'unused', Reason: 'Target.InvalidState' };
  if (!sim.infra.isForwarded(target.group, row.zone)) return { State: 'unused', Reason: 'Target.NotInUse' };
  if (row.state === 'pending' || sim.nowMs < row.servesMs)
    return { State: 'initial', Reason: 'Elb.InitialHealthChecking' };
  if (sim.infra.isReachable(row)) return { State: 'healthy' };
  return { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' };
}
