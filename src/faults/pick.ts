import type { Pick, Scope } from '../model/experiment.js';
import type { Random } from '../model/ports.js';
import type { FaultRequest, TargetRegion } from './fault.js';

type Candidate = TargetRegion['instances'][number] & { readonly region: string };

/** Who is hit, and why the others are not. */
export interface Picked {
  readonly chosen: readonly Candidate[];
  readonly passedOver: readonly { readonly what: string; readonly why: string }[];
}

/**
 * Draws the instances that an instance fault hits: sorted by id, then without replacement from the seed, so that the
 * same plan over the same inventory hits the same ones. A percentage rounds down, but never to none.
 */
export function pickInstances({ scope, targets, random }: FaultRequest): Picked {
  const all = targets.regions.flatMap(({ region, instances }) =>
    instances.map((instance) => ({ ...instance, region })),
  );
  const running = all.filter((instance) => instance.state === 'running').sort((a, b) => (a.id < b.id ? -1 : 1));
  const chosen = draw(running, pickOf(scope), random);
  const ids = new Set(chosen.map((instance) => instance.id));
  return {
    chosen,
    passedOver: [
      ...all
        .filter((instance) => instance.state !== 'running')
        .map(({ id, state }) => ({ what: id, why: `is ${state}, not running` })),
      ...running.filter((instance) => !ids.has(instance.id)).map(({ id }) => ({ what: id, why: 'was not drawn' })),
    ],
  };
}

function pickOf(scope: Scope): Pick {
  return scope.kind === 'instance' ? scope.pick : { kind: 'percent', percent: 100 };
}

function draw(from: readonly Candidate[], pick: Pick, random: Random): readonly Candidate[] {
  switch (pick.kind) {
    case 'ids':
      return from.filter((instance) => pick.ids.includes(instance.id));
    case 'count':
      return sample(from, pick.count, random);
    case 'percent':
      return sample(from, Math.max(from.length > 0 ? 1 : 0, Math.floor((from.length * pick.percent) / 100)), random);
  }
}

function sample(from: readonly Candidate[], count: number, random: Random): readonly Candidate[] {
  const left = [...from];
  const drawn: Candidate[] = [];
  while (drawn.length < count && left.length > 0)
    drawn.push(...left.splice(Math.floor(random.next() * left.length), 1));
  return drawn;
}
