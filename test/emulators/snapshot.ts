import {
  type AutoScalingGroup,
  AutoScalingClient,
  paginateDescribeAutoScalingGroups,
} from '@aws-sdk/client-auto-scaling';
import {
  EC2Client,
  type Instance,
  type NetworkAcl,
  paginateDescribeInstances,
  paginateDescribeNetworkAcls,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import {
  ListResourceRecordSetsCommand,
  paginateListHostedZones,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';

type Tags = Readonly<Record<string, string>>;

/** Everything that a drill may touch, as plain sorted data: two snapshots are equal when nothing is different. */
export interface Snapshot {
  readonly regions: Readonly<Record<string, RegionSnapshot>>;
  readonly zones: readonly ZoneSnapshot[];
}

/** One hosted zone. */
export interface ZoneSnapshot {
  readonly id: string;
  readonly name: string;
  readonly records: readonly ResourceRecordSet[];
}

/** One region of it. Ids are kept; the id of an ACL's association is not, since each swap gives a new one. */
export interface RegionSnapshot {
  readonly subnets: readonly { readonly id: string; readonly acl: string | undefined }[];
  readonly acls: readonly { readonly id: string; readonly tags: Tags; readonly rules: readonly string[] }[];
  readonly groups: readonly GroupSnapshot[];
  readonly instances: readonly InstanceSnapshot[];
}

/** One Auto Scaling group. */
export interface GroupSnapshot {
  readonly name: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly desired: number | undefined;
  readonly suspended: readonly string[];
  readonly tags: Tags;
  readonly instances: readonly { readonly id: string; readonly lifecycle: string | undefined }[];
}

/** One instance, terminated ones too for as long as they are listed. */
export interface InstanceSnapshot {
  readonly id: string;
  readonly state: string | undefined;
  readonly subnet: string | undefined;
  readonly tags: Tags;
}

/** What is there now, asked with plain clients of its own: nothing of kong's is trusted with the answer. */
export async function snapshot(endpoint: string, regions: readonly string[]): Promise<Snapshot> {
  const seen: Record<string, RegionSnapshot> = {};
  for (const region of [...regions].sort()) seen[region] = await regionSnapshot(clientConfig(endpoint, region));
  return { regions: seen, zones: await zonesSnapshot(clientConfig(endpoint, 'us-east-1')) };
}

/** How a plain client reaches the emulator; for seeding in tests too. */
export function clientConfig(endpoint: string, region: string): ClientConfig {
  return { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

/** What every SDK client takes. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

async function regionSnapshot(config: ClientConfig): Promise<RegionSnapshot> {
  const ec2 = new EC2Client(config);
  const autoScaling = new AutoScalingClient(config);
  try {
    const acls = await all(paginateDescribeNetworkAcls({ client: ec2 }, {}), (page) => page.NetworkAcls);
    const subnets = await all(paginateDescribeSubnets({ client: ec2 }, {}), (page) => page.Subnets);
    const reservations = await all(paginateDescribeInstances({ client: ec2 }, {}), (page) => page.Reservations);
    const groups = await all(
      paginateDescribeAutoScalingGroups({ client: autoScaling }, {}),
      (page) => page.AutoScalingGroups,
    );
    const aclOf = new Map(acls.flatMap(subnetsOfAcl));
    return {
      subnets: sorted(
        subnets.map(({ SubnetId: id = '' }) => ({ id, acl: aclOf.get(id) })),
        ({ id }) => id,
      ),
      acls: sorted(acls.map(aclSnapshot), ({ id }) => id),
      groups: sorted(groups.map(groupSnapshot), ({ name }) => name),
      instances: sorted(
        reservations.flatMap((one) => (one.Instances ?? []).map(instanceSnapshot)),
        ({ id }) => id,
      ),
    };
  } finally {
    ec2.destroy();
    autoScaling.destroy();
  }
}

function subnetsOfAcl(acl: NetworkAcl): readonly (readonly [string, string])[] {
  return (acl.Associations ?? []).map(({ SubnetId = '' }) => [SubnetId, acl.NetworkAclId ?? ''] as const);
}

function aclSnapshot(acl: NetworkAcl): RegionSnapshot['acls'][number] {
  const rules = (acl.Entries ?? []).map((entry) => {
    const { RuleNumber, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock } = entry;
    return [entry.Egress ? 'out' : 'in', RuleNumber, RuleAction, Protocol, CidrBlock ?? Ipv6CidrBlock].join(' ');
  });
  return { id: acl.NetworkAclId ?? '', tags: tagsOf(acl.Tags), rules: rules.sort() };
}

function groupSnapshot(group: AutoScalingGroup): GroupSnapshot {
  const instances = (group.Instances ?? []).map((one) => ({ id: one.InstanceId ?? '', lifecycle: one.LifecycleState }));
  return {
    name: group.AutoScalingGroupName ?? '',
    min: group.MinSize,
    max: group.MaxSize,
    desired: group.DesiredCapacity,
    suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName = '' }) => ProcessName).sort(),
    tags: tagsOf(group.Tags),
    instances: sorted(instances, ({ id }) => id),
  };
}

function instanceSnapshot(instance: Instance): InstanceSnapshot {
  const { InstanceId = '', State, SubnetId, Tags } = instance;
  return { id: InstanceId, state: State?.Name, subnet: SubnetId, tags: tagsOf(Tags) };
}

async function zonesSnapshot(config: ClientConfig): Promise<readonly ZoneSnapshot[]> {
  const client = new Route53Client(config);
  try {
    const zones = await all(paginateListHostedZones({ client }, {}), (page) => page.HostedZones);
    const seen: ZoneSnapshot[] = [];
    for (const { Id: id = '', Name: name = '' } of zones) {
      seen.push({ id, name, records: sorted(await recordsOf(client, id), keyOfRecord) });
    }
    return sorted(seen, ({ id }) => id);
  } finally {
    client.destroy();
  }
}

/** The SDK has no paginator for record sets. */
async function recordsOf(client: Route53Client, zone: string): Promise<readonly ResourceRecordSet[]> {
  const records: ResourceRecordSet[] = [];
  for (let next = {}, more = true; more;) {
    const page = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone, ...next }));
    records.push(...(page.ResourceRecordSets ?? []));
    more = page.IsTruncated ?? false;
    next = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
  return records;
}

function keyOfRecord({ Name, Type, SetIdentifier }: ResourceRecordSet): string {
  return [Name, Type, SetIdentifier].join(' ');
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

function tagsOf(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(
    sorted(
      tags.map(({ Key = '', Value = '' }) => [Key, Value] as const),
      ([key]) => key,
    ),
  );
}

function sorted<T>(items: readonly T[], by: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => (by(a) < by(b) ? -1 : 1));
}

async function all<Page, Item>(pages: AsyncIterable<Page>, of: (page: Page) => Item[] | undefined): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(of(page) ?? []));
  return items;
}
