import type { World, WorldGroup } from '../../src/world/world.js';
import { EAST, SMALL_WORLD, WEST } from '../world/aws/small-world.js';
import type { GroupName } from './cloud.js';

export { EAST, WEST };

/** In the order of their subnets. */
export const ZONES: Readonly<Record<string, readonly string[]>> = {
  [EAST]: ['us-east-1a', 'us-east-1b'],
  [WEST]: ['us-west-2a', 'us-west-2b'],
};

/** The hosted zone, and the name in it that has an answer a region, 50 to 50. */
export const ZONE = 'small.example';
export const API = 'api.small.example';

/** How the groups are at first. */
export const SIZES: Readonly<Record<GroupName, Pick<WorldGroup, 'min' | 'desired' | 'max'>>> = {
  web: { min: 2, desired: 4, max: 8 },
  api: { min: 1, desired: 2, max: 4 },
};

/** What every region keeps data in. */
const DATABASES = [
  { name: 'accounts', kind: 'aurora' },
  { name: 'ledger', kind: 'multi-az' },
  { name: 'sessions', kind: 'cache' },
] as const;

const group = (name: GroupName): WorldGroup => ({
  name,
  regions: [EAST, WEST],
  ...SIZES[name],
  instanceType: 't3.micro',
  tags: { app: name, team: 'streaming' },
  bootMs: 30_000,
  warmupMs: 0,
  scaling: undefined,
});

const [EDGE] = SMALL_WORLD.traffic.services;
if (!EDGE) throw new Error('the small world has no service');

/** Two regions of two zones, two groups that never scale by themselves, one name with an answer a region. */
export const CONTRACT_WORLD: World = {
  ...SMALL_WORLD,
  name: 'contract',
  regions: [
    { name: EAST, zones: ZONES[EAST] ?? [], cidr: '10.0.0.0/16' },
    { name: WEST, zones: ZONES[WEST] ?? [], cidr: '10.1.0.0/16' },
  ],
  links: [{ regions: [EAST, WEST], lagMs: 1_000 }],
  groups: [group('web'), group('api')],
  databases: DATABASES.map((one) => ({
    ...one,
    regions: [EAST, WEST],
    tags: { app: one.name },
    failoverMs: 25_000,
  })),
  // no traffic, but an edge: web stands behind a load balancer
  traffic: { ...SMALL_WORLD.traffic, entry: 'web', services: [{ ...EDGE, name: 'web', group: 'web' }] },
};
