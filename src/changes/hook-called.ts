import { KongError } from '../model/errors.js';
import type { HookCall, HookDefinition } from '../model/hook.js';
import { fieldsOf, type Json } from '../model/json.js';
import { resourceKey, type ResourceRef } from '../model/resource.js';
import {
  writeEach,
  type Attribute,
  type Driver,
  type ReadContext,
  type Relation,
  type Write,
  type WriteContext,
} from './driver.js';
import { documentState, sendDocument } from './hook-document.js';
import { hookFailed, hookFingerprint, type HookDone, type Hooks } from './hooks.js';
import { switchOf } from './switch-name.js';

/** A program on this machine may take its time; nobody shares its rate. */
const CALLS_PER_SECOND = 1;

/**
 * Whether a hook of the user's own has been called in a region.
 *
 * There is nothing to read: it counts as called until this process has called its undo, and that one has come to a
 * good end. So the undo is called at least once, also where an earlier process may have called it. The definition comes
 * from kong.yaml by name each time: one that is not there any more, or is another, is not called.
 */
export const hookCalled: Driver = {
  attribute: 'hook.called',
  // what is warm stays warm until traffic has left it
  role: 'capacity',
  gone: 'conflict',
  callsPerSecond: CALLS_PER_SECOND,
  batchSize: 1,
  callsFor: (changes) => changes,
  // nobody else calls it in this run's name, and before it is called there is nothing that could be compared
  foreign: 'leave',
  repeatable: true,
  readsApart: true,
  batchKey: (resource) => resourceKey(resource),
  relate,
  failure: (current) => {
    const { failed } = fieldsOf(current);
    return typeof failed === 'string' ? failed : undefined;
  },

  async readMany(resources, context) {
    const read = resources.map(async (resource): Promise<readonly [string, Json]> => {
      const { hooks } = found(resource, context);
      return [resource.id, await stateOf(hooks.done.get(keyOf(resource, context)), resource, context)];
    });
    return new Map(await Promise.all(read));
  },

  write: (batch, context) =>
    writeEach(batch, async (write) => {
      const { hooks, definition } = found(write.resource, context);
      const call = write.to === 'after' ? definition.call : definition.undo;
      const command = call && (await send(call, write, { hooks, definition, context }));
      const what = write.to === 'after' ? 'called' : 'undone';
      hooks.done.set(keyOf(write.resource, context), { what, ...(command === undefined ? {} : { command }) });
    }),
};

function relate(_write: Attribute, current: Json): Relation {
  if (current === null) return 'before';
  const { going } = fieldsOf(current);
  if (going === 'undo') return 'moving';
  return going === 'call' ? 'partly' : 'after';
}

/** `failed`: of the call it stops the drill; of the undo it is reason to call it again. */
async function stateOf(done: HookDone | undefined, { id, region }: ResourceRef, context: ReadContext): Promise<Json> {
  const isUndone = done?.what === 'undone';
  if (done?.command === undefined) return isUndone ? null : 'called';
  const state = await documentState(done.command, region, context);
  switch (state.kind) {
    case 'going':
      return { going: isUndone ? 'undo' : 'call' };
    case 'over':
      return isUndone ? null : 'called';
    case 'failed':
      return { failed: `hook ${switchOf(id).name} in ${region}: ${state.why}` };
  }
}

interface Sending {
  readonly hooks: Hooks;
  readonly definition: HookDefinition;
  readonly context: WriteContext;
}

/** @returns the command that goes on, where it is one of Systems Manager */
async function send(
  call: HookCall,
  { resource: { region }, to }: Write,
  { hooks, definition, context }: Sending,
): Promise<string | undefined> {
  if (call.kind === 'ssm') {
    const about = `${definition.name}${to === 'before' ? ' undo' : ''}`;
    try {
      return await sendDocument(call, { region, about }, context);
    } catch (error) {
      throw error instanceof KongError && error.code === 'AWS_REJECTED'
        ? hookFailed(definition.name, region, error)
        : error;
    }
  }
  await hooks.call(context.permit.for({ input: { definition, call, region } }));
  return undefined;
}

/** @throws KongError BAD_CONFIG where kong.yaml does not have it any more, or has another by its name */
function found(
  { id }: ResourceRef,
  { switches }: ReadContext,
): { readonly hooks: Hooks; readonly definition: HookDefinition } {
  const { name, fingerprint } = switchOf(id);
  const hooks = switches?.hooks;
  const definition = hooks?.definition(name);
  if (!hooks || !definition) {
    throw new KongError('BAD_CONFIG', `kong.yaml has no hook ${name} any more, so nothing was called`, {
      fix: `put ${name} back under hooks in kong.yaml as it was, then: kong rollback`,
    });
  }
  if (hookFingerprint(definition) === fingerprint) return { hooks, definition };
  throw new KongError('BAD_CONFIG', `hook ${name} in kong.yaml is not the one that was called, so it was left alone`, {
    fix: `put what ${name} calls back as it was in kong.yaml, then: kong rollback`,
  });
}

/** A process may roll back several runs, and each has called it for itself. */
function keyOf(resource: ResourceRef, { run }: ReadContext): string {
  return `${run} ${resourceKey(resource)}`;
}
