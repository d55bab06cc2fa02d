import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, CreateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { routeId } from '../../../src/changes/route-name.js';
import { targetId } from '../../../src/changes/target-name.js';
import { readRoutes } from '../../../src/inventory/read-routes.js';
import { NO_SUCH, there } from '../assertions.js';
import { API, EAST, WEST } from '../contract-world.js';
import type { Planned, Subject } from './driver-subjects.js';
import { aliasTo, WWW } from './records.js';

export const recordWeight: Subject = {
  attribute: 'record.weight',
  area: 'drivers',
  goneIsFine: false,
  async prepare(cloud) {
    const zone = await cloud.zone();
    const alias = aliasTo(EAST, 30);
    const batch = {
      HostedZoneId: zone,
      ChangeBatch: { Changes: [{ Action: 'CREATE' as const, ResourceRecordSet: alias }] },
    };
    await cloud.aws.route53().send(new ChangeResourceRecordSetsCommand(batch));
    const record = (name: string, region: string, after: number): Planned => ({
      resource: { type: 'record', region: 'global', id: `${zone}/${name}/${region}` },
      after,
    });
    return [record(`${API}/CNAME`, EAST, 0), record(`${API}/CNAME`, WEST, 100), record(`${WWW}/A`, EAST, 10)];
  },
  gone: async (cloud) => ({ type: 'record', region: 'global', id: `${await cloud.zone()}/${API}/CNAME/nowhere` }),
};

export const target: Subject = {
  attribute: 'target.registered',
  area: 'drivers',
  goneIsFine: false,
  async prepare(cloud) {
    const planned = [EAST, WEST].map(async (region): Promise<readonly Planned[]> => {
      const ids = await cloud.group(region, 'web');
      const targetGroup = await cloud.targetGroup(region);
      return ids.slice(0, 2).map((instance) => {
        const id = targetId({ targetGroup, instance, port: 443 });
        return { resource: { type: 'target', region, id }, after: false };
      });
    });
    return (await Promise.all(planned)).flat();
  },
  async gone(cloud) {
    const arn = await cloud.targetGroup(EAST);
    const targetGroup = arn.replace(/[^/]+$/, '0123456789abcdef');
    return { type: 'target', region: EAST, id: targetId({ targetGroup, instance: NO_SUCH.instance, port: 443 }) };
  },
};

export const listenerRule: Subject = {
  attribute: 'listenerRule.exists',
  area: 'drivers',
  goneIsFine: false,
  prepare: async (cloud) =>
    Promise.all(
      [EAST, WEST].map(async (region): Promise<Planned> => {
        const id = await cloud.listener(region);
        return { resource: { type: 'listener', region, id }, after: { priority: 1, status: '503' } };
      }),
    ),
  async gone(cloud) {
    const arn = await cloud.listener(EAST);
    return { type: 'listener', region: EAST, id: arn.replace(/[^/]+$/, '0123456789abcdef') };
  },
};

export const balancer: Subject = {
  attribute: 'balancer.subnets',
  area: 'zones',
  goneIsFine: false,
  prepare: async (cloud) =>
    Promise.all(
      [EAST, WEST].map(async (region): Promise<Planned> => {
        const id = await cloud.wideBalancer(region);
        const asked = new DescribeLoadBalancersCommand({ LoadBalancerArns: [id] });
        const { LoadBalancers: [found] = [] } = await cloud.aws.elb(region).send(asked);
        const zones = there(found?.AvailabilityZones).filter(({ ZoneName }) => ZoneName !== `${region}a`);
        return { resource: { type: 'balancer', region, id }, after: zones.map((one) => there(one.SubnetId)).sort() };
      }),
    ),
  async gone(cloud) {
    const arn = await cloud.wideBalancer(EAST);
    return { type: 'balancer', region: EAST, id: arn.replace(/[^/]+$/, '0123456789abcdef') };
  },
};

export const route: Subject = {
  attribute: 'route.target',
  area: 'drivers',
  goneIsFine: false,
  async prepare(cloud) {
    for (const region of [EAST, WEST]) await cloud.network(region);
    await cloud.peer();
    const found = [EAST, WEST].map(async (region) =>
      (await readRoutes(region, cloud.aws)).flatMap(({ id: table, routes }) =>
        routes.map(({ destination }): Planned => ({
          resource: { type: 'route', region, id: routeId({ table, destination }) },
          after: null,
        })),
      ),
    );
    return (await Promise.all(found)).flat();
  },
  gone: () => {
    const id = routeId({ table: 'rtb-0123456789abcdef0', destination: '10.9.0.0/16' });
    return Promise.resolve({ type: 'route', region: EAST, id });
  },
};

export const healthCheck: Subject = {
  attribute: 'healthCheck.forced',
  area: 'drivers',
  goneIsFine: false,
  prepare: async (cloud) =>
    Promise.all(
      [EAST, WEST].map(async (region): Promise<Planned> => {
        const config = { Type: 'HTTPS', FullyQualifiedDomainName: `api.${region}.small.example` } as const;
        const made = { CallerReference: `contract-${region}`, HealthCheckConfig: config };
        const { HealthCheck } = await cloud.aws.route53().send(new CreateHealthCheckCommand(made));
        const id = there(HealthCheck?.Id);
        return { resource: { type: 'health-check', region: 'global', id }, after: { disabled: true, inverted: true } };
      }),
    ),
  gone: () => Promise.resolve({ type: 'health-check', region: 'global', id: '01234567-89ab-cdef-0123-456789abcdef' }),
};
