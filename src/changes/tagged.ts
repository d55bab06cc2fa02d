import {
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import type { Filter, NetworkAcl, SecurityGroup } from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import { allPages, chunks } from '../inventory/paging.js';
import { tagsOf } from '../inventory/tags.js';
import type { AttributeKind } from '../model/change.js';
import type { Json } from '../model/json.js';
import type { ResourceRef, ResourceType } from '../model/resource.js';
import { EXPIRES_TAG, HANDLE_TAG, RUN_TAG } from './creation-tags.js';
import { readUndoTags, type ReadUndo } from './undo-tags.js';

/** Something that carries a run's tags. */
export interface Tagged {
  readonly run: string;
  /** The change that made it. */
  readonly attribute: AttributeKind;
  /** By its handle, as in a plan. */
  readonly resource: ResourceRef;
  readonly id: string;
  /** As a change's `after`. */
  readonly after: Json;
  /** Milliseconds since the epoch; undefined where the tag says nothing. */
  readonly expiresAtMs: number | undefined;
  readonly undo: ReadUndo;
  /** What is attached to it now: the subnets of an ACL, the instances in a security group. */
  readonly attached: readonly AttachedRef[];
  /** Why it can't be kong's, whatever its tags say; undefined: it can. */
  readonly foreign: string | undefined;
}

/** What hangs on something; a subnet with the id of its association, which changes at every swap. */
export interface AttachedRef extends ResourceRef {
  readonly association?: string;
}

/** What `kong:run` may hold: it names a folder. */
export const RUN_ID = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;
/** The rules that every network ACL has: they deny what no other matches, v4 and v6. */
const CLOSING_RULES = [32_767, 32_768];
const ANY_RUN: Filter[] = [{ Name: 'tag-key', Values: [RUN_TAG] }];

/**
 * Every network ACL and security group in one region that carries a run's tags. Reads only.
 *
 * @throws KongError as the calls do
 */
export async function taggedInEc2(region: string, cloud: Cloud): Promise<readonly Tagged[]> {
  const [acls, groups] = await Promise.all([taggedAcls(region, cloud), taggedGroups(region, cloud)]);
  return [...acls, ...groups];
}

async function taggedAcls(region: string, cloud: Cloud): Promise<readonly Tagged[]> {
  const acls = await allPages(async (token) => {
    const command = new DescribeNetworkAclsCommand({ Filters: ANY_RUN, NextToken: token });
    const answer = await cloud.ec2(region).send(command);
    return { items: answer.NetworkAcls ?? [], next: answer.NextToken };
  });
  return acls.map((acl) => {
    const what = { attribute: 'networkAcl.exists', type: 'network-acl', region, id: acl.NetworkAclId ?? '' } as const;
    const attached = (acl.Associations ?? []).map(({ SubnetId: subnet = '', NetworkAclAssociationId: association }) => {
      return { type: 'subnet', region, id: subnet, ...(association === undefined ? {} : { association }) } as const;
    });
    const after = { vpc: acl.VpcId ?? '' };
    return tagged({ ...what, after, tags: tagsOf(acl.Tags), attached, foreign: notAnAclOfOurs(acl) });
  });
}

/** An ACL that kong made has no rules: whatever was tagged by mistake has. */
function notAnAclOfOurs({ IsDefault, Entries = [] }: NetworkAcl): string | undefined {
  if (IsDefault === true) return "it is its VPC's default";
  const own = Entries.filter(({ RuleNumber = 0 }) => !CLOSING_RULES.includes(RuleNumber));
  return own.length > 0 ? `it has ${own.length} rules, and an ACL of a run has none` : undefined;
}

async function taggedGroups(region: string, cloud: Cloud): Promise<readonly Tagged[]> {
  const groups = await allPages(async (token) => {
    const command = new DescribeSecurityGroupsCommand({ Filters: ANY_RUN, NextToken: token });
    const answer = await cloud.ec2(region).send(command);
    return { items: answer.SecurityGroups ?? [], next: answer.NextToken };
  });
  const members = await membersOf(region, groups, cloud);
  return groups.map((group) => {
    const what = {
      attribute: 'securityGroup.exists',
      type: 'security-group',
      region,
      id: group.GroupId ?? '',
    } as const;
    const attached = members
      .filter((member) => member.groups.includes(what.id))
      .map(({ id }) => ({ type: 'instance', region, id }) as const);
    const after = { vpc: group.VpcId ?? '' };
    return tagged({ ...what, after, tags: tagsOf(group.Tags), attached, foreign: notAGroupOfOurs(group) });
  });
}

function notAGroupOfOurs({ GroupName = '', IpPermissions = [] }: SecurityGroup): string | undefined {
  if (!GroupName.startsWith('kong-')) return `its name is ${GroupName}, and a run's begins with kong-`;
  return IpPermissions.length > 0 ? 'it lets something in, and one of a run lets nothing in' : undefined;
}

async function membersOf(
  region: string,
  groups: readonly SecurityGroup[],
  cloud: Cloud,
): Promise<readonly { readonly id: string; readonly groups: readonly string[] }[]> {
  const ids = groups.map(({ GroupId = '' }) => GroupId);
  const read = chunks(ids, 200).map((some) =>
    allPages(async (token) => {
      const filter = { Name: 'instance.group-id', Values: [...some] };
      const answer = await cloud
        .ec2(region)
        .send(new DescribeInstancesCommand({ Filters: [filter], NextToken: token }));
      const items = (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
      return { items, next: answer.NextToken };
    }),
  );
  return (await Promise.all(read))
    .flat()
    .map(({ InstanceId: id = '', SecurityGroups = [] }) => ({
      id,
      groups: SecurityGroups.map(({ GroupId = '' }) => GroupId),
    }));
}

/** Something with tags, before it is known what they say. */
export interface Seen {
  readonly attribute: AttributeKind;
  readonly type: ResourceType;
  readonly region: string;
  readonly id: string;
  readonly after: Json;
  readonly tags: Readonly<Record<string, string>>;
  readonly attached?: readonly AttachedRef[];
  readonly foreign: string | undefined;
}

/** What the tags of something say of whose it is, and of its run's undo. */
export function tagged({ attribute, type, region, id, after, tags, attached = [], foreign }: Seen): Tagged {
  const run = tags[RUN_TAG] ?? '';
  const handle = tags[HANDLE_TAG] ?? '';
  const expiresAtMs = Date.parse(tags[EXPIRES_TAG] ?? '');
  const odd = RUN_ID.test(run) && handle !== '' ? undefined : 'its tags are not as kong writes them';
  return {
    run,
    attribute,
    resource: { type, region, id: handle },
    id,
    after,
    expiresAtMs: Number.isNaN(expiresAtMs) ? undefined : expiresAtMs,
    undo: readUndoTags(tags, { region, handle }),
    attached,
    foreign: foreign ?? odd,
  };
}

/**
 * The ids of a region's network ACLs: all of them, as emulators know no filter by id, and AWS no list with gaps.
 *
 * @throws KongError as the call does
 */
export async function aclsThere(region: string, cloud: Cloud): Promise<ReadonlySet<string>> {
  const ids = await allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeNetworkAclsCommand({ NextToken: token }));
    return { items: (answer.NetworkAcls ?? []).map(({ NetworkAclId = '' }) => NetworkAclId), next: answer.NextToken };
  });
  return new Set(ids);
}
