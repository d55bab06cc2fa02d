import { blackhole } from './blackhole.js';
import type { Fault } from './fault.js';
import { ALL_PROCESSES, freeze } from './freeze.js';

/**
 * Cuts every opted-in subnet of a region off from the network, its groups frozen first so that the region can come
 * back as it was.
 */
export const regionDark: Fault = {
  name: 'region-dark',
  title: 'Region goes dark',
  does: [
    'Freezes every opted-in group of the region, then puts a network ACL that denies everything in the',
    'place of the own ACL of every opted-in subnet.',
  ].join(' '),
  fidelity:
    "the region's control plane answers; traffic inside a subnet, DNS to the VPC resolver and instance metadata go on",
  scopes: ['region'],
  params: {},
  attributes: ['asg.suspendedProcesses', 'networkAcl.exists', 'subnet.networkAcl'],
  irreversible: [],
  changes: ({ targets }) => ({
    leftAlone: [],
    changes: targets.regions.flatMap(({ region, groups, subnets }) => [
      ...freeze(region, groups, ALL_PROCESSES),
      ...blackhole(region, subnets),
    ]),
  }),
};
