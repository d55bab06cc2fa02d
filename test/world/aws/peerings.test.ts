import {
  AcceptVpcPeeringConnectionCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteRouteCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RejectVpcPeeringConnectionCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import { answerFrom } from '../../../src/world/aws/middleware.js';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import type { World } from '../../../src/world/world.js';
import { EAST, openSmall, present, SMALL_WORLD, START_MS, WEST } from './small-world.js';

const LINKED: World = { ...SMALL_WORLD, links: [{ regions: [EAST, WEST], lagMs: 1_000 }] };
const EAST_CIDR = '10.0.0.0/16';
const WEST_CIDR = '10.1.0.0/16';

interface Linked {
  readonly sim: SimAws;
  readonly east: EC2Client;
  readonly west: EC2Client;
  readonly peering: string;
}

async function openLinked(): Promise<Linked> {
  const { sim, ec2: east } = openSmall({}, LINKED);
  const west = clientIn(WEST, sim);
  const { VpcPeeringConnections } = await east.send(new DescribeVpcPeeringConnectionsCommand({}));
  return { sim, east, west, peering: present(VpcPeeringConnections?.[0]?.VpcPeeringConnectionId) };
}

function clientIn(region: string, sim: SimAws): EC2Client {
  const client = new EC2Client({
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  answerFrom(client.middlewareStack, region, sim, { now: () => START_MS, sleep: () => Promise.resolve() });
  return client;
}

/** Whether packets flow from east to west, and back. */
function flows(sim: SimAws): readonly boolean[] {
  const { links } = sim.infra();
  return [
    [EAST, WEST],
    [WEST, EAST],
  ].map(([from, to]) => links.find((link) => link.from === from && link.to === to)?.flows ?? false);
}

async function mainRoute(ec2: EC2Client): Promise<{ readonly table: string; readonly state: string | undefined }> {
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
  const route = RouteTables?.[0]?.Routes?.find(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId !== undefined);
  return { table: present(RouteTables?.[0]?.RouteTableId), state: route?.State };
}

async function vpcOf(ec2: EC2Client): Promise<string> {
  return present((await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId);
}

describe('peering calls that are refused', () => {
  it('refuses a second peering of two VPCs, one of a VPC with itself, and one with a VPC elsewhere', async () => {
    const { east, west } = await openLinked();
    const [VpcId, PeerVpcId] = [await vpcOf(east), await vpcOf(west)];
    const create = (input: { readonly PeerVpcId: string; readonly PeerRegion?: string }): Promise<unknown> =>
      east.send(new CreateVpcPeeringConnectionCommand({ VpcId, ...input }));
    await expect(create({ PeerVpcId, PeerRegion: WEST })).rejects.toMatchObject({
      name: 'VpcPeeringConnectionAlreadyExists',
    });
    await expect(create({ PeerVpcId: VpcId })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(create({ PeerVpcId })).rejects.toMatchObject({ name: 'InvalidVpcID.NotFound' });
  });

  it('refuses to accept what is not pending, or from the side that asked', async () => {
    const { east, west, peering } = await openLinked();
    const accept = new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering });
    await expect(west.send(accept)).rejects.toMatchObject({ name: 'InvalidStateTransition' });
    await expect(east.send(accept)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    const wrong = { VpcPeeringConnectionId: 'pcx-0123' };
    await expect(west.send(new AcceptVpcPeeringConnectionCommand(wrong))).rejects.toMatchObject({
      name: 'InvalidVpcPeeringConnectionID.NotFound',
    });
  });

  it('refuses a route over a peering that is not there', async () => {
    const { east } = await openLinked();
    const { table } = await mainRoute(east);
    const route = { RouteTableId: table, DestinationCidrBlock: '10.7.0.0/16', VpcPeeringConnectionId: 'pcx-0123' };
    await expect(east.send(new CreateRouteCommand(route))).rejects.toMatchObject({
      name: 'InvalidVpcPeeringConnectionID.NotFound',
    });
  });

  it('honours DryRun', async () => {
    const { sim, east, peering } = await openLinked();
    const dry = new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering, DryRun: true });
    await expect(east.send(dry)).rejects.toMatchObject({ name: 'DryRunOperation' });
    expect(flows(sim)).toEqual([true, true]);
  });
});

describe('a peering', () => {
  it('is one id in both regions, with routes that lead over it', async () => {
    const { sim, east, west, peering } = await openLinked();
    const Filters = [{ Name: 'status-code', Values: ['active'] }];
    const { VpcPeeringConnections } = await west.send(new DescribeVpcPeeringConnectionsCommand({ Filters }));
    expect(VpcPeeringConnections).toMatchObject([
      {
        VpcPeeringConnectionId: peering,
        RequesterVpcInfo: { Region: EAST, CidrBlock: EAST_CIDR },
        AccepterVpcInfo: { Region: WEST, CidrBlock: WEST_CIDR },
        Status: { Code: 'active' },
      },
    ]);
    expect((await mainRoute(east)).state).toBe('active');
    expect(flows(sim)).toEqual([true, true]);
  });

  it('leaves black holes behind when it is deleted, and stays listed', async () => {
    const { sim, east, west, peering } = await openLinked();
    await west.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering }));
    expect((await mainRoute(east)).state).toBe('blackhole');
    expect(flows(sim)).toEqual([false, false]);
    const { VpcPeeringConnections } = await east.send(new DescribeVpcPeeringConnectionsCommand({}));
    expect(VpcPeeringConnections?.[0]?.Status?.Code).toBe('deleted');
  });

  it('carries packets again once another is made, accepted and routed to', async () => {
    const { sim, east, west, peering } = await openLinked();
    await east.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering }));
    const [VpcId, PeerVpcId] = [await vpcOf(east), await vpcOf(west)];
    const create = new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId, PeerRegion: WEST });
    const made = present((await east.send(create)).VpcPeeringConnection?.VpcPeeringConnectionId);
    for (const [ec2, cidr] of [
      [east, WEST_CIDR],
      [west, EAST_CIDR],
    ] as const) {
      const { table: RouteTableId } = await mainRoute(ec2);
      const route = { RouteTableId, DestinationCidrBlock: cidr, VpcPeeringConnectionId: made };
      await ec2.send(new ReplaceRouteCommand(route));
    }
    expect((await mainRoute(east)).state).toBe('blackhole');
    expect(flows(sim)).toEqual([false, false]);
    await west.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: made }));
    expect(flows(sim)).toEqual([true, true]);
  });

  it('carries nothing once it is rejected', async () => {
    const { sim, east, west, peering } = await openLinked();
    await east.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering }));
    const [VpcId, PeerVpcId] = [await vpcOf(east), await vpcOf(west)];
    const create = new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId, PeerRegion: WEST });
    const made = (await east.send(create)).VpcPeeringConnection?.VpcPeeringConnectionId;
    await west.send(new RejectVpcPeeringConnectionCommand({ VpcPeeringConnectionId: made }));
    expect(flows(sim)).toEqual([false, false]);
  });

  it('outlives its process', async () => {
    const { sim, east, peering } = await openLinked();
    await east.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering }));
    const again = SimAws.restore({ world: LINKED, seed: 1, random: seededRandom(1) }, sim.takeChanges());
    expect(flows(again)).toEqual([false, false]);
  });
});

describe('a link', () => {
  it('is cut one way by a route that leads elsewhere or is gone, until it is back', async () => {
    const { sim, east, peering } = await openLinked();
    const { table: RouteTableId } = await mainRoute(east);
    const route = { RouteTableId, DestinationCidrBlock: WEST_CIDR };
    await east.send(new DeleteRouteCommand(route));
    expect(flows(sim)).toEqual([false, true]);
    await east.send(new CreateRouteCommand({ ...route, VpcPeeringConnectionId: peering }));
    expect(flows(sim)).toEqual([true, true]);
    await east.send(new ReplaceRouteCommand({ ...route, LocalTarget: true }));
    expect(flows(sim)).toEqual([false, true]);
  });

  it('is cut by a more specific route for every subnet of the other side', async () => {
    const { sim, east } = await openLinked();
    const { table: RouteTableId } = await mainRoute(east);
    const halves = ['10.1.0.0/17', '10.1.128.0/17'].map((DestinationCidrBlock) => ({ DestinationCidrBlock }));
    for (const half of halves) await east.send(new CreateRouteCommand({ RouteTableId, ...half, GatewayId: 'local' }));
    expect(flows(sim)).toEqual([false, true]);
  });

  it.each([
    ['in', false, [true, false]],
    ['out', true, [false, true]],
  ])('is cut by a rule that denies the other region the way %s', async (_, Egress, expected) => {
    const { sim, east } = await openLinked();
    const { NetworkAcls } = await east.send(new DescribeNetworkAclsCommand({}));
    const rule = { RuleNumber: 50, Protocol: '-1', RuleAction: 'deny', CidrBlock: WEST_CIDR, Egress } as const;
    await east.send(new CreateNetworkAclEntryCommand({ NetworkAclId: NetworkAcls?.[0]?.NetworkAclId, ...rule }));
    expect(flows(sim)).toEqual(expected);
  });

  it('keeps no member from any region while it is cut', async () => {
    const { sim, east, peering } = await openLinked();
    const serving = (): number =>
      sim
        .infra()
        .regions.flatMap(({ groups }) => groups.flatMap(({ zones }) => zones))
        .reduce((sum, { serving }) => sum + serving, 0);
    const before = serving();
    await east.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering }));
    expect(serving()).toBe(before);
  });
});
