import { hookFingerprint } from '../changes/hooks.js';
import { switchId } from '../changes/switch-name.js';
import type { ProtoChange } from '../faults/fault.js';
import { formatDuration } from '../model/duration.js';
import type { Experiment } from '../model/experiment.js';
import type { HookCall, HookDefinition } from '../model/hook.js';
import { withoutQuery } from '../model/switch.js';
import type { Environment } from './environment.js';

/** The hooks that a method names. */
export function hooksNamed({ method }: Experiment, definitions: readonly HookDefinition[]): readonly HookDefinition[] {
  const named = new Set(method.map((step) => (step.kind === 'prewarm' ? step.caches : undefined)));
  return definitions.filter(({ name }) => named.has(name));
}

/** The change that is a hook being called in a region. */
export function hookChanges(
  name: string | undefined,
  region: string,
  definitions: readonly HookDefinition[],
): readonly ProtoChange[] {
  return definitions
    .filter((one) => one.name === name)
    .map((one) => ({
      kind: 'reversible',
      attribute: 'hook.called',
      resource: { type: 'hook', region, id: hookId(one), name: one.name },
      before: null,
      after: one.undo ? 'called' : 'called, and nothing to undo',
      // AWS asks about documents, and a journal holds no more of a hook than its digest
      memo: [one.call, one.undo].flatMap((call) => (call?.kind === 'ssm' ? [call.document] : [])),
    }));
}

/** What a hook's resource is called. */
export function hookId(definition: HookDefinition): string {
  return switchId({ name: definition.name, fingerprint: hookFingerprint(definition) });
}

/** What is to be known of hooks before they are called: what is real where all else is simulated. */
export function hookNotes(hooks: readonly HookDefinition[], { on }: Pick<Environment, 'on'>): readonly string[] {
  return hooks.map(({ name, call, undo, timeoutMs }) => {
    const real = on === 'sim' && isOwnHook({ call, undo }) ? ', and not simulated' : '';
    const counted = undo?.kind === 'ssm' ? `, for which the forecast counts ${formatDuration(timeoutMs)}` : '';
    const back = undo ? `; its undo ${callText(undo)}${counted}` : '; there is nothing to undo';
    return `${name} is your own${real}: in each survivor it ${callText(call)}${back}`;
  });
}

/** Whether some of a hook is not AWS's, and so not simulated either. */
export function isOwnHook({ call, undo }: Pick<HookDefinition, 'call' | 'undo'>): boolean {
  return [call, undo].some((one) => one !== undefined && one.kind !== 'ssm');
}

function callText(call: HookCall): string {
  switch (call.kind) {
    case 'command':
      return `runs ${JSON.stringify(call.argv)}`;
    case 'http':
      return `sends ${call.request.method} ${withoutQuery(call.request.url)}`;
    case 'ssm':
      return `runs the document ${call.document} on instances with ${tagsText(call.tags)}`;
  }
}

function tagsText(tags: Extract<HookCall, { kind: 'ssm' }>['tags']): string {
  return Object.entries(tags)
    .map(([key, values]) => `${key} ${values.join(' or ')}`)
    .join(' and ');
}
