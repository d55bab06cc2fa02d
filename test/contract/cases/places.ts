import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Filter,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { NO_SUCH, refusal, there } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST, WEST, ZONES } from '../contract-world.js';

const subnetsBy = async (cloud: CloudUnderTest, filters: readonly Filter[]): Promise<readonly Subnet[]> => {
  const answer = await cloud.aws.ec2(EAST).send(new DescribeSubnetsCommand({ Filters: [...filters] }));
  return answer.Subnets ?? [];
};

/** Zones, VPCs, subnets and their tags: what an inventory begins with. */
export const placeCases = casesOf('ec2', [
  {
    id: 'subnets/unknown',
    title: 'describing a subnet by an id that is gone is refused, filtering for it finds none',
    async run(cloud) {
      const named = new DescribeSubnetsCommand({ SubnetIds: [NO_SUCH.subnet] });
      expect(await refusal(cloud.aws.ec2(EAST).send(named))).toBe('InvalidSubnetID.NotFound');
      expect(await subnetsBy(cloud, [{ Name: 'subnet-id', Values: [NO_SUCH.subnet] }])).toEqual([]);
    },
  },
  {
    id: 'subnets/unknown-filter',
    title: 'a filter that does not exist is refused by name, not taken for a match',
    async run(cloud) {
      await cloud.network(EAST);
      expect(await refusal(subnetsBy(cloud, [{ Name: 'colour', Values: ['red'] }]))).toBe('InvalidParameterValue');
    },
  },
  {
    id: 'tags/reserved',
    title: "a tag in AWS's own name space is refused",
    async run(cloud) {
      const { subnets } = await cloud.network(EAST);
      const tag = new CreateTagsCommand({ Resources: subnets.slice(0, 1), Tags: [{ Key: 'aws:mine', Value: 'x' }] });
      expect(await refusal(cloud.aws.ec2(EAST).send(tag))).toBe('InvalidParameterValue');
    },
  },
  {
    id: 'tags/unknown-resource',
    title: 'a tag for a resource that does not exist is refused',
    async run(cloud) {
      await cloud.network(EAST);
      const tag = new CreateTagsCommand({ Resources: [NO_SUCH.subnet], Tags: [{ Key: 'a', Value: 'b' }] });
      expect(await refusal(cloud.aws.ec2(EAST).send(tag))).not.toBe('not refused');
    },
  },
  {
    id: 'zones/listed',
    title: "a region's zones are listed with their names and ids",
    async run(cloud) {
      const answer = await cloud.aws.ec2(EAST).send(new DescribeAvailabilityZonesCommand({}));
      const zones = answer.AvailabilityZones ?? [];
      expect(zones.map((zone) => zone.ZoneName)).toEqual(expect.arrayContaining([...there(ZONES[EAST])]));
      const ids = zones.map((zone) => zone.ZoneId ?? '');
      expect(ids.every((id) => /^use1-az\d$/.test(id))).toBe(true);
      expect(new Set(ids).size).toBe(zones.length);
    },
  },
  {
    id: 'subnets/listed',
    title: "a VPC's subnets are listed, one a zone, each with its zone, VPC and state",
    async run(cloud) {
      const { vpc, subnets } = await cloud.network(EAST);
      const found = await subnetsBy(cloud, [{ Name: 'vpc-id', Values: [vpc] }]);
      expect(found.map((subnet) => subnet.SubnetId).sort()).toEqual([...subnets].sort());
      expect(found.map((subnet) => subnet.AvailabilityZone).sort()).toEqual(ZONES[EAST]);
      expect(new Set(found.map(({ VpcId, State }) => `${VpcId} ${State}`))).toEqual(new Set([`${vpc} available`]));
    },
  },
  {
    id: 'subnets/by-zone',
    title: 'a filter on the zone finds the subnet that is in it',
    async run(cloud) {
      const { vpc, subnets } = await cloud.network(EAST);
      const found = await subnetsBy(cloud, [
        { Name: 'vpc-id', Values: [vpc] },
        { Name: 'availability-zone', Values: [there(ZONES[EAST]?.[1])] },
      ]);
      expect(found.map((subnet) => subnet.SubnetId)).toEqual([subnets[1]]);
    },
  },
  {
    id: 'regions/apart',
    title: "a region does not show another one's network",
    async run(cloud) {
      const here = await cloud.network(EAST);
      const other = await cloud.network(WEST);
      const { Vpcs = [] } = await cloud.aws.ec2(EAST).send(new DescribeVpcsCommand({}));
      const ids = Vpcs.map((vpc) => vpc.VpcId);
      expect(ids).toContain(here.vpc);
      expect(ids).not.toContain(other.vpc);
    },
  },
  {
    id: 'tags/there-and-back',
    title: 'a tag is found by its key and by its value, and is gone once deleted',
    async run(cloud) {
      const { subnets } = await cloud.network(EAST);
      const Resources = subnets.slice(0, 1);
      await cloud.aws.ec2(EAST).send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'drill', Value: 'now' }] }));
      const idsBy = async (filter: Filter): Promise<readonly unknown[]> =>
        (await subnetsBy(cloud, [filter])).map((subnet) => subnet.SubnetId);
      expect(await idsBy({ Name: 'tag:drill', Values: ['now'] })).toEqual(Resources);
      expect(await idsBy({ Name: 'tag:drill', Values: ['n*'] })).toEqual(Resources);
      expect(await idsBy({ Name: 'tag-key', Values: ['drill'] })).toEqual(Resources);
      expect(await idsBy({ Name: 'tag:drill', Values: ['later'] })).toEqual([]);
      await cloud.aws.ec2(EAST).send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'drill' }] }));
      expect(await idsBy({ Name: 'tag-key', Values: ['drill'] })).toEqual([]);
    },
  },
]);
