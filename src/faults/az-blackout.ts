import { blackhole } from './blackhole.js';
import { DATABASES, databasesNeeded, failOversAsked, together } from './fail-over.js';
import type { Fault } from './fault.js';
import { freeze, HEALING_PROCESSES } from './freeze.js';

/**
 * Cuts every opted-in subnet of one zone off from the network, as when the zone loses power. Cuts established flows
 * too.
 */
export const azBlackout: Fault = {
  name: 'az-blackout',
  title: 'Zone loses its network',
  does: [
    'Puts a network ACL that denies everything in the place of the own ACL of every opted-in subnet of',
    'the zone, and keeps the groups there from replacing what is only unreachable.',
  ].join(' '),
  fidelity:
    'traffic inside a subnet, DNS to the VPC resolver and instance metadata go on; groups may still launch there',
  scopes: ['az'],
  params: DATABASES,
  attributes: ['asg.suspendedProcesses', 'networkAcl.exists', 'subnet.networkAcl'],
  irreversible: ['cache.failover', 'database.failover'],
  needsWith: databasesNeeded,
  changes: (request) => {
    const changes = request.targets.regions.flatMap(({ region, groups, subnets }) => [
      ...freeze(region, groups, HEALING_PROCESSES),
      ...blackhole(region, subnets),
    ]);
    return together([{ changes, leftAlone: [] }, failOversAsked(request)]);
  },
};
