import { expect } from 'vitest';
import { readInventory } from '../../../src/inventory/read-inventory.js';
import { casesOf } from '../cloud.js';
import { EAST } from '../contract-world.js';

/** Instances in the fleet. */
export const FLEET = 10_000;

/** Sizes at which a listing that is read one by one would not end. */
export const scaleCases = casesOf('scale', [
  {
    id: 'scale/inventory',
    title: 'ten thousand instances are read, each once',
    async run(cloud) {
      await cloud.fleet(EAST, FLEET);
      const { regions } = await readInventory({
        account: '',
        regions: [EAST],
        records: false,
        whyNotZone: () => undefined,
        cloud: cloud.kong,
      });
      const ids = regions[0]?.instances.map((instance) => instance.id) ?? [];
      expect(ids).toHaveLength(FLEET);
      expect(new Set(ids).size).toBe(FLEET);
    },
  },
]);
