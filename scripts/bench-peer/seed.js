/** A region for both to break: three zones, and three groups whose members are spread over them. */
import {
  AttachInstancesCommand,
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { client } from '../bench-rig.js';

/** Where both drill. */
export const REGION = 'us-east-1';
/** The zone that fails. */
export const ZONE = 'us-east-1a';
const ZONES = [ZONE, 'us-east-1b', 'us-east-1c'];
const GROUPS = ['api', 'edge', 'play'];
/** By which the peer finds what it may break. */
const TAG = { Key: 'AZ_FAILURE', Value: 'True' };

const clients = (port) => ({
  ec2: new EC2Client(client(REGION, port)),
  groups: new AutoScalingClient(client(REGION, port)),
  cloudWatch: new CloudWatchClient(client(REGION, port)),
});

/**
 * Puts a VPC with so many subnets a zone, and so many instances in all, into an empty moto.
 *
 * @param size - `instances`: a multiple of 9; `subnets`: a zone's
 */
export async function seed(port, { instances, subnets }) {
  const { ec2, groups, cloudWatch } = clients(port);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const own = [];
  for (const [z, zone] of ZONES.entries()) {
    for (let n = 0; n < subnets; n++) {
      const created = await ec2.send(
        new CreateSubnetCommand({
          VpcId: Vpc.VpcId,
          AvailabilityZone: zone,
          CidrBlock: `10.0.${z * subnets + n}.0/24`,
          TagSpecifications: [{ ResourceType: 'subnet', Tags: [TAG] }],
        }),
      );
      own.push({ zone, id: created.Subnet.SubnetId });
    }
  }
  await groups.send(
    new CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'bench',
      ImageId: 'ami-1',
      InstanceType: 'm6i.large',
    }),
  );
  for (const name of GROUPS) {
    await seedGroup(name, { ec2, groups, subnets: own, size: instances / GROUPS.length });
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'AWS/EC2', MetricData: loadOf(name) }));
  }
  for (const one of [ec2, groups, cloudWatch]) one.destroy();
}

async function seedGroup(name, { ec2, groups, subnets, size }) {
  const ids = [];
  for (const zone of ZONES) {
    const there = subnets.filter((subnet) => subnet.zone === zone);
    const shares = sharesOf(size / ZONES.length, there.length);
    for (const [n, count] of shares.entries()) {
      if (count === 0) continue;
      const { Instances } = await ec2.send(
        new RunInstancesCommand({
          ImageId: 'ami-1',
          InstanceType: 'm6i.large',
          MinCount: count,
          MaxCount: count,
          SubnetId: there[n].id,
          TagSpecifications: [{ ResourceType: 'instance', Tags: [TAG] }],
        }),
      );
      ids.push(...Instances.map((instance) => instance.InstanceId));
    }
  }
  await groups.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchConfigurationName: 'bench',
      MinSize: 0,
      DesiredCapacity: 0,
      MaxSize: 2 * size,
      VPCZoneIdentifier: subnets.map((subnet) => subnet.id).join(','),
      Tags: [{ ...TAG, ResourceId: name, ResourceType: 'auto-scaling-group', PropagateAtLaunch: true }],
    }),
  );
  for (let from = 0; from < ids.length; from += 500) {
    await groups.send(
      new AttachInstancesCommand({ AutoScalingGroupName: name, InstanceIds: ids.slice(from, from + 500) }),
    );
  }
  await groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, MinSize: size }));
}

/** So many things over so many places, as evenly as it goes. */
function sharesOf(count, places) {
  return Array.from({ length: places }, (_, n) => Math.floor(count / places) + (n < count % places ? 1 : 0));
}

/** A fifth of its CPU over the last minutes: there is room in the other zones. */
function loadOf(group) {
  return Array.from({ length: 5 }, (_, n) => ({
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
    Value: 20,
    Timestamp: new Date(Date.now() - (n + 1) * 60_000),
  }));
}

/** Everything that a drill of the zone changes and must put back, as lines of text. */
export async function snapshot(port) {
  const { ec2, groups, cloudWatch } = clients(port);
  const [acls, fleet, own] = await Promise.all([
    ec2.send(new DescribeNetworkAclsCommand({})),
    ec2.send(new DescribeInstancesCommand({ MaxResults: 1_000 })).then((first) => allInstances(ec2, first)),
    groups.send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 100 })),
  ]);
  for (const one of [ec2, groups, cloudWatch]) one.destroy();
  const subnets = acls.NetworkAcls.flatMap((acl) =>
    acl.Associations.map((one) => `${one.SubnetId} ${acl.NetworkAclId}`),
  );
  const sizes = own.AutoScalingGroups.map((group) =>
    [
      group.AutoScalingGroupName,
      group.MinSize,
      group.DesiredCapacity,
      group.MaxSize,
      group.VPCZoneIdentifier.split(',').sort().join(','),
      (group.SuspendedProcesses ?? []).map((one) => one.ProcessName).sort().join(','),
      group.Instances.length,
    ].join(' '),
  );
  const instances = fleet.map((instance) => `${instance.InstanceId} ${instance.State.Name}`);
  return [...subnets, ...sizes, ...instances, `${acls.NetworkAcls.length} ACLs`].sort();
}

async function allInstances(ec2, first) {
  const instances = [];
  for (let page = first; ; ) {
    instances.push(...page.Reservations.flatMap((reservation) => reservation.Instances));
    if (page.NextToken === undefined) return instances;
    page = await ec2.send(new DescribeInstancesCommand({ MaxResults: 1_000, NextToken: page.NextToken }));
  }
}
