import type { World, WorldRegion } from '../world.js';
import { SERVED_PORT } from './acl-rules.js';
import type { SecurityGroupRow, SecurityRule } from './network-rows.js';
import type { SimState } from './sim-state.js';

type NewRule = Pick<SecurityRule, 'egress' | 'protocol'> & Partial<SecurityRule>;

/** The security group that a world's Auto Scaling group launches its instances with. */
export function servingGroupId(sim: SimState, region: string, group: string): string {
  return sim.ids.of('sg', `${region} ${group}`);
}

/** The security group of the load balancer before a region's edge. */
export function doorId(sim: SimState, region: string): string {
  return sim.ids.of('sg', `${region} the door of the load balancer`);
}

/** The internet gateway of a VPC: each has one. */
export function gatewayId(vpc: string): string {
  return vpc.replace(/^vpc/, 'igw');
}

/** What a new security group lets out: everything. */
export function allOut(id: string): SecurityRule {
  return rule({ egress: true, protocol: '-1', cidr: '0.0.0.0/0', id });
}

/**
 * What decides, beside the network ACLs, whether a region's instances are reached: the VPC's main route table, its
 * default security group, and a security group for each Auto Scaling group.
 */
export function buildReach(sim: SimState, { name: region, cidr }: WorldRegion): void {
  const vpc = [...sim.store.vpcs.all()].find((one) => one.region === region)?.id ?? '';
  const idOf = (prefix: string, what: string): string => sim.ids.of(prefix, `${region} ${what}`);
  sim.store.routeTables.put({
    id: idOf('rtb', 'main'),
    region,
    vpc,
    routes: [
      { cidr, target: { kind: 'local', id: 'local' }, fixed: true },
      { cidr: '0.0.0.0/0', target: { kind: 'gateway', id: gatewayId(vpc) }, fixed: false },
    ],
    associations: [{ id: idOf('rtbassoc', 'main'), subnet: null }],
    tags: {},
    token: null,
  });
  const put = (group: Pick<SecurityGroupRow, 'id' | 'name' | 'description'>, ...ways: readonly NewRule[]): void => {
    const rules = [
      ...ways.map((way) => rule({ id: idOf('sgr', `${group.name} in`), ...way })),
      allOut(idOf('sgr', `${group.name} out`)),
    ];
    sim.store.securityGroups.put({ ...group, region, vpc, rules, tags: {} });
  };
  const own = idOf('sg', 'the default of the VPC');
  put(
    { id: own, name: 'default', description: 'default VPC security group' },
    { egress: false, protocol: '-1', group: own },
  );
  put(
    { id: doorId(sim, region), name: 'load-balancer', description: "members' requests to the edge" },
    { egress: false, protocol: 'tcp', ports: { from: SERVED_PORT, to: SERVED_PORT }, cidr: '0.0.0.0/0' },
  );
  for (const { name } of sim.world.groups.filter((group) => group.regions.includes(region))) {
    const served = { egress: false, protocol: 'tcp', ports: { from: SERVED_PORT, to: SERVED_PORT } };
    const callers = callersOf(name, sim.world);
    if (callers.length === 0) {
      const own = { id: servingGroupId(sim, region, name), name, description: `members' requests to ${name}` };
      put(own, { ...served, cidr: '0.0.0.0/0' });
      continue;
    }
    put(
      { id: servingGroupId(sim, region, name), name, description: `calls to ${name}` },
      ...callers.map((caller) => ({
        ...served,
        group: servingGroupId(sim, region, caller),
        id: idOf('sgr', `${name} in from ${caller}`),
      })),
    );
  }
}

/** Groups whose services call those of a group; none for one that members reach, or that nobody calls. */
export function callersOf(group: string, { traffic: { entry, services } }: Pick<World, 'traffic'>): readonly string[] {
  const own = services.filter((service) => service.group === group).map(({ name }) => name);
  if (own.includes(entry)) return [];
  const callers = services.filter(({ calls }) => calls.some(({ service }) => own.includes(service)));
  return [...new Set(callers.map((service) => service.group))].filter((caller) => caller !== group);
}

function rule(given: NewRule & Pick<SecurityRule, 'id'>): SecurityRule {
  return { ports: null, cidr: null, ipv6: null, group: null, description: null, ...given };
}
