import { seededRandom } from '../../../src/host/random.js';
import { NO_CONDITIONS } from '../../../src/model/conditions.js';
import type { Experiment } from '../../../src/model/experiment.js';
import type { Group, Instance, Inventory } from '../../../src/model/inventory.js';
import type { Gate } from '../../../src/model/plan.js';
import type { Circumstances } from '../../../src/plan/circumstances.js';
import { compilePlan } from '../../../src/plan/compile.js';
import type { Environment } from '../../../src/plan/environment.js';
import { readCircumstances } from '../../../src/plan/read-circumstances.js';
import { inventoryOf, openBench, REGIONS, type Bench } from '../../support/sim-drill.js';
import { SIMULATED } from '../../support/simulated.js';

/** 2026-03-06 is a Friday; 15:00 in UTC, 10:00 in New York. */
export const FRIDAY_MS = Date.parse('2026-03-06T15:00:00Z');


/** What a test changes of the facts that were read. */
export interface Changed {
  readonly bench?: Bench;
  readonly environment?: Partial<Environment>;
  readonly circumstances?: Partial<Circumstances>;
  readonly inventory?: (inventory: Inventory) => Inventory;
}

/** Every gate of an experiment in the simulated world, by its name, held against facts that are read there. */
export async function gatesFor(experiment: Experiment, changed: Changed = {}): Promise<(name: string) => Gate> {
  const bench = changed.bench ?? openBench();
  const environment = { ...SIMULATED, ...changed.environment };
  const reading = inventoryOf(bench, experiment).then(changed.inventory ?? ((one) => one));
  const read = await readCircumstances({
    experiment,
    environment,
    regions: REGIONS,
    inventory: reading,
    cloud: bench.cloud,
    nowMs: bench.clock.now(),
    site: changed.circumstances?.site ?? NO_CONDITIONS,
    wallMs: undefined,
    state: { heldBy: undefined, unfinished: undefined, kept: { kind: 'folder' } },
    runner: { instance: undefined, addresses: [] },
  });
  const { gates } = compilePlan({
    experiment,
    environment,
    inventory: await reading,
    circumstances: { ...read, ...changed.circumstances },
    seed: 1,
    random: seededRandom(1),
    createdAt: new Date(bench.clock.now()).toISOString(),
  });
  return (name) => {
    const found = gates.find((gate) => gate.name === name);
    if (!found) throw new Error(`there is no gate ${name} among ${gates.map((gate) => gate.name).join(', ')}`);
    return found;
  };
}

/** The same inventory with one group changed. */
export function withGroup(
  region: string,
  name: string,
  change: (group: Group) => Partial<Group>,
): (inventory: Inventory) => Inventory {
  return (inventory) => ({
    ...inventory,
    regions: inventory.regions.map((one) =>
      one.region === region
        ? { ...one, groups: one.groups.map((group) => (group.name === name ? { ...group, ...change(group) } : group)) }
        : one,
    ),
  });
}

/** The same inventory with the first instance of a zone changed. */
export function withInstance(
  zone: string,
  change: (instance: Instance) => Partial<Instance>,
): (inventory: Inventory) => Inventory {
  return (inventory) => ({
    ...inventory,
    regions: inventory.regions.map((one) => {
      const first = one.instances.find((instance) => instance.zone === zone);
      const instances = one.instances.map((instance) =>
        instance === first ? { ...instance, ...change(instance) } : instance,
      );
      return { ...one, instances };
    }),
  });
}
