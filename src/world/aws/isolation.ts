import type { World } from '../world.js';
import type { SimState } from './sim-state.js';
import type { Store } from './store.js';

const DAY_MS = 86_400_000;

/** The parameters that a world's services read, each in its own region, as they are as a rule. */
export function buildIsolation({ world, store, nowMs }: SimState): void {
  const { isolation } = world.traffic;
  if (!isolation) return;
  const { parameter: name, off: value } = isolation;
  for (const { name: region } of world.regions) {
    const id = `${region} ${name}`;
    store.parameters.put({ id, region, name, type: 'String', value, version: 1, modifiedMs: nowMs - DAY_MS });
  }
}

/** The regions whose services are told to keep to themselves; undefined: none is. */
export function isolatedNow({ regions, traffic }: World, { parameters }: Store): readonly string[] | undefined {
  const { isolation } = traffic;
  if (!isolation) return undefined;
  const told = regions.filter(
    ({ name }) => parameters.get(`${name} ${isolation.parameter}`)?.value === isolation.on,
  );
  return told.length > 0 ? told.map(({ name }) => name) : undefined;
}
