import type { TrafficModel } from '../traffic/model.js';
import type { World, WorldRegion } from '../world.js';
import { SERVED_PORT } from './acl-rules.js';
import { doorId } from './build-reach.js';
import type { SimState } from './sim-state.js';

/** The Auto Scaling group that members' requests reach first; undefined: the world has no traffic. */
export function edgeGroup(world: World): string | undefined {
  const traffic: Partial<TrafficModel> = world.traffic;
  return traffic.services?.find(({ name }) => name === traffic.entry)?.group;
}

/** The Amazon resource name of the target group before the edge of a region. */
export function edgeTargets(sim: SimState, region: string): string | undefined {
  const group = edgeGroup(sim.world);
  return group === undefined ? undefined : arn(sim, region, `targetgroup/${group}`);
}

/** The load balancer before the edge of a region: one listener, which forwards all to one target group. */
export function buildBalancer(sim: SimState, { name: region, zones }: WorldRegion): void {
  const group = edgeGroup(sim.world);
  const targets = edgeTargets(sim, region);
  const subnets = [...sim.store.subnets.all()].filter((subnet) => subnet.region === region);
  const vpc = subnets[0]?.vpc;
  const edge = sim.world.groups.find((one) => one.name === group && one.regions.includes(region));
  if (group === undefined || targets === undefined || vpc === undefined || zones.length === 0 || !edge) return;
  const balancer = arn(sim, region, `loadbalancer/app/${group}`);
  const listener = within(sim, balancer.replace(':loadbalancer/', ':listener/'));
  sim.store.loadBalancers.put({
    id: balancer,
    region,
    name: group,
    vpc,
    subnets: subnets.map(({ id }) => id),
    shiftedFrom: [],
    securityGroups: [doorId(sim, region)],
    createdMs: sim.nowMs,
    tags: edge.tags,
  });
  sim.store.targetGroups.put({
    id: targets,
    region,
    name: group,
    vpc,
    port: SERVED_PORT,
    loadBalancer: balancer,
    tags: {},
  });
  sim.store.listeners.put({
    id: listener,
    region,
    loadBalancer: balancer,
    port: SERVED_PORT,
    rules: [
      {
        id: within(sim, listener.replace(':listener/', ':listener-rule/')),
        priority: null,
        conditions: [],
        action: { kind: 'forward', to: [{ group: targets, weight: 1 }] },
      },
    ],
  });
}

function arn(sim: SimState, region: string, path: string): string {
  return within(sim, `arn:aws:elasticloadbalancing:${region}:${sim.world.account}:${path}`);
}

/** With sixteen hex digits of its own at its end. */
function within(sim: SimState, path: string): string {
  return `${path}/${sim.ids.fixed(path)}`;
}
