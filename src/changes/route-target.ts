import { CreateRouteCommand, DeleteRouteCommand, DescribeRouteTablesCommand, type Route } from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import { allPages, chunks } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import type { RouteTarget } from '../model/inventory.js';
import type { Json } from '../model/json.js';
import { byRegion, relatePlain, writeEach, type Driver, type Write } from './driver.js';
import { routeOf } from './route-name.js';
import { targetOfRoute } from '../inventory/read-routes.js';

/** EC2 takes 200 values a filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const VALUES_A_FILTER = 200;

/**
 * Where a route table sends a destination: `{ kind, id }`, or null where it has no route of its own for it. Set by
 * taking the route away, and put back as it was; for a moment before its call returns nothing else is in its place.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html
 */
export const routeTarget: Driver = {
  attribute: 'route.target',
  role: 'cut',
  gone: 'conflict',
  callsPerSecond: 5,
  batchSize: VALUES_A_FILTER,
  callsFor: (changes) => changes + Math.ceil(changes / VALUES_A_FILTER),
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.region,
  relate: relatePlain,

  async readMany(resources, { cloud }) {
    const read = await Promise.all(
      byRegion(resources).map(async ([region, own]) => {
        const tables = new Map(
          await readTables(
            region,
            own.map(({ id }) => routeOf(id).table),
            cloud,
          ),
        );
        return own.flatMap(({ id }): readonly (readonly [string, Json])[] => {
          const routes = tables.get(routeOf(id).table);
          if (!routes) return [];
          const route = routes.find((one) => one.DestinationCidrBlock === routeOf(id).destination);
          return [[id, route ? valueOf(route) : null]];
        });
      }),
    );
    return new Map(read.flat());
  },

  async write(batch, { cloud, permit }) {
    const [first] = batch;
    if (!first) return [];
    const { region } = first.resource;
    const tables = new Map(
      await readTables(
        region,
        batch.map(({ resource }) => routeOf(resource.id).table),
        cloud,
      ),
    );
    return writeEach(batch, async (write) => {
      const { table, destination } = routeOf(write.resource.id);
      const routes = tables.get(table);
      if (!routes) throw new KongError('NOT_FOUND', `route table ${table} is not in ${region} any more`);
      const isThere = routes.some((one) => one.DestinationCidrBlock === destination);
      const target = wanted(write);
      // what is as it should be is refused by AWS
      if (isThere === (target !== null)) return;
      const input = { RouteTableId: table, DestinationCidrBlock: destination };
      if (target === null) await cloud.ec2(region).send(permit.for(new DeleteRouteCommand(input)));
      else await cloud.ec2(region).send(permit.for(new CreateRouteCommand({ ...input, ...fieldOf(target) })));
    });
  },
};

/** The same, where it keeps what is broken and what is whole apart. */
export const routeIsolation: Driver = { ...routeTarget, attribute: 'route.isolation', role: 'isolation' };

/** Where a route leads; what leads to anything but another VPC is someone else's, not a route that is not there. */
function valueOf(route: Route): Json {
  const target = targetOfRoute(route);
  if (target) return { kind: target.kind, id: target.id };
  const id = route.GatewayId ?? route.NatGatewayId ?? route.InstanceId ?? route.NetworkInterfaceId ?? '';
  return { kind: 'other', id };
}

async function readTables(
  region: string,
  ids: readonly string[],
  cloud: Cloud,
): Promise<readonly (readonly [string, readonly Route[]])[]> {
  const read = await Promise.all(
    chunks([...new Set(ids)], VALUES_A_FILTER).map((some) =>
      allPages(async (token) => {
        const filters = [{ Name: 'route-table-id', Values: [...some] }];
        const answer = await cloud
          .ec2(region)
          .send(new DescribeRouteTablesCommand({ Filters: filters, NextToken: token }));
        const items = (answer.RouteTables ?? []).map(
          (table) => [table.RouteTableId ?? '', table.Routes ?? []] as const,
        );
        return { items, next: answer.NextToken };
      }),
    ),
  );
  return read.flat();
}

function wanted({ to, after, before }: Write): RouteTarget | null {
  const value = to === 'after' ? after : before;
  if (value === null) return null;
  if (typeof value === 'object' && 'kind' in value && 'id' in value) {
    const { kind, id } = value;
    if ((kind === 'peering' || kind === 'transit-gateway') && typeof id === 'string') return { kind, id };
  }
  throw new KongError('BAD_PLAN', `a route leads to a peering or a transit gateway, not to ${JSON.stringify(value)}`);
}

function fieldOf({ kind, id }: RouteTarget): Partial<Record<'VpcPeeringConnectionId' | 'TransitGatewayId', string>> {
  return kind === 'peering' ? { VpcPeeringConnectionId: id } : { TransitGatewayId: id };
}
