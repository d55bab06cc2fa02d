import type { ResourceType, ResourceRef } from '../model/resource.js';
import type { ReadContext } from './driver.js';

/**
 * One look at some resources: what several attributes of them need of one listing is read once. It never outlives a
 * write, nor the step that took it, so that nothing is verified by what was read before it was written.
 */
export interface Look {
  readonly resources: readonly ResourceRef[];
}

/** A listing of one region: of the resources with these ids, at least. */
export type RegionRead<T> = (region: string, ids: readonly string[], context: ReadContext) => Promise<T>;

/**
 * Makes a listing one that is shared within a look: the first who asks has it read for all of the look's resources of
 * a type, and the others have the same answer, or the same error. Without a look every call reads.
 */
export function sharedRead<T>(type: ResourceType, read: RegionRead<T>): RegionRead<T> {
  const answers = new WeakMap<Look, Map<string, Promise<T>>>();
  return (region, ids, context) => {
    const { look } = context;
    if (look === undefined) return read(region, ids, context);
    const known = answers.get(look) ?? new Map<string, Promise<T>>();
    answers.set(look, known);
    const here = known.get(region);
    if (here !== undefined) return here;
    const own = look.resources.filter((one) => one.type === type && one.region === region).map(({ id }) => id);
    const answer = read(region, [...new Set([...own, ...ids])], context);
    known.set(region, answer);
    return answer;
  };
}
