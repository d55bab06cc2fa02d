import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, DescribeNetworkAclsCommand, CreateNetworkAclCommand } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { allPages } from '../../../src/inventory/paging.js';
import { readInventory } from '../../../src/inventory/read-inventory.js';
import { refusal } from '../assertions.js';
import { casesOf, type Network } from '../cloud.js';
import { EAST, WEST } from '../contract-world.js';

/** Lists that do not fit on one page. */
export const pagingCases = [
  ...casesOf('ec2', [
    {
      id: 'paging/bad-token',
      title: 'a token that no page gave is refused',
      async run(cloud) {
        await cloud.group(EAST, 'web');
        const odd = new DescribeInstancesCommand({ NextToken: 'nonsense', MaxResults: 5 });
        expect(await refusal(cloud.aws.ec2(EAST).send(odd))).not.toBe('not refused');
      },
    },
    {
      id: 'paging/instances',
      title: 'pages of five hold every instance once',
      async run(cloud) {
        // MaxResults counts reservations, and what is run in one call is one
        for (let n = 0; n < 3; n++) await cloud.fleet(EAST, 2);
        const ids = [...(await cloud.group(EAST, 'web')), ...(await cloud.group(EAST, 'api'))];
        let pages = 0;
        const listed = await allPages(async (token) => {
          pages++;
          const page = new DescribeInstancesCommand({ MaxResults: 5, NextToken: token });
          const answer = await cloud.aws.ec2(EAST).send(page);
          const items = (answer.Reservations ?? []).flatMap((one) => one.Instances ?? []);
          return { items: items.map((instance) => instance.InstanceId ?? ''), next: answer.NextToken };
        });
        expect(listed).toEqual(expect.arrayContaining(ids));
        expect(new Set(listed).size).toBe(listed.length);
        expect(pages).toBeGreaterThan(1);
      },
    },
    {
      id: 'paging/acls',
      title: 'pages of five hold every network ACL once',
      async run(cloud) {
        const { vpc, acl } = await cloud.network(EAST);
        for (let n = 0; n < 6; n++) await cloud.aws.ec2(EAST).send(new CreateNetworkAclCommand({ VpcId: vpc }));
        const listed = await allPages(async (token) => {
          const page = new DescribeNetworkAclsCommand({
            Filters: [{ Name: 'vpc-id', Values: [vpc] }],
            MaxResults: 5,
            NextToken: token,
          });
          const answer = await cloud.aws.ec2(EAST).send(page);
          return { items: (answer.NetworkAcls ?? []).map((one) => one.NetworkAclId), next: answer.NextToken };
        });
        expect(listed).toContain(acl);
        expect(listed).toHaveLength(7);
        expect(new Set(listed).size).toBe(7);
      },
    },
  ]),
  ...casesOf('auto-scaling', [
    {
      id: 'paging/groups',
      title: 'pages of one hold every group once',
      async run(cloud) {
        await cloud.group(EAST, 'web');
        await cloud.group(EAST, 'api');
        const listed = await allPages(async (token) => {
          const page = new DescribeAutoScalingGroupsCommand({ MaxRecords: 1, NextToken: token });
          const answer = await cloud.aws.autoScaling(EAST).send(page);
          expect(answer.AutoScalingGroups).toHaveLength(1);
          const items = (answer.AutoScalingGroups ?? []).map((group) => group.AutoScalingGroupName);
          return { items, next: answer.NextToken };
        });
        expect([...listed].sort()).toEqual(['api', 'web']);
      },
    },
    {
      id: 'inventory/whole',
      title: "kong's inventory has every subnet with its ACL, every member and every weight",
      async run(cloud) {
        const members = await cloud.group(EAST, 'web');
        const networks = new Map<string, Network>();
        for (const region of [EAST, WEST]) networks.set(region, await cloud.network(region));
        await cloud.zone();
        const inventory = await readInventory({
          account: '',
          regions: [EAST, WEST],
          records: true,
          whyNotZone: () => undefined,
          cloud: cloud.kong,
        });
        for (const { region, subnets } of inventory.regions) {
          const network = networks.get(region);
          const own = subnets.filter((subnet) => subnet.vpc === network?.vpc);
          expect(own.map((subnet) => subnet.id).sort()).toEqual([...(network?.subnets ?? [])].sort());
          expect(new Set(own.map((subnet) => subnet.acl))).toEqual(new Set([network?.acl]));
        }
        const [east] = inventory.regions;
        const group = east?.groups.find((one) => one.name === 'web');
        expect(group?.members.map((member) => member.id).sort()).toEqual([...members].sort());
        const instances = east?.instances.filter((instance) => instance.group === 'web') ?? [];
        expect(instances.map((instance) => instance.id).sort()).toEqual([...members].sort());
        expect(inventory.records.map(({ region, weight }) => [region, weight]).sort()).toEqual([
          [EAST, 50],
          [WEST, 50],
        ]);
      },
    },
  ]),
];
