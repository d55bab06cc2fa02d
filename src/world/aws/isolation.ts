import type { World } from '../world.js';
import type { SimState } from './sim-state.js';
import type { Store } from './store.js';

const DAY_MS = 86_400_000;

/** The parameters that a world's services read, each in its own region, as they are as a rule. */
export function buildIsolation({ world, store, nowMs }: SimState): void {
  const { isolation, replication } = world.traffic;
  for (const { parameter: name, off: value } of [isolation, replication.pause].flatMap((one) => one ?? [])) {
    for (const { name: region } of world.regions) {
      const id = `${region} ${name}`;
      store.parameters.put({ id, region, name, type: 'String', value, version: 1, modifiedMs: nowMs - DAY_MS });
    }
  }
}

/** Whether a region is told not to send what is written there. */
export function isHeldBack(region: string, { traffic }: World, { parameters }: Store): boolean {
  const { pause } = traffic.replication;
  return pause !== undefined && parameters.get(`${region} ${pause.parameter}`)?.value === pause.on;
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
