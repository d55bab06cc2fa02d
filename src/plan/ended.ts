import type { ProtoChange, Targets } from '../faults/fault.js';
import { fisEnds } from './fis-hits.js';

/** Instances that an earlier step terminates, by id: the number of that step, as the plan counts. */
export type Ended = ReadonlyMap<string, number>;

/** Instances that changes terminate, by kong or by AWS FIS where kong names them to it. */
export function endedBy(changes: readonly ProtoChange[]): readonly string[] {
  const own = changes.filter(({ attribute }) => attribute === 'instance.terminate').map(({ resource }) => resource.id);
  return [...own, ...fisEnds(changes.map((change) => ({ ...change, id: '' })))];
}

/** What a later step may touch: there is nothing any more to be done to an instance that was terminated. */
export function afterEnded({ regions, leftAlone }: Targets, ended: Ended): Targets {
  const now = regions.map((target) => ({
    ...target,
    instances: target.instances.map((instance) => {
      const step = ended.get(instance.id);
      return step === undefined ? instance : { ...instance, state: 'terminated', endedBy: step };
    }),
  }));
  return { regions: now, leftAlone };
}
