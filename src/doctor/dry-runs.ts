import {
  CreateNetworkAclCommand,
  CreateSecurityGroupCommand,
  DeleteRouteCommand,
  DescribeNetworkAclsCommand,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  ReplaceNetworkAclAssociationCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import { rehearse, type Rehearsed } from '../aws/dry-run.js';
import { creationTags } from '../changes/creation-tags.js';
import { routeOf } from '../changes/route-name.js';
import type { AnyChange } from '../model/change.js';
import type { Json } from '../model/json.js';
import type { Action } from '../plan/permissions-actions.js';

/** Whether one action of a change would be permitted, asked with the change's own resources. */
type DryRun = (change: AnyChange, cloud: Cloud) => Promise<Rehearsed>;

/** A run that never was, and tags that say so. */
const RUN = '19700101T000000Z-000000';
const TAGS = [...creationTags({ run: RUN, handle: 'kong-doctor', expiresAt: '1970-01-02T00:00:00.000Z' })];

/**
 * What EC2 can be asked without doing it. What only acts on what a drill has made, as its deletion, can't be: there is
 * nothing yet to ask about.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
 */
export const DRY_RUNS: Readonly<Partial<Record<Action, DryRun>>> = {
  'ec2:CreateNetworkAcl': (change, cloud) => {
    const command = new CreateNetworkAclCommand({
      VpcId: vpcOf(change),
      TagSpecifications: [{ ResourceType: 'network-acl', Tags: TAGS }],
      DryRun: true,
    });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
  'ec2:CreateSecurityGroup': (change, cloud) => {
    const command = new CreateSecurityGroupCommand({
      GroupName: `kong-${RUN}`,
      Description: 'a dry run of kong doctor',
      VpcId: vpcOf(change),
      TagSpecifications: [{ ResourceType: 'security-group', Tags: TAGS }],
      DryRun: true,
    });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
  'ec2:ReplaceNetworkAclAssociation': async (change, cloud) => {
    const [acl] = idsOf(beforeOf(change));
    const id = await associationOf(change, cloud);
    if (id === undefined || acl === undefined) return { kind: 'unknown', why: 'the subnet has no association now' };
    const command = new ReplaceNetworkAclAssociationCommand({ AssociationId: id, NetworkAclId: acl, DryRun: true });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
  'ec2:ModifyInstanceAttribute': (change, cloud) => {
    const groups = [...idsOf(beforeOf(change))];
    const command = new ModifyInstanceAttributeCommand({
      InstanceId: change.resource.id,
      Groups: groups,
      DryRun: true,
    });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
  'ec2:StopInstances': (change, cloud) => {
    const command = new StopInstancesCommand({ InstanceIds: [change.resource.id], DryRun: true });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
  'ec2:StartInstances': (change, cloud) => {
    const command = new StartInstancesCommand({ InstanceIds: [change.resource.id], DryRun: true });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
  'ec2:RebootInstances': (change, cloud) => {
    const command = new RebootInstancesCommand({ InstanceIds: [change.resource.id], DryRun: true });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
  'ec2:TerminateInstances': (change, cloud) => {
    const command = new TerminateInstancesCommand({ InstanceIds: [change.resource.id], DryRun: true });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
  'ec2:DeleteRoute': (change, cloud) => {
    const { table, destination } = routeOf(change.resource.id);
    const command = new DeleteRouteCommand({ RouteTableId: table, DestinationCidrBlock: destination, DryRun: true });
    return rehearse(command, () => ec2(change, cloud).send(command));
  },
};

function ec2({ resource }: AnyChange, cloud: Cloud): ReturnType<Cloud['ec2']> {
  return cloud.ec2(resource.region);
}

async function associationOf({ resource }: AnyChange, cloud: Cloud): Promise<string | undefined> {
  const filter = { Name: 'association.subnet-id', Values: [resource.id] };
  const { NetworkAcls = [] } = await cloud
    .ec2(resource.region)
    .send(new DescribeNetworkAclsCommand({ Filters: [filter] }));
  const all = NetworkAcls.flatMap(({ Associations = [] }) => Associations);
  return all.find(({ SubnetId }) => SubnetId === resource.id)?.NetworkAclAssociationId;
}

function beforeOf(change: AnyChange): Json {
  return change.kind === 'reversible' ? change.before : null;
}

function idsOf(value: Json): readonly string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one) => typeof one === 'string');
}

function vpcOf(change: AnyChange): string {
  const after = change.kind === 'reversible' ? change.after : null;
  const vpc: unknown = after !== null && typeof after === 'object' && 'vpc' in after ? after.vpc : undefined;
  return typeof vpc === 'string' ? vpc : '';
}
