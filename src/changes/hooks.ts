import { permitOf, UnpermittedWrite } from '../aws/guard.js';
import { Cancelled, KongError, messageOf } from '../model/errors.js';
import { REGION, type HookDefinition } from '../model/hook.js';
import { digestOf } from './definition-digest.js';
import { httpWrite } from './switch-http.js';
import type { SwitchReach } from './switches.js';
import { whyOutOfReach, type OwnCall } from './within-reach.js';

/** The hooks of kong.yaml, under the same rules as AWS's clients; and what this process has done with them. */
export interface Hooks {
  /** As kong.yaml has it; undefined: it has none of that name. */
  definition(name: string): HookDefinition | undefined;
  /**
   * Calls a program or an endpoint, under a permit for a journaled change.
   * @throws UnpermittedWrite without one; Cancelled where it has ended; KongError SWITCH_FAILED
   */
  call(command: HookCommand): Promise<void>;
  /** Why a program or an endpoint could not be called in a region; undefined: it could. Calls nothing. */
  whyOutOfReach(input: HookCommand['input']): Promise<string | undefined>;
  /** What became of it here, by a key of the caller's; a hook has nothing that could be read. */
  readonly done: Map<string, HookDone>;
}

/** What this process did with a hook in a region. `command`: that of Systems Manager, which goes on by itself. */
export interface HookDone {
  readonly what: 'called' | 'undone';
  readonly command?: string;
}

/** A call as permits know it. */
export interface HookCommand {
  readonly input: { readonly definition: HookDefinition; readonly call: OwnCall; readonly region: string };
}

/** Opens the hooks of a configuration. */
export function openHooks(definitions: readonly HookDefinition[], { effects, during }: SwitchReach): Hooks {
  const all = new Map(definitions.map((one) => [one.name, one]));
  return {
    definition: (name) => all.get(name),
    done: new Map(),
    async call({ input }) {
      const permit = permitOf(input);
      if (!permit) throw new UnpermittedWrite(`hook ${input.definition.name}`);
      if (permit.signal.aborted) throw new Cancelled();
      permit.fence();
      await during(() => callOwn(input, effects));
    },
    whyOutOfReach({ definition, call, region }) {
      const fill = (text: string): string => text.replaceAll(REGION, region);
      return during(() => whyOutOfReach(call, { effects, limits: definition, fill }));
    },
  };
}

async function callOwn(
  { definition, call, region }: HookCommand['input'],
  effects: SwitchReach['effects'],
): Promise<void> {
  try {
    if (call.kind === 'http') await httpWrite(call.request, region, { limits: definition, effects, place: REGION });
    else await effects.run(inRegion(call.argv, region), definition);
  } catch (error) {
    throw hookFailed(definition.name, region, error);
  }
}

/** Texts with the region in its places. */
export function inRegion(texts: readonly string[], region: string): readonly string[] {
  return texts.map((text) => text.replaceAll(REGION, region));
}

/** What a hook that failed is told as. */
export function hookFailed(name: string, region: string, cause: unknown): KongError {
  const fix = 'mend the hook, or what it calls; it is called before any traffic is moved';
  return new KongError('SWITCH_FAILED', `hook ${name} in ${region}: ${messageOf(cause)}`, { cause, fix });
}

/** A digest of what a hook calls, and of its undo. How long it may take is not part of it. */
export function hookFingerprint({ call, undo }: HookDefinition): string {
  return digestOf({ call, undo });
}
