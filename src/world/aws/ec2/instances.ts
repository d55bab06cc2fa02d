import type {
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  DescribeInstanceStatusCommandInput,
  DescribeInstanceStatusCommandOutput,
  Instance,
  InstanceState as AwsState,
  InstanceStateChange,
  RebootInstancesCommandInput,
  RebootInstancesCommandOutput,
  StartInstancesCommandInput,
  StartInstancesCommandOutput,
  StopInstancesCommandInput,
  StopInstancesCommandOutput,
  TerminateInstancesCommandInput,
  TerminateInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import type { InstanceState } from '../../../model/inventory.js';
import { AwsFault, required } from '../aws-fault.js';
import { tagList } from '../aws-tags.js';
import { isEnding, noCapacity, reboot, start, stop, terminate, USER_STOP } from '../fleet.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import type { InstanceRow } from '../rows.js';
import { endDryRun } from './dry-run.js';
import { filtered, named, type FilterFields } from './filters.js';
import { groupIdentifiers, interfaceId } from './interfaces.js';
import { ec2Page } from './places.js';

/** EC2's numbers for the states. */
const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const INSTANCE_FIELDS: FilterFields<InstanceRow> = {
  'instance-id': ({ id }) => [id],
  'instance-state-name': ({ state }) => [state],
  'instance-state-code': ({ state }) => [String(STATE_CODES[state])],
  'instance-type': ({ type }) => [type],
  'availability-zone': ({ zone }) => [zone],
  'subnet-id': ({ subnet }) => [subnet],
  'vpc-id': ({ vpc }) => [vpc],
  'private-ip-address': ({ address }) => [address],
  'instance.group-id': ({ securityGroups }) => securityGroups,
};

type Ids = { readonly InstanceIds?: string[] | undefined; readonly DryRun?: boolean | undefined };

/**
 * Instances and their states. Calls are all or nothing: one id that is unknown, or in a state that forbids it, and
 * nothing happens.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
 */
export const instanceOperations = {
  DescribeInstancesCommand(
    input: DescribeInstancesCommandInput,
    context: CallContext,
  ): Answer<DescribeInstancesCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    if (input.InstanceIds?.length && input.MaxResults !== undefined) {
      throw new AwsFault(
        'InvalidParameterCombination',
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    const here = sim.store.instances.seen(sim.nowMs).filter((row) => row.region === region);
    const rows = filtered(named(here, input.InstanceIds, 'InvalidInstanceID.NotFound'), input.Filters, INSTANCE_FIELDS);
    const { items, next } = pageOf(rows, ec2Page(input, context));
    const reservations = items.map((row) => ({
      ReservationId: row.id.replace('i-', 'r-'),
      OwnerId: sim.world.account,
      Groups: [],
      Instances: [toInstance(row, context)],
    }));
    return { Reservations: reservations, NextToken: next };
  },

  /** States only: which checks a host has passed is nothing that the simulated world knows. */
  DescribeInstanceStatusCommand(
    input: DescribeInstanceStatusCommandInput,
    context: CallContext,
  ): Answer<DescribeInstanceStatusCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    const here = sim.store.instances.seen(sim.nowMs).filter((row) => row.region === region);
    const some = input.IncludeAllInstances === true ? here : here.filter(({ state }) => state === 'running');
    const rows = filtered(named(some, input.InstanceIds, 'InvalidInstanceID.NotFound'), input.Filters, INSTANCE_FIELDS);
    const { items, next } = pageOf(rows, ec2Page(input, context));
    const statuses = items.map(({ id, zone, state }) => ({
      InstanceId: id,
      AvailabilityZone: zone,
      InstanceState: { Name: state, Code: STATE_CODES[state] },
    }));
    return { InstanceStatuses: statuses, NextToken: next };
  },

  StopInstancesCommand(input: StopInstancesCommandInput, context: CallContext): Answer<StopInstancesCommandOutput> {
    const rows = targets(input, context);
    for (const row of rows) if (row.state === 'pending' || isEnding(row)) throw wrongState(row, 'stopped');
    for (const row of rows) if (row.keptFrom.stop) throw kept(row, 'stopped', 'disableApiStop');
    endDryRun(input);
    return { StoppingInstances: changing(rows, context, (row) => stop(context.sim, row)) };
  },

  StartInstancesCommand(input: StartInstancesCommandInput, context: CallContext): Answer<StartInstancesCommandOutput> {
    const rows = targets(input, context);
    for (const row of rows) {
      if (row.state === 'stopping' || isEnding(row)) throw wrongState(row, 'started');
      if (row.state === 'stopped' && context.sim.behaviour.withoutCapacity.includes(row.zone))
        throw withoutCapacity(row);
    }
    endDryRun(input);
    return { StartingInstances: changing(rows, context, (row) => start(context.sim, row)) };
  },

  TerminateInstancesCommand(
    input: TerminateInstancesCommandInput,
    context: CallContext,
  ): Answer<TerminateInstancesCommandOutput> {
    const rows = targets(input, context);
    const held = rows.filter((row) => row.keptFrom.termination && !isEnding(row));
    const zones = held.map(({ zone }) => zone);
    if (held.length === 0) endDryRun(input);
    const end = (row: InstanceRow): void => terminate(context.sim, row, { member: row.member, reason: USER_STOP });
    const [first] = held;
    if (!first) return { TerminatingInstances: changing(rows, context, end) };
    // whoever is in another zone than a protected one is terminated all the same
    if (input.DryRun !== true) changing(rows.filter(({ zone }) => !zones.includes(zone)), context, end);
    throw kept(first, 'terminated', 'disableApiTermination');
  },

  RebootInstancesCommand(
    input: RebootInstancesCommandInput,
    context: CallContext,
  ): Answer<RebootInstancesCommandOutput> {
    const rows = targets(input, context);
    for (const row of rows) if (row.state !== 'running') throw wrongState(row, 'rebooted');
    endDryRun(input);
    for (const row of rows) reboot(context.sim, row);
    return {};
  },
} satisfies Operations;

function targets(input: Ids, { sim, region }: CallContext): readonly InstanceRow[] {
  return required(input.InstanceIds, 'InstanceId').map((id) => {
    const row = sim.store.instances.get(id);
    if (row?.region !== region)
      throw new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
    return row;
  });
}

function changing(
  rows: readonly InstanceRow[],
  { sim }: CallContext,
  change: (row: InstanceRow) => void,
): InstanceStateChange[] {
  return rows.map((row) => {
    change(row);
    const after = sim.store.instances.get(row.id) ?? row;
    return { InstanceId: row.id, PreviousState: stateOf(row), CurrentState: stateOf(after) };
  });
}

function wrongState(row: InstanceRow, verb: string): AwsFault {
  return new AwsFault(
    'IncorrectInstanceState',
    `The instance '${row.id}' is not in a state from which it can be ${verb}: ${row.state}`,
  );
}

function kept(row: InstanceRow, verb: string, attribute: string): AwsFault {
  return new AwsFault(
    'OperationNotPermitted',
    `The instance '${row.id}' may not be ${verb}. Modify its '${attribute}' instance attribute and try again.`,
  );
}

function withoutCapacity(row: InstanceRow): AwsFault {
  return new AwsFault('InsufficientInstanceCapacity', noCapacity(row.type, row.zone), 500);
}

function stateOf({ state }: InstanceRow): AwsState {
  return { Code: STATE_CODES[state], Name: state };
}

function toInstance(row: InstanceRow, context: CallContext): Instance {
  const groups = row.state === 'terminated' ? [] : groupIdentifiers(row, context);
  return {
    InstanceId: row.id,
    InstanceType: typeOf(row.type),
    State: stateOf(row),
    VpcId: row.vpc,
    SubnetId: row.subnet,
    Placement: { AvailabilityZone: row.zone, Tenancy: 'default' },
    LaunchTime: new Date(row.launchedMs),
    PrivateIpAddress: row.address,
    Tags: tagList(row.tags),
    Architecture: 'x86_64',
    RootDeviceType: 'ebs',
    SecurityGroups: groups,
    NetworkInterfaces: [{ NetworkInterfaceId: interfaceId(row), SubnetId: row.subnet, Groups: groups }].filter(
      () => row.state !== 'terminated',
    ),
    ...(row.reason === null
      ? {}
      : { StateTransitionReason: row.reason.split(': ')[1] ?? '', StateReason: reasonOf(row.reason) }),
  };
}

function reasonOf(reason: string): { Code: string; Message: string } {
  return { Code: reason.split(':')[0] ?? '', Message: reason };
}

type AwsType = Instance['InstanceType'];

/** World files name any type; the SDK's list of them is longer than its use here. */
function typeOf(type: string): AwsType {
  return isType(type) ? type : undefined;
}

function isType(type: string): type is NonNullable<AwsType> {
  return /^[a-z0-9-]+\.[a-z0-9-]+$/.test(type);
}
