import { ingressRuleId } from '../changes/ingress-rule-name.js';
import { targetId } from '../changes/target-name.js';
import type { Balancer, SecurityGroup } from '../model/inventory.js';
import type { Fault, FaultChanges, FaultRequest, ProtoChange, TargetRegion } from './fault.js';
import { numberOf, textOf } from './params.js';
import { behindIn, isSelected, type Behind } from './sends-to.js';

const PARAMS = {
  by: {
    kind: 'choice',
    of: ['rule', 'targets', 'security-group'],
    default: 'rule',
    means: [
      'rule: every request is answered with an error; targets: nothing is behind the load balancer;',
      'security-group: nobody gets through to it, and hears nothing',
    ].join(' '),
  },
  status: {
    kind: 'whole',
    min: 400,
    max: 599,
    default: 503,
    means: 'the status that members get',
    appliesWhen: { by: 'rule' },
  },
} as const;

/**
 * Takes the edge of a region out at its load balancers: they answer with errors, have nothing behind them, or can't be
 * reached. What is behind them is well. Does backup routing engage?
 */
export const edgeDown: Fault = {
  name: 'edge-down',
  title: 'Edge of a region is out',
  does: [
    'Takes the load balancers before the selected instances out: by a rule before all others on every listener, which',
    'answers each request with a fixed error; by deregistering their targets; or by taking away all that their',
    'security groups let in.',
  ].join(' '),
  fidelity: [
    'by rule, the load balancer answers at once, where a dead edge would not answer at all; only those for HTTP have',
    'rules. Without targets it answers 503 by itself, and a group that launches meanwhile registers what it launches.',
    'By security group, tracked connections may go on until they are idle',
  ].join(' '),
  scopes: ['region'],
  params: PARAMS,
  attributes: ['listenerRule.exists', 'target.registered', 'ingressRule.exists'],
  irreversible: [],
  needs: ['targets', 'balancers', 'securityGroups'],
  changes: (request) => {
    const made = request.targets.regions.map((target) => edgeOf(target, request));
    return { changes: made.flatMap((one) => one.changes), leftAlone: made.flatMap((one) => one.leftAlone) };
  },
};

/** The load balancers of one region that are taken out. */
interface Edge {
  readonly region: string;
  readonly balancers: readonly Balancer[];
  readonly behind: Behind;
  readonly request: FaultRequest;
}

function edgeOf(target: TargetRegion, request: FaultRequest): FaultChanges {
  const { region, balancers = [] } = target;
  const behind = behindIn(target, request);
  const by = textOf(PARAMS, 'by', request.params);
  const why = (balancer: Balancer): string | undefined => {
    if (by === 'rule' && balancer.kind !== 'application') return `is a ${balancer.kind} load balancer, which has no rules`;
    return isSelected(balancer, behind, request) ? undefined : 'sends to nothing that is selected';
  };
  const left = balancers.flatMap((one) => {
    const reason = why(one);
    return reason === undefined ? [] : [{ what: `balancer ${region}/${one.name}`, why: reason }];
  });
  const edge = { region, balancers: balancers.filter((one) => why(one) === undefined), behind, request };
  const made = by === 'rule' ? answering(edge) : by === 'targets' ? emptied(edge) : shut(edge);
  return { changes: made.changes, leftAlone: [...left, ...made.leftAlone] };
}

function answering({ region, balancers, request }: Edge): FaultChanges {
  const listeners = balancers.flatMap((one) => one.listeners);
  const full = listeners.filter((listener) => listener.firstPriority === 1);
  return {
    leftAlone: full.map(({ arn }) => ({
      what: `listener ${region}/${arn}`,
      why: 'has a rule of priority 1: none can precede it',
    })),
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

function emptied({ region, balancers, behind }: Edge): FaultChanges {
  const arns = new Set(balancers.map(({ arn }) => arn));
  const own = behind.targets.filter((target) => target.balancers.some((arn) => arns.has(arn)));
  const kept = own.filter(({ instance }) => !behind.selected.has(instance));
  return {
    leftAlone: kept.map(({ instance }) => ({
      what: `instance ${region}/${instance}`,
      why: 'is not selected, and goes on answering for the load balancer',
    })),
    changes: own
      .filter((target) => behind.selected.has(target.instance))
      .map((target) => ({
        kind: 'reversible' as const,
        attribute: 'target.registered' as const,
        resource: {
          type: 'target' as const,
          region,
          id: targetId(target),
          name: `${target.instance} in ${target.name}`,
        },
        before: true,
        after: false,
      })),
  };
}

function shut(edge: Edge): FaultChanges {
  const { region, balancers, request } = edge;
  const { securityGroups = [] } = request.inventory.regions.find((one) => one.region === region) ?? {};
  const open = balancers.filter((one) => one.securityGroups.length === 0);
  const wanted = new Set(balancers.flatMap((one) => one.securityGroups));
  const judged = securityGroups
    .filter(({ id }) => wanted.has(id))
    .map((group) => ({ group, why: whyNotShut(group, edge) }));
  return {
    leftAlone: [
      ...open.map(({ name }) => ({ what: `balancer ${region}/${name}`, why: 'is in no security group' })),
      ...judged.flatMap(({ group, why }) =>
        why === undefined ? [] : [{ what: `security group ${region}/${group.id}`, why }],
      ),
    ],
    changes: judged.filter(({ why }) => why === undefined).flatMap(({ group }) => closing(group, region)),
  };
}

/** A security group protects everything that is in it, and is shut for all or for nobody. */
function whyNotShut({ id, ingress }: SecurityGroup, { region, balancers, request }: Edge): string | undefined {
  const there = request.inventory.regions.find((one) => one.region === region);
  const carrier = there?.instances.find((one) => one.securityGroups.includes(id));
  if (carrier) return `also protects ${carrier.id}, which is behind no door of its own`;
  const taken = new Set(balancers.map(({ arn }) => arn));
  const other = there?.balancers?.find((one) => one.securityGroups.includes(id) && !taken.has(one.arn));
  if (other) return `also protects the load balancer ${other.name}, which must not be touched`;
  return ingress.some(({ source }) => source.kind === 'foreign-group')
    ? 'lets in a group of another account, which kong does not write back'
    : undefined;
}

function closing({ id: group, ingress }: SecurityGroup, region: string): readonly ProtoChange[] {
  return ingress.map(({ protocol, ports, source, description }) => ({
    kind: 'reversible',
    attribute: 'ingressRule.exists',
    resource: { type: 'security-group-rule', region, id: ingressRuleId({ group, protocol, ports, from: source.id }) },
    before: { description },
    after: null,
  }));
}
