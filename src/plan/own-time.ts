import type { HookDefinition } from '../model/hook.js';
import type { OwnSeconds } from './forecast.js';
import { hookId } from './hooks.js';
import type { SwitchFact } from './switch-facts.js';

/** A switch is asked what it says, told what it said before, and asked again. */
const SWITCH_TURNS = 3;

/** How long it takes at worst to put the user's own back: each command and request uses up its own limit of time. */
export function undoSecondsOf(switches: readonly SwitchFact[], hooks: readonly HookDefinition[]): OwnSeconds {
  const own = new Map<string, number>([
    ...switches.flatMap(({ resource, timeoutMs }) =>
      timeoutMs === undefined ? [] : [[`switch ${resource.id}`, (SWITCH_TURNS * timeoutMs) / 1_000] as const],
    ),
    ...hooks.map((hook) => [`hook ${hookId(hook)}`, hookSeconds(hook)] as const),
  ]);
  return ({ resource }) => own.get(`${resource.type} ${resource.id}`);
}

/** How long a document runs is its own: its limit is what its owner says that it takes. */
function hookSeconds({ undo, timeoutMs }: HookDefinition): number {
  return undo ? timeoutMs / 1_000 : 0;
}
