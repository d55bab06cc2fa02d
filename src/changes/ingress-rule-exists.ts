import {
  AuthorizeSecurityGroupIngressCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import { readSecurityGroups } from '../inventory/read-security-groups.js';
import { KongError } from '../model/errors.js';
import type { SecurityGroup } from '../model/inventory.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import { byRegion, relatePlain, writeEach, type Driver, type Write } from './driver.js';
import { ingressRuleId, ingressRuleOf } from './ingress-rule-name.js';

/**
 * Whether a security group lets a source in, by one rule: `{ description }`, or null where there is no such rule.
 * A rule is known by what it says: its id is new each time that it is made, and its own tags are not made again.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
 */
export const ingressRuleExists: Driver = {
  attribute: 'ingressRule.exists',
  role: 'cut',
  spares: true,
  gone: 'conflict',
  callsPerSecond: 5,
  batchSize: 100,
  callsFor: (changes) => changes + Math.ceil(changes / 100),
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.region,
  relate: relatePlain,

  async readMany(resources, { cloud }) {
    const read = await Promise.all(
      byRegion(resources).map(async ([region, own]) => {
        const groups = await groupsOf(region, own, cloud);
        return own.flatMap(({ id }): readonly (readonly [string, Json])[] => {
          const group = groups.get(ingressRuleOf(id).group);
          return group ? [[id, valueIn(group, id)]] : [];
        });
      }),
    );
    return new Map(read.flat());
  },

  async write(batch, { cloud, permit }) {
    const [first] = batch;
    if (!first) return [];
    const { region } = first.resource;
    const groups = await groupsOf(
      region,
      batch.map(({ resource }) => resource),
      cloud,
    );
    return writeEach(batch, async (write) => {
      const { id } = write.resource;
      const name = ingressRuleOf(id);
      const group = groups.get(name.group);
      if (!group) throw new KongError('NOT_FOUND', `security group ${name.group} is not in ${region} any more`);
      const wanted = write.to === 'after' ? write.after : write.before;
      // what is as it should be is refused by AWS
      const current = valueIn(group, id);
      if ((current === null) === (wanted === null)) return;
      // with its own description: there are emulators that know no rule without
      const input = { GroupId: name.group, IpPermissions: [permissionOf(write, wanted ?? current)] };
      const client = cloud.ec2(region);
      if (wanted === null) await client.send(permit.for(new RevokeSecurityGroupIngressCommand(input)));
      else await client.send(permit.for(new AuthorizeSecurityGroupIngressCommand(input)));
    });
  },
};

async function groupsOf(
  region: string,
  resources: readonly ResourceRef[],
  cloud: Cloud,
): Promise<ReadonlyMap<string, SecurityGroup>> {
  const ids = resources.map(({ id }) => ingressRuleOf(id).group);
  return new Map((await readSecurityGroups(region, cloud, ids)).map((group) => [group.id, group]));
}

function valueIn(group: SecurityGroup, id: string): Json {
  const rule = group.ingress.find(
    ({ protocol, ports, source }) =>
      source.kind !== 'foreign-group' && ingressRuleId({ group: group.id, protocol, ports, from: source.id }) === id,
  );
  return rule ? { description: rule.description } : null;
}

function permissionOf({ resource }: Write, wanted: Json): IpPermission {
  const { protocol, ports, from } = ingressRuleOf(resource.id);
  const said = wanted !== null && typeof wanted === 'object' && 'description' in wanted ? wanted.description : null;
  return {
    IpProtocol: protocol,
    ...(ports === null ? {} : { FromPort: ports.from, ToPort: ports.to }),
    ...sourceOf(from, typeof said === 'string' ? { Description: said } : {}),
  };
}

/** A source is told by how its id begins: `sg-`, `pl-`, or an address. */
function sourceOf(id: string, described: { readonly Description?: string }): Partial<IpPermission> {
  if (id.startsWith('sg-')) return { UserIdGroupPairs: [{ GroupId: id, ...described }] };
  if (id.startsWith('pl-')) return { PrefixListIds: [{ PrefixListId: id, ...described }] };
  if (id.includes(':')) return { Ipv6Ranges: [{ CidrIpv6: id, ...described }] };
  return { IpRanges: [{ CidrIp: id, ...described }] };
}
