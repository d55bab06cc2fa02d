import { DescribeNetworkAclsCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { GetParametersByPathCommand, ListCommandsCommand } from '@aws-sdk/client-ssm';
import type { Cloud } from '../../src/aws/cloud.js';
import { RUN_TAG } from '../../src/changes/creation-tags.js';
import { allPages } from '../../src/inventory/paging.js';
import { taggedExperiments } from '../../src/changes/fis-experiment-running.js';
import { taggedTemplates } from '../../src/changes/fis-template-exists.js';
import { readInventory } from '../../src/inventory/read-inventory.js';
import type { Inventory } from '../../src/model/inventory.js';
import type { World } from '../../src/world/world.js';

const REGIONS = ['us-east-1', 'us-west-2'];

/** What a drill must leave as it was. */
export interface Snapshot {
  readonly records: readonly string[];
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  /** Those that run, are about to, or are stopped. */
  readonly instances: readonly string[];
  /** Instance by instance, with who sends to it. */
  readonly reach: readonly string[];
  /** Routes to other VPCs. */
  readonly routes: readonly string[];
  /** Who is let in by which security group. */
  readonly admitted: readonly string[];
  /** Load balancers' listeners, with the first rule that they have. */
  readonly listeners: readonly string[];
  /** Load balancers, with the subnets that they are in. */
  readonly balancers: readonly string[];
  /** What services read in the Parameter Store. */
  readonly parameters: readonly string[];
  /** By which rules buckets are replicated. */
  readonly replicated: readonly string[];
  /** What is in buckets, every version of it. */
  readonly objects: readonly string[];
  /** Network ACLs, security groups and templates that a run made, commands and experiments that it sent: all gone. */
  readonly leftovers: readonly string[];
}

/** Reads it with a process's clients. */
export async function snapshotOf(cloud: Cloud, world: World): Promise<Snapshot> {
  const { regions, records } = await inventoryIn(cloud, world);
  const leftovers = await Promise.all(
    REGIONS.map(async (region) => {
      const filters = { Filters: [{ Name: 'tag-key', Values: [RUN_TAG] }] };
      const { NetworkAcls: acls = [] } = await cloud.ec2(region).send(new DescribeNetworkAclsCommand(filters));
      const { SecurityGroups: groups = [] } = await cloud.ec2(region).send(new DescribeSecurityGroupsCommand(filters));
      const commands = await activeCommands(region, cloud);
      const templates = await taggedTemplates(region, cloud);
      const experiments = (await taggedExperiments(region, cloud)).filter(({ summary }) =>
        ['initiating', 'running', 'stopping'].includes(summary.status),
      );
      return [
        ...acls.map((acl) => acl.NetworkAclId),
        ...groups.map((group) => group.GroupId),
        ...commands,
        ...[...templates, ...experiments].map(({ id }) => id),
      ].map((id) => `${region} ${id}`);
    }),
  );
  const parameters = await Promise.all(REGIONS.map((region) => parametersIn(region, cloud)));
  const alive = new Set(['pending', 'running', 'stopping', 'stopped']);
  return {
    records: records.map(({ name, setIdentifier, weight }) => `${name} ${setIdentifier} ${weight}`).sort(),
    subnets: regions.flatMap(({ subnets }) => subnets.map(({ id, acl }) => `${id} ${acl}`)).sort(),
    groups: regions
      .flatMap(({ region, groups }) =>
        groups.map(({ name, min, max, desired, suspended }) =>
          [region, name, min, desired, max, ...[...suspended].sort()].join(' '),
        ),
      )
      .sort(),
    instances: regions
      .flatMap(({ instances }) =>
        instances.filter(({ state }) => alive.has(state)).map(({ id, state }) => `${id} ${state}`),
      )
      .sort(),
    reach: regions
      .flatMap(({ instances, groups, targets = [] }) => {
        const serving = groups.flatMap(({ members }) => members.filter(({ lifecycle }) => lifecycle === 'InService'));
        return instances.map(({ id, securityGroups }) =>
          [
            id,
            ...securityGroups,
            ...targets.filter(({ instance }) => instance === id).map(({ name, port }) => `${name}:${port}`),
            ...(serving.some((member) => member.id === id) ? ['in service'] : []),
          ].join(' '),
        );
      })
      .sort(),
    routes: regions
      .flatMap(({ routeTables = [] }) =>
        routeTables.flatMap(({ id, routes }) => routes.map((one) => `${id} ${one.destination} ${one.target.id}`)),
      )
      .sort(),
    admitted: regions
      .flatMap(({ securityGroups = [] }) =>
        securityGroups.flatMap(({ id, ingress }) => ingress.map((rule) => `${id} ${JSON.stringify(rule)}`)),
      )
      .sort(),
    listeners: regions
      .flatMap(({ balancers = [] }) => balancers.flatMap((one) => one.listeners))
      .map(({ arn, firstPriority }) => `${arn} ${firstPriority ?? 'default'}`)
      .sort(),
    balancers: regions
      .flatMap(({ balancers = [] }) => balancers)
      .map(({ arn, zones }) => [arn, ...zones.map(({ mapping }) => mapping).sort()].join(' '))
      .sort(),
    parameters: parameters.flat(),
    replicated: regions
      .flatMap(({ buckets = [] }) => buckets)
      .flatMap(({ name, rules }) => rules.map(({ id, status }) => `${name} ${id} ${status}`))
      .sort(),
    objects: (await Promise.all((world.buckets ?? []).map((bucket) => objectsIn(bucket, cloud)))).flat(),
    leftovers: leftovers.flat(),
  };
}

async function objectsIn(
  { name, region }: { readonly name: string; readonly region: string },
  cloud: Cloud,
): Promise<readonly string[]> {
  const client = await cloud.s3(region);
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
  return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => `${name} ${Key} ${VersionId}`);
}

async function parametersIn(region: string, cloud: Cloud): Promise<readonly string[]> {
  const path = { Path: '/', Recursive: true };
  const { Parameters = [] } = await cloud.ssm(region).send(new GetParametersByPathCommand(path));
  return Parameters.map(({ Name, Value }) => `${region} ${Name} ${Value}`).sort();
}

/** Commands that have not come to their end. */
async function activeCommands(region: string, cloud: Cloud): Promise<readonly (string | undefined)[]> {
  const commands = await allPages(async (token) => {
    const answer = await cloud.ssm(region).send(new ListCommandsCommand({ NextToken: token }));
    return { items: answer.Commands ?? [], next: answer.NextToken };
  });
  const active = ['Pending', 'InProgress', 'Cancelling'];
  return commands.filter(({ Status = '' }) => active.includes(Status)).map(({ Comment }) => Comment);
}

/** What is there, as kong reads it; templates of AWS FIS by their ids. */
export function inventoryIn(cloud: Cloud, world: World, fisTemplates: readonly string[] = []): Promise<Inventory> {
  return readInventory({
    account: world.account,
    regions: REGIONS,
    records: true,
    parts: ['targets', 'balancers', 'routes', 'securityGroups', 'agents', 'databases'],
    fisTemplates,
    whyNotZone: () => undefined,
    buckets: (world.buckets ?? []).map(({ name }) => name),
    cloud,
  });
}
