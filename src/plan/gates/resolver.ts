import type { Gate } from '../../model/plan.js';
import { isAskable } from '../../model/resolution.js';
import { gate, some, type GateRequest } from './gate.js';

/** Whether the resolver of kong.yaml answers for what is to move: what it can't tell now, it can't tell after it. */
export function resolverGates({ answers }: GateRequest): readonly Gate[] {
  if (!answers) return [];
  const asked = answers.names.filter(({ type }) => isAskable(type));
  const dumb = asked.filter(({ unknown }) => unknown > 0);
  const { address } = answers.resolver;
  return [
    gate({
      name: 'resolver',
      code: 'REFUSED',
      passed: dumb.length === 0,
      message:
        dumb.length === 0
          ? `${address} says of ${asked.length} of ${answers.names.length} names where they lead`
          : `${address} does not say where they lead: ${some(dumb.map(({ name, type, why }) => `${name} ${type}: ${why ?? ''}`))}`,
      fix: 'mend the resolver, or take it out of kong.yaml: then nobody looks whether members follow',
    }),
  ];
}
