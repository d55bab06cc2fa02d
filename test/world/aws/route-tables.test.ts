import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
  StopInstancesCommand,
  type EC2Client,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { openSmall, present, servingOf } from './small-world.js';

const ANYWHERE = '0.0.0.0/0';

async function mainTable(ec2: EC2Client): Promise<RouteTable> {
  const Filters = [{ Name: 'association.main', Values: ['true'] }];
  return present((await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables?.[0]);
}

/** A table with the local route only, for the first subnet. */
async function dead(ec2: EC2Client): Promise<{ readonly table: string; readonly association: string }> {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: Subnets?.[0]?.VpcId }));
  const table = present(RouteTable?.RouteTableId);
  const command = new AssociateRouteTableCommand({ RouteTableId: table, SubnetId: Subnets?.[0]?.SubnetId });
  return { table, association: present((await ec2.send(command)).AssociationId) };
}

async function anInstance(ec2: EC2Client): Promise<string> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
  return present(Reservations?.[0]?.Instances?.[0]?.InstanceId);
}

describe('route calls that are refused', () => {
  it('refuses a second route to the same destination, and to replace or delete one that is not there', async () => {
    const { ec2 } = openSmall();
    const { RouteTableId, Routes } = await mainTable(ec2);
    const GatewayId = present(Routes?.find((route) => route.DestinationCidrBlock === ANYWHERE)?.GatewayId);
    const there = { RouteTableId, DestinationCidrBlock: ANYWHERE, GatewayId };
    await expect(ec2.send(new CreateRouteCommand(there))).rejects.toMatchObject({ name: 'RouteAlreadyExists' });
    const absent = { ...there, DestinationCidrBlock: '192.0.2.0/24' };
    await expect(ec2.send(new ReplaceRouteCommand(absent))).rejects.toMatchObject({ name: 'InvalidRoute.NotFound' });
    const gone = new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: absent.DestinationCidrBlock });
    await expect(ec2.send(gone)).rejects.toMatchObject({
      name: 'InvalidRoute.NotFound',
    });
  });

  it('refuses to delete the local route, a table in use, and the association of the main table', async () => {
    const { ec2 } = openSmall();
    const { RouteTableId, Associations } = await mainTable(ec2);
    const local = new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '10.0.0.0/16' });
    await expect(ec2.send(local)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const table = new DeleteRouteTableCommand({ RouteTableId });
    await expect(ec2.send(table)).rejects.toMatchObject({ name: 'DependencyViolation' });
    const AssociationId = present(Associations?.[0]?.RouteTableAssociationId);
    const association = new DisassociateRouteTableCommand({ AssociationId });
    await expect(ec2.send(association)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('refuses a second association of a subnet, a gateway that is not there, and unknown targets', async () => {
    const { ec2 } = openSmall();
    const { table } = await dead(ec2);
    await expect(dead(ec2)).rejects.toMatchObject({ name: 'Resource.AlreadyAssociated' });
    const to = { RouteTableId: table, DestinationCidrBlock: ANYWHERE };
    await expect(ec2.send(new CreateRouteCommand({ ...to, GatewayId: 'igw-0' }))).rejects.toMatchObject({
      name: 'InvalidGatewayID.NotFound',
    });
    await expect(ec2.send(new CreateRouteCommand({ ...to, NatGatewayId: 'nat-0' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});

describe('route tables', () => {
  it('cuts off a subnet whose own table leads nowhere, and no other', async () => {
    const { ec2, sim } = openSmall();
    const { association } = await dead(ec2);
    expect(servingOf(sim, 'playback')).toEqual([0, 2, 2]);
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId: association }));
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('gives an association a new id when it is moved to another table', async () => {
    const { ec2, sim } = openSmall();
    const { association } = await dead(ec2);
    const { RouteTableId } = await mainTable(ec2);
    const command = new ReplaceRouteTableAssociationCommand({ AssociationId: association, RouteTableId });
    const { NewAssociationId } = await ec2.send(command);
    expect(NewAssociationId).not.toBe(association);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'InvalidAssociationID.NotFound' });
  });

  it('cuts off a region whose main table loses its way out, until that is there again', async () => {
    const { ec2, sim } = openSmall();
    const { RouteTableId, Routes } = await mainTable(ec2);
    const GatewayId = present(Routes?.find((route) => route.DestinationCidrBlock === ANYWHERE)?.GatewayId);
    await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: ANYWHERE }));
    expect(servingOf(sim, 'billing')).toEqual([0, 0, 0]);
    await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: ANYWHERE, GatewayId }));
    expect(servingOf(sim, 'billing')).toEqual([1, 1, 1]);
  });

  it('follows the most specific route, and shows one to a stopped instance as a black hole', async () => {
    const { ec2, sim } = openSmall();
    const { RouteTableId } = await mainTable(ec2);
    const InstanceId = await anInstance(ec2);
    const half = { RouteTableId, DestinationCidrBlock: '128.0.0.0/1', InstanceId };
    await ec2.send(new CreateRouteCommand(half));
    expect(servingOf(sim, 'billing')).toEqual([0, 0, 0]);
    const state = async () =>
      (await mainTable(ec2)).Routes?.find((route) => route.InstanceId === InstanceId)?.State;
    expect(await state()).toBe('active');
    await ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await state()).toBe('blackhole');
  });

  it('makes one table for one client token', async () => {
    const { ec2 } = openSmall();
    const VpcId = (await mainTable(ec2)).VpcId;
    const create = async () =>
      (await ec2.send(new CreateRouteTableCommand({ VpcId, ClientToken: 'once' }))).RouteTable?.RouteTableId;
    expect(await create()).toBe(await create());
  });
});
