import { faultNamed } from '../faults/registry.js';
import { KongError } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Inventory, RegionInventory } from '../model/inventory.js';
import { namesIn, type Named } from '../model/param.js';
import { groupsThere } from './named-groups.js';
import { nearestOf } from './nearest.js';
import { regionsOf } from './targets.js';

/**
 * What a parameter of a fault names must be there: left alone, a typing error would turn into "nothing to do".
 *
 * @throws KongError UNKNOWN_TARGET with the nearest name that is
 */
export function assertParamsExist({ blastRadius, method }: Experiment, inventory: Inventory): void {
  const asked = regionsOf(blastRadius.scope);
  const regions = inventory.regions.filter(({ region }) => asked.includes(region));
  const places = regions.map(({ region }) => region).join(', ');
  for (const [index, step] of method.entries()) {
    if (step.kind !== 'fault') continue;
    for (const { param, named, name } of namedBy(step)) {
      const { noun, there, listed, all } = THINGS[named](regions);
      if (there.includes(name)) continue;
      const nearest = nearestOf(name, listed);
      const where = `${param} of ${step.fault} (method.${index}.fault.${param})`;
      throw new KongError('UNKNOWN_TARGET', `${where}: no ${noun} ${name} in ${places}`, {
        fix: nearest === undefined ? all : `did you mean ${nearest}?`,
      });
    }
  }
}

interface NamedBy {
  readonly param: string;
  readonly named: Named;
  readonly name: string;
}

function namedBy({ fault, params }: Extract<Experiment['method'][number], { kind: 'fault' }>): readonly NamedBy[] {
  return Object.entries(faultNamed(fault)?.params ?? {}).flatMap(([param, spec]) => {
    const { named } = spec;
    const value = params[param];
    if (named === undefined || typeof value !== 'string') return [];
    return namesIn(value, named).map((name) => ({ param, named, name }));
  });
}

interface Things {
  readonly noun: string;
  readonly there: readonly string[];
  /** Those that may have been meant. */
  readonly listed: readonly string[];
  /** What there is, in words. */
  readonly all: string;
}

const THINGS: Readonly<Record<Named, (regions: readonly RegionInventory[]) => Things>> = {
  group: (regions) => {
    const { names, all } = groupsThere(regions);
    return { noun: 'Auto Scaling group', there: names, listed: names, all };
  },
  // S3 tells which buckets there are only to who may list them all: those that are named, and those that they lead to
  buckets: (regions) => {
    const there = regions.flatMap(({ buckets = [] }) => buckets.map(({ name }) => name));
    const rules = regions.flatMap(({ buckets = [] }) => buckets.flatMap((bucket) => bucket.rules));
    const led = rules.filter((rule) => regions.some(({ region }) => region === rule.region));
    const listed = [...new Set([...there, ...led.map(({ destination }) => destination)])];
    const fix = '`aws s3api list-buckets` lists all of yours';
    const all = listed.length > 0 ? `there are ${listed.join(', ')}; ${fix}` : fix;
    return { noun: 'bucket of yours', there, listed, all };
  },
};
