import type { Json } from '../model/json.js';
import { byRegion, writeEach, type Driver, type ReadContext, type Write, type WriteContext } from './driver.js';

/** One thing that this run created, found by its tags. */
export interface Own {
  readonly id: string;
  /** Unique in its run. */
  readonly handle: string;
}

/** How one kind of thing is created, found again, and taken away. */
export interface Making<T extends Own> {
  /** All of a region that this run created. */
  own(region: string, context: ReadContext): Promise<readonly T[]>;
  /** What stands for it in a change. */
  valueOf(own: T): Json;
  /** @returns the id of what was created, or was there already */
  create(write: Write, context: WriteContext): Promise<string>;
  remove(write: Write, context: WriteContext): Promise<void>;
}

/** The parts of a driver that are the same for whatever is created: it is known by its handle, and found by tags. */
export function making<T extends Own>({
  own,
  valueOf,
  create,
  remove,
}: Making<T>): Required<Pick<Driver, 'findCreated' | 'readMany' | 'write'>> {
  return {
    async findCreated(regions, context) {
      const found = await Promise.all(regions.map((region) => own(region, context)));
      return new Map(found.flat().map((one) => [one.handle, one.id]));
    },

    async readMany(resources, context) {
      const found = await Promise.all(byRegion(resources).map(([region]) => own(region, context)));
      const byHandle = new Map(found.flat().map((one) => [one.handle, one]));
      return new Map(
        resources.map((resource) => {
          const there = byHandle.get(resource.id);
          return [resource.id, there ? valueOf(there) : null] as const;
        }),
      );
    },

    async write(batch, context) {
      const created = new Map<string, string>();
      const outcomes = await writeEach(batch, async (write) => {
        if (write.to === 'before') return remove(write, context);
        created.set(write.change, await create(write, context));
      });
      return outcomes.map((outcome) => {
        const id = created.get(outcome.change);
        return outcome.ok && id ? { ...outcome, created: id } : outcome;
      });
    },
  };
}
