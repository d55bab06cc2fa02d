import type { Cloud } from '../../aws/cloud.js';
import type { World } from '../world.js';
import { seedGroups } from './seed-groups.js';
import { seedNetwork } from './seed-network.js';
import { seedRecords } from './seed-records.js';

/**
 * Puts a world's infrastructure into an emulator, regions side by side. Repeating it makes what is missing, and
 * nothing twice.
 */
export async function seedWorld(world: World, cloud: Cloud): Promise<void> {
  await Promise.all(
    world.regions.map(async (region) => {
      const network = await seedNetwork(world, region, cloud);
      await seedGroups(world, network, cloud);
    }),
  );
  await seedRecords(world, cloud);
}
