import { whyNotOneOf, whyNotWritable } from '../../changes/switch-text.js';
import { attributeKey } from '../../model/change.js';
import type { Gate } from '../../model/plan.js';
import type { SwitchFact } from '../switch-facts.js';
import { regionGate } from './allowed.js';
import { gate, some, type GateRequest } from './gate.js';

/** Whether every switch says what it is set to now, and can be set to what it is to be, and back. */
export function switchGates(request: GateRequest): readonly Gate[] {
  const { switches, environment } = request;
  if (switches.length === 0) return [];
  const unread = switches.flatMap(({ name, now }) => (now.known ? [] : [`${name}: ${now.why}`]));
  const unfit = switches.flatMap((one) => whyUnfit(one, request));
  const known = switches.filter(({ now }) => now.known);
  return [
    gate({
      name: 'switch.read',
      code: 'REFUSED',
      passed: unread.length === 0,
      message: unread.length === 0 ? some(known.map(textOf)) : `can't be read: ${unread.join('; ')}`,
      fix: 'look at it with `kong doctor`, and mend what keeps it from being read',
    }),
    gate({
      name: 'switch.values',
      code: 'REFUSED',
      passed: unfit.length === 0,
      message: unfit.length === 0 ? 'can be set, and set back' : unfit.join('; '),
      fix: "check `values` of the switch in kong.yaml, and the experiment's own",
    }),
    ...(environment.amazon
      ? [
          regionGate({
            name: 'switch.region',
            wanted: switches.flatMap(({ way }) => (way.kind === 'parameter' ? [way.region] : [])),
            allowed: environment.allowed.regions,
            passed: 'parameters are where drills may run',
          }),
        ]
      : []),
  ];
}

function textOf({ name, now }: SwitchFact): string {
  return now.known ? `${name} is ${JSON.stringify(now.value.slice(0, 80))}` : name;
}

/** The value before is asked too: it has to be put back. */
function whyUnfit(one: SwitchFact, { steps }: GateRequest): readonly string[] {
  if (!one.now.known) return [];
  const own = steps
    .flatMap(({ batches }) => batches.flat())
    .filter((change) => attributeKey(change) === attributeKey(one))
    .flatMap((change) => (change.kind === 'reversible' && typeof change.after === 'string' ? [change.after] : []));
  return [...new Set([one.now.value, ...own])].flatMap((value) => {
    const why = whyNotOneOf(one, value) ?? whyNotWritable(one.way, value);
    return why === undefined ? [] : [`${one.name}: ${JSON.stringify(value.slice(0, 80))} ${why}`];
  });
}
