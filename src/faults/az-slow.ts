import { commandable } from './agents.js';
import type { Fault, FaultChanges, FaultRequest } from './fault.js';
import { DELAY } from './instance-latency.js';
import { NETWORK_FIDELITY, WHERE } from './network-params.js';
import { numberOf, textOf } from './params.js';
import { pickInstances } from './pick.js';
import { BY_COMMAND, commandsFor, INSTALL, STRESS_FIDELITY } from './stress.js';

const PARAMS = { ...DELAY, interface: WHERE.interface, install: INSTALL } as const;

/**
 * Makes a zone slow to the others: what its instances send to addresses of other zones comes later. A grey failure:
 * nothing is down, and everything that crosses the border waits.
 */
export const azSlow: Fault = {
  name: 'az-slow',
  title: 'Zone is slow to reach from the others',
  does: [
    'Delays what the instances of the zone send to the subnets that their VPCs have in other zones, by a command',
    'of Systems Manager.',
  ].join(' '),
  fidelity: [
    'other VPCs, the internet, load balancer nodes and managed services in the zone are as near as they were',
    ...NETWORK_FIDELITY.slice(0, 2),
    ...STRESS_FIDELITY,
  ].join('; '),
  ...BY_COMMAND,
  scopes: ['az'],
  params: PARAMS,
  changes: (asked) => {
    const { request, leftAlone } = commandable(asked);
    const { chosen, passedOver } = pickInstances(request);
    const vpcs = [...new Set(chosen.map(({ vpc = '' }) => vpc))].sort();
    const slowed = vpcs.map((vpc, index) => {
      const own = chosen.filter((instance) => (instance.vpc ?? '') === vpc);
      return slowVpc(own, rangesElsewhere(vpc, request), request, vpcs.length > 1 ? `-vpc${index + 1}` : '');
    });
    return {
      changes: slowed.flatMap((one) => one.changes),
      leftAlone: [...passedOver, ...leftAlone, ...slowed.flatMap((one) => one.leftAlone)],
    };
  },
};

function slowVpc(
  own: ReturnType<typeof pickInstances>['chosen'],
  ranges: readonly string[],
  request: FaultRequest,
  suffix: string,
): FaultChanges {
  if (ranges.length === 0) {
    const why = 'stands in a VPC that has no subnet in another zone';
    return { changes: [], leftAlone: own.map(({ region, id }) => ({ what: `instance ${region}/${id}`, why })) };
  }
  const stress = {
    fault: 'az-slow',
    document: 'AWSFIS-Run-Network-Latency-Sources',
    parameters: {
      DelayMilliseconds: String(numberOf(PARAMS, 'delay', request.params)),
      JitterMilliseconds: String(numberOf(PARAMS, 'jitter', request.params)),
      Sources: ranges.join(','),
      Interface: textOf(PARAMS, 'interface', request.params),
      TrafficType: 'egress',
      InstallDependencies: textOf(PARAMS, 'install', request.params),
    },
  };
  return { changes: commandsFor(own, stress, request, suffix), leftAlone: [] };
}

/** The addresses of a VPC in the zones that are not slow. */
function rangesElsewhere(vpc: string, { scope, inventory }: FaultRequest): readonly string[] {
  if (scope.kind !== 'az') return [];
  const there = inventory.regions.find(({ region }) => region === scope.region)?.subnets ?? [];
  return there
    .filter((subnet) => subnet.vpc === vpc && subnet.zone !== scope.zone)
    .flatMap(({ cidr = '' }) => (cidr === '' ? [] : [cidr]))
    .sort();
}
