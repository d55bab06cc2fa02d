import { permitOf, UnpermittedWrite } from '../aws/guard.js';
import { Cancelled, KongError } from '../model/errors.js';
import {
  isOwn,
  type EffectLimits,
  type OwnSwitch,
  type SwitchDefinition,
  type SwitchEffects,
} from '../model/switch.js';
import { digestOf } from './definition-digest.js';
import type { Hooks } from './hooks.js';
import { httpRead, httpWrite } from './switch-http.js';
import { commandFor, VALUE, withoutLineEnd } from './switch-text.js';
import { whyOutOfReach, type OwnCall } from './within-reach.js';

/** The switches of kong.yaml that are commands and endpoints, under the same rules as AWS's clients. */
export interface Switches {
  /** As kong.yaml has it; undefined: it has none of that name. */
  definition(name: string): OwnSwitch | undefined;
  /** @throws KongError SWITCH_FAILED */
  read(definition: OwnSwitch): Promise<string>;
  /**
   * Sets a switch, under a permit for a journaled change.
   * @throws UnpermittedWrite without one; Cancelled where it has ended; KongError SWITCH_FAILED
   */
  write(command: SwitchWrite): Promise<void>;
  /** Why what sets a switch could not be called with a value; undefined: it could. Calls nothing. */
  whyOutOfReach(definition: OwnSwitch, value: string): Promise<string | undefined>;
  /** What kong.yaml lets kong call; undefined: nothing. */
  readonly hooks?: Hooks;
}

/** A write as permits know it. */
export interface SwitchWrite {
  readonly input: { readonly definition: OwnSwitch; readonly value: string };
}

/** What switches are reached with. */
export interface SwitchReach {
  readonly effects: SwitchEffects;
  /** Goes around each effect: keeps virtual time from passing while something real is under way. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Opens the switches of a configuration. */
export function openSwitches(definitions: readonly SwitchDefinition[], { effects, during }: SwitchReach): Switches {
  const own = new Map(definitions.filter(isOwn).map((one) => [one.name, one]));
  return {
    definition: (name) => own.get(name),
    read: (definition) => during(() => named(definition, 'read', () => readSwitch(definition, effects))),
    async write({ input }) {
      const permit = permitOf(input);
      if (!permit) throw new UnpermittedWrite(`switch ${input.definition.name}`);
      if (permit.signal.aborted) throw new Cancelled();
      permit.fence();
      await during(() => named(input.definition, 'set', () => writeSwitch(input, effects)));
    },
    whyOutOfReach(definition, value) {
      const { way } = definition;
      const call: OwnCall =
        way.kind === 'command' ? { kind: 'command', argv: way.write } : { kind: 'http', request: way.write };
      const fill = (text: string): string => text.replaceAll(VALUE, () => value);
      return during(() => whyOutOfReach(call, { effects, limits: definition, fill }));
    },
  };
}

/** What fails is told by the switch's name: a person knows that, and not the program that it calls. */
async function named<T>({ name, way }: OwnSwitch, verb: 'read' | 'set', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    const place = `switches.${name}.${way.kind}.${verb === 'read' ? 'read' : 'write'}`;
    const fix = error.fix ?? `mend ${place} in kong.yaml, or what it calls`;
    throw new KongError(error.code, `switch ${name} could not be ${verb}: ${error.message}`, { cause: error, fix });
  }
}

async function readSwitch({ way, ...rest }: OwnSwitch, effects: SwitchEffects): Promise<string> {
  const limits: EffectLimits = rest;
  switch (way.kind) {
    case 'command':
      return withoutLineEnd(await effects.run(way.read, limits));
    case 'http':
      return httpRead(way.read, limits, effects);
  }
}

async function writeSwitch({ definition, value }: SwitchWrite['input'], effects: SwitchEffects): Promise<void> {
  const { way } = definition;
  switch (way.kind) {
    case 'command':
      await effects.run(commandFor(way.write, value), definition);
      return;
    case 'http':
      await httpWrite(way.write, value, { limits: definition, effects });
  }
}

/** A digest of how a switch is read and written. How long it may take is not part of it. */
export function fingerprintOf({ way }: SwitchDefinition): string {
  return digestOf(way);
}
