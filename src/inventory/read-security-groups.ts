import { DescribeSecurityGroupsCommand, type IpPermission, type SecurityGroup as AwsGroup } from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import type { IngressRule, SecurityGroup } from '../model/inventory.js';
import { allPages, chunks } from './paging.js';
import { tagsOf } from './tags.js';

/** EC2 takes 200 values a filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const VALUES_A_FILTER = 200;

/** Every security group of a region with what it lets in; with ids, those of them that are there. */
export async function readSecurityGroups(
  region: string,
  cloud: Cloud,
  ids?: readonly string[],
): Promise<readonly SecurityGroup[]> {
  const filters = ids === undefined ? [undefined] : chunks([...new Set(ids)], VALUES_A_FILTER);
  const read = await Promise.all(
    filters.map((some) =>
      allPages(async (token) => {
        const command = new DescribeSecurityGroupsCommand({
          ...(some === undefined ? {} : { Filters: [{ Name: 'group-id', Values: [...some] }] }),
          NextToken: token,
        });
        const answer = await cloud.ec2(region).send(command);
        return { items: (answer.SecurityGroups ?? []).map(toGroup), next: answer.NextToken };
      }),
    ),
  );
  return read.flat();
}

function toGroup(group: AwsGroup): SecurityGroup {
  return {
    id: group.GroupId ?? '',
    vpc: group.VpcId ?? '',
    ingress: (group.IpPermissions ?? []).flatMap((permission) => rulesIn(permission, group.OwnerId)),
    tags: tagsOf(group.Tags),
  };
}

/** One rule for each source that a permission lists. */
function rulesIn(permission: IpPermission, owner: string | undefined): readonly IngressRule[] {
  const { IpProtocol: protocol = '-1', FromPort: from, ToPort: to } = permission;
  const ports = from === undefined || to === undefined || from < 0 ? null : { from, to };
  const rule = (kind: IngressRule['source']['kind'], id = '', description?: string): IngressRule => ({
    protocol,
    ports,
    source: { kind, id },
    description: description ?? null,
  });
  return [
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId: id, UserId: user = owner, Description }) =>
      rule(user === owner ? 'group' : 'foreign-group', id, Description),
    ),
    ...(permission.IpRanges ?? []).map(({ CidrIp: id, Description }) => rule('ipv4', id, Description)),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6: id, Description }) => rule('ipv6', id, Description)),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId: id, Description }) =>
      rule('prefix-list', id, Description),
    ),
  ];
}
