import type {
  DescribeAvailabilityZonesCommandInput,
  DescribeAvailabilityZonesCommandOutput,
  DescribeRegionsCommandInput,
  DescribeRegionsCommandOutput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  DescribeVpcsCommandInput,
  DescribeVpcsCommandOutput,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../aws-fault.js';
import { tagList } from '../aws-tags.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf, type PageRequest } from '../page.js';
import type { SubnetRow, VpcRow } from '../rows.js';
import { endDryRun } from './dry-run.js';
import { filtered, named, type FilterFields } from './filters.js';

interface PagedInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** How EC2 pages its lists. */
export function ec2Page({ NextToken, MaxResults }: PagedInput, { sim }: CallContext): PageRequest {
  return { token: NextToken, max: MaxResults, pageSize: sim.behaviour.pageSize, badToken: 'InvalidNextToken' };
}

const REGION_FIELDS: FilterFields<Place> = {
  'region-name': ({ name }) => [name],
  'zone-name': ({ name }) => [name],
  'zone-id': ({ id }) => [id],
  state: () => ['available'],
  'opt-in-status': () => ['opt-in-not-required'],
};

interface Place {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

const VPC_FIELDS: FilterFields<VpcRow> = {
  'vpc-id': ({ id }) => [id],
  cidr: ({ cidr }) => [cidr],
  state: () => ['available'],
  'is-default': () => ['false'],
};

const SUBNET_FIELDS: FilterFields<SubnetRow> = {
  'subnet-id': ({ id }) => [id],
  'vpc-id': ({ vpc }) => [vpc],
  'availability-zone': ({ zone }) => [zone],
  'availability-zone-id': ({ region, zone }) => [zoneId(region, zone)],
  'cidr-block': ({ cidr }) => [cidr],
  state: () => ['available'],
};

/** Regions, zones, VPCs and subnets: what is there before anything breaks. */
export const placeOperations = {
  DescribeRegionsCommand(
    input: DescribeRegionsCommandInput,
    { sim }: CallContext,
  ): Answer<DescribeRegionsCommandOutput> {
    endDryRun(input);
    const all = sim.world.regions.map(({ name }) => ({ id: name, name, tags: {} }));
    const wanted = named(all, input.RegionNames, 'InvalidParameterValue');
    return {
      Regions: filtered(wanted, input.Filters, REGION_FIELDS).map(({ name }) => ({
        RegionName: name,
        Endpoint: `ec2.${name}.amazonaws.com`,
        OptInStatus: 'opt-in-not-required',
      })),
    };
  },

  DescribeAvailabilityZonesCommand(
    input: DescribeAvailabilityZonesCommandInput,
    { sim, region }: CallContext,
  ): Answer<DescribeAvailabilityZonesCommandOutput> {
    endDryRun(input);
    const zones = sim.world.regions.find(({ name }) => name === region)?.zones ?? [];
    const all = zones
      .map((name) => ({ id: zoneId(region, name), name, tags: {} }))
      .filter(({ id, name }) => isIn(input.ZoneNames, name) && isIn(input.ZoneIds, id));
    return {
      AvailabilityZones: filtered(all, input.Filters, REGION_FIELDS).map(({ id, name }) => ({
        ZoneName: name,
        ZoneId: id,
        RegionName: region,
        State: 'available',
        ZoneType: 'availability-zone',
        GroupName: region,
        NetworkBorderGroup: region,
        OptInStatus: 'opt-in-not-required',
        Messages: [],
      })),
    };
  },

  DescribeVpcsCommand(input: DescribeVpcsCommandInput, context: CallContext): Answer<DescribeVpcsCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    const here = sim.store.vpcs.seen(sim.nowMs).filter((vpc) => vpc.region === region);
    const vpcs = filtered(named(here, input.VpcIds, 'InvalidVpcID.NotFound'), input.Filters, VPC_FIELDS);
    const { items, next } = pageOf(vpcs, ec2Page(input, context));
    return {
      Vpcs: items.map((vpc) => ({
        VpcId: vpc.id,
        CidrBlock: vpc.cidr,
        State: 'available',
        IsDefault: false,
        OwnerId: sim.world.account,
        InstanceTenancy: 'default',
        Tags: tagList(vpc.tags),
      })),
      NextToken: next,
    };
  },

  DescribeSubnetsCommand(
    input: DescribeSubnetsCommandInput,
    context: CallContext,
  ): Answer<DescribeSubnetsCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    const here = sim.store.subnets.seen(sim.nowMs).filter((subnet) => subnet.region === region);
    const subnets = filtered(named(here, input.SubnetIds, 'InvalidSubnetID.NotFound'), input.Filters, SUBNET_FIELDS);
    const { items, next } = pageOf(subnets, ec2Page(input, context));
    return {
      Subnets: items.map((subnet) => ({
        SubnetId: subnet.id,
        VpcId: subnet.vpc,
        AvailabilityZone: subnet.zone,
        AvailabilityZoneId: zoneId(region, subnet.zone),
        CidrBlock: subnet.cidr,
        State: 'available',
        OwnerId: sim.world.account,
        DefaultForAz: false,
        Tags: tagList(subnet.tags),
        SubnetArn: `arn:aws:ec2:${region}:${sim.world.account}:subnet/${subnet.id}`,
      })),
      NextToken: next,
    };
  },
} satisfies Operations;

function isIn(wanted: readonly string[] | undefined, name: string): boolean {
  return !wanted || wanted.length === 0 || wanted.includes(name);
}

/** `use1-az1` for `us-east-1a`: in an account of one's own the letters and numbers could be in another order. */
export function zoneId(region: string, zone: string): string {
  const [continent = '', direction = '', number = ''] = region.split('-');
  const points = direction.match(/north|south|central|east|west/g) ?? [];
  const short = points.map((point) => point.charAt(0)).join('');
  const letter = zone.at(-1) ?? 'a';
  if (short === '') throw new AwsFault('InvalidParameterValue', `Invalid region: ${region}`);
  return `${continent}${short}${number}-az${letter.charCodeAt(0) - 'a'.charCodeAt(0) + 1}`;
}
