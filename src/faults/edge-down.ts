import type { Balancer } from '../model/inventory.js';
import type { Fault, FaultChanges, FaultRequest, TargetRegion } from './fault.js';
import { numberOf } from './params.js';
import { behindIn, isSelected } from './sends-to.js';

const PARAMS = {
  status: { kind: 'whole', min: 400, max: 599, default: 503, means: 'the status that members get' },
} as const;

/**
 * Takes the edge of a region out: its load balancers answer everything themselves, with an error, and send nothing on.
 * What is behind them is well. Does backup routing engage?
 */
export const edgeDown: Fault = {
  name: 'edge-down',
  title: 'Edge of a region answers with errors',
  does: [
    'Puts a rule before all others on every listener of the load balancers before the selected instances,',
    'which answers each request with a fixed error.',
  ].join(' '),
  fidelity: 'the load balancer answers at once, where a dead edge would not answer at all; network load balancers stay',
  scopes: ['region'],
  params: PARAMS,
  attributes: ['listenerRule.exists'],
  irreversible: [],
  needs: ['targets', 'balancers'],
  changes: (request) => {
    const made = request.targets.regions.map((target) => edgeOf(target, request));
    return { changes: made.flatMap((one) => one.changes), leftAlone: made.flatMap((one) => one.leftAlone) };
  },
};

function edgeOf(target: TargetRegion, request: FaultRequest): FaultChanges {
  const { region, balancers = [] } = target;
  const behind = behindIn(target, request);
  const why = (balancer: Balancer): string | undefined => {
    if (balancer.kind !== 'application') return `is a ${balancer.kind} load balancer, which has no rules`;
    return isSelected(balancer, behind, request) ? undefined : 'sends to nothing that is selected';
  };
  const listeners = balancers.filter((one) => why(one) === undefined).flatMap((one) => one.listeners);
  const full = listeners.filter((listener) => listener.firstPriority === 1);
  return {
    leftAlone: [
      ...balancers.flatMap((one) => {
        const reason = why(one);
        return reason === undefined ? [] : [{ what: `balancer ${region}/${one.name}`, why: reason }];
      }),
      ...full.map(({ arn }) => ({
        what: `listener ${region}/${arn}`,
        why: 'has a rule of priority 1: none can precede it',
      })),
    ],
    changes: listeners
      .filter((listener) => !full.includes(listener))
      .map(({ arn, firstPriority }) => ({
        kind: 'reversible' as const,
        attribute: 'listenerRule.exists' as const,
        resource: { type: 'listener' as const, region, id: arn },
        before: null,
        after: { priority: (firstPriority ?? 2) - 1, status: String(numberOf(PARAMS, 'status', request.params)) },
      })),
  };
}
