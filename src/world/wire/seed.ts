import type { Cloud } from '../../aws/cloud.js';
import type { World } from '../world.js';
import { seedIsolation } from './isolation.js';
import { seedBuckets } from './seed-buckets.js';
import { seedGroups } from './seed-groups.js';
import { seedLinks } from './seed-links.js';
import { seedNetwork } from './seed-network.js';
import { seedRecords } from './seed-records.js';

/**
 * Puts a world's infrastructure into an emulator, regions side by side. Repeating it makes what is missing, and
 * nothing twice.
 *
 * @returns what the emulator has not, and the world does without
 */
export async function seedWorld(world: World, cloud: Cloud): Promise<readonly string[]> {
  const networks = await Promise.all(
    world.regions.map(async (region) => {
      const network = await seedNetwork(world, region, cloud);
      await seedGroups(world, network, cloud);
      return network;
    }),
  );
  const lacking = await seedLinks(world, networks, cloud);
  await seedRecords(world, cloud);
  return [...lacking, ...(await seedIsolation(world, cloud)), ...(await seedBuckets(world, cloud))];
}
