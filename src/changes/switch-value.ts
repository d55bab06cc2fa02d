import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import type { OwnSwitch } from '../model/switch.js';
import { relatePlain, writeEach, type Driver, type ReadContext, type Write } from './driver.js';
import { switchOf } from './switch-name.js';
import { fingerprintOf, type Switches } from './switches.js';

/** A program on this machine may take its time; nobody shares its rate. */
const CALLS_PER_SECOND = 1;

/**
 * What the user's own command or endpoint says, and is told. The definition comes from kong.yaml by name each time: one
 * that is not there any more, or is another, is neither asked nor told anything.
 */
function switchDriver(attribute: 'switch.value' | 'switch.isolation', role: Driver['role']): Driver {
  return {
    attribute,
    role,
    gone: 'conflict',
    callsPerSecond: CALLS_PER_SECOND,
    batchSize: 1,
    callsFor: (changes) => changes,
    foreign: 'conflict',
    repeatable: true,
    readsApart: true,
    batchKey: (resource) => resource.id,
    relate: relatePlain,

    async readMany(resources, context) {
      const read = resources.map(async (resource): Promise<readonly [string, Json]> => {
        const { switches, definition } = found(resource, context);
        return [resource.id, await switches.read(definition)];
      });
      return new Map(await Promise.all(read));
    },

    write: (batch, context) =>
      writeEach(batch, (write) => {
        const { switches, definition } = found(write.resource, context);
        return switches.write(context.permit.for({ input: { definition, value: textOf(write) } }));
      }),
  };
}

/** A command or an endpoint by which traffic moves, or anything else of the user's own. */
export const switchValue: Driver = switchDriver('switch.value', 'traffic');

/** One by which services stop calling what is broken. */
export const switchIsolation: Driver = switchDriver('switch.isolation', 'isolation');

interface Found {
  readonly switches: Switches;
  readonly definition: OwnSwitch;
}

/** @throws KongError BAD_CONFIG where kong.yaml does not have it any more, or has another by its name */
function found({ id }: ResourceRef, { switches }: ReadContext): Found {
  const { name, fingerprint } = switchOf(id);
  const definition = switches?.definition(name);
  if (!switches || !definition) {
    throw new KongError('BAD_CONFIG', `kong.yaml has no switch ${name} any more, so it was neither read nor set`, {
      fix: `put ${name} back under switches in kong.yaml as it was, then: kong rollback`,
    });
  }
  if (fingerprintOf(definition) === fingerprint) return { switches, definition };
  throw new KongError('BAD_CONFIG', `switch ${name} in kong.yaml is not the one that was set, so it was left alone`, {
    fix: `put the command or endpoint of ${name} back as it was in kong.yaml, then: kong rollback`,
  });
}

function textOf({ resource, to, before, after }: Write): string {
  const value = to === 'after' ? after : before;
  if (typeof value === 'string') return value;
  throw new KongError('BAD_PLAN', `switch ${resource.id} can't be set to ${JSON.stringify(value)}: it holds a text`);
}
