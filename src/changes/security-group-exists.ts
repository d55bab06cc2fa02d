import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { allPages } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import { creationTags, HANDLE_TAG, RUN_TAG } from './creation-tags.js';
import {
  type Attribute,
  type Driver,
  type ReadContext,
  type Relation,
  type Write,
  type WriteContext,
} from './driver.js';
import { making, type Own } from './made.js';

/**
 * Whether a security group made for this run exists, with no rule in either direction: an instance that is in no
 * other can neither be reached nor reach out.
 *
 * `resource.id` is a handle, unique in its run; `after` names the VPC. AWS makes a group with a rule that lets
 * everything out, which is taken away at once. There is no client token: the name, unique in its VPC, is one.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
export const securityGroupExists: Driver = {
  attribute: 'securityGroup.exists',
  role: 'made',
  gone: 'fine',
  callsPerSecond: 5,
  batchSize: 1,
  callsFor: (changes) => 3 * changes,
  undoCallsFor: (changes) => 2 * changes.length,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.id,
  relate: relateGroups,

  ...making({ own: ownGroups, valueOf: ({ vpc, egress }) => ({ vpc, closed: egress.length === 0 }), create, remove }),
};

interface OwnGroup extends Own {
  readonly vpc: string;
  readonly egress: readonly IpPermission[];
}

/** Every security group of a region that this run created. */
async function ownGroups(region: string, { cloud, run }: ReadContext): Promise<readonly OwnGroup[]> {
  return allPages(async (token) => {
    const answer = await cloud
      .ec2(region)
      .send(
        new DescribeSecurityGroupsCommand({ Filters: [{ Name: `tag:${RUN_TAG}`, Values: [run] }], NextToken: token }),
      );
    const items = (answer.SecurityGroups ?? []).map((group) => ({
      id: group.GroupId ?? '',
      handle: group.Tags?.find((tag) => tag.Key === HANDLE_TAG)?.Value ?? '',
      vpc: group.VpcId ?? '',
      egress: group.IpPermissionsEgress ?? [],
    }));
    return { items, next: answer.NextToken };
  });
}

function relateGroups({ ours }: Attribute, current: Json): Relation {
  if (current === null) return 'before';
  if (typeof current !== 'object' || !('vpc' in current)) return 'foreign';
  const own = ours.some(
    (value) => value !== null && typeof value === 'object' && 'vpc' in value && value.vpc === current.vpc,
  );
  if (!own) return 'foreign';
  return 'closed' in current && current.closed === true ? 'after' : 'partly';
}

async function create(write: Write, context: WriteContext): Promise<string> {
  const { cloud, permit, run, expiresAt, undoTags } = context;
  const { region, id: handle } = write.resource;
  const own = async (): Promise<OwnGroup | undefined> =>
    (await ownGroups(region, context)).find((group) => group.handle === handle);
  const there = await own();
  const client = cloud.ec2(region);
  const Tags = creationTags({ run, handle, expiresAt, undoTags });
  if (!there) {
    await client.send(
      permit.for(
        new CreateSecurityGroupCommand({
          GroupName: `kong-${run}-${handle}`.slice(0, 255),
          Description: 'made by kong for a drill: lets nothing in and nothing out',
          VpcId: vpcOf(write.after),
          TagSpecifications: [{ ResourceType: 'security-group', Tags }],
        }),
      ),
    );
  }
  const made = there ?? (await own());
  if (!made) throw new KongError('AWS_SERVICE', `the security group ${handle} in ${region} can't be read yet`);
  if (made.egress.length > 0) {
    await client.send(
      permit.for(new RevokeSecurityGroupEgressCommand({ GroupId: made.id, IpPermissions: [...made.egress] })),
    );
  }
  return made.id;
}

async function remove(write: Write, context: WriteContext): Promise<void> {
  const { region, id: handle } = write.resource;
  const own = (await ownGroups(region, context)).filter((group) => group.handle === handle);
  for (const group of own) {
    await context.cloud.ec2(region).send(context.permit.for(new DeleteSecurityGroupCommand({ GroupId: group.id })));
  }
}

function vpcOf(value: Json): string {
  if (value !== null && typeof value === 'object' && 'vpc' in value && typeof value.vpc === 'string') return value.vpc;
  throw new KongError('BAD_PLAN', `a security group needs the VPC that it is made in, not ${JSON.stringify(value)}`);
}
