import { ingressRuleId } from '../changes/ingress-rule-name.js';
import type { IngressRule, SecurityGroup } from '../model/inventory.js';
import { contains } from './cidr.js';
import type { Fault, FaultChanges, FaultRequest, ProtoChange, TargetRegion } from './fault.js';
import { textOf } from './params.js';

const GROUP_NAME = { named: 'group', pattern: '[^\\x00-\\x1f]{1,255}', example: 'playback' } as const;

const PARAMS = {
  from: { kind: 'text', ...GROUP_NAME, means: 'the Auto Scaling group that calls' },
  to: { kind: 'text', ...GROUP_NAME, means: 'the Auto Scaling group that is called' },
} as const;

type Member = TargetRegion['instances'][number];

/**
 * Cuts one service off from another that it calls: the rules by which the called one's security groups let the
 * caller's in are taken away. Both go on running; what the caller does without an answer is what the drill shows.
 */
export const dependencyDeny: Fault = {
  name: 'dependency-deny',
  title: 'A service does not reach another',
  does: [
    'Takes away the rules by which the security groups of the called Auto Scaling group let those of the calling one',
    'in. Packets are dropped: the caller hears nothing until it gives up.',
  ].join(' '),
  fidelity: [
    'a tracked connection may go on until it is idle',
    'a called service behind a load balancer is called through that, whose own groups are not touched',
    'what is let in by address, prefix list or from another account is left alone, and then refused',
  ].join('; '),
  scopes: ['instance'],
  params: PARAMS,
  different: ['from', 'to'],
  attributes: ['ingressRule.exists'],
  irreversible: [],
  needs: ['securityGroups'],
  changes: (request) => {
    const { region } = request.targets.regions[0] ?? {};
    return region === undefined ? { changes: [], leftAlone: [] } : denyIn(region, request);
  },
};

function denyIn(region: string, request: FaultRequest): FaultChanges {
  const { scope } = request;
  const from = textOf(PARAMS, 'from', request.params);
  const to = textOf(PARAMS, 'to', request.params);
  if (scope.kind === 'instance' && (scope.pick.kind !== 'percent' || scope.pick.percent < 100)) {
    const why = 'a security group lets all of a service in, or none: write instance: { percent: 100 }';
    return { changes: [], leftAlone: [{ what: `asg ${region}/${to}`, why }] };
  }
  const missing = [from, to].filter((name) => membersOf(name, region, request).length === 0);
  if (missing.length > 0) {
    const why = 'has no instance that may be touched';
    return { changes: [], leftAlone: missing.map((name) => ({ what: `asg ${region}/${name}`, why })) };
  }
  const callers = membersOf(from, region, request);
  const called = membersOf(to, region, request);
  const sources = new Set(callers.flatMap((one) => one.securityGroups));
  const groups = groupsOf(called, region, request);
  const open = groups.flatMap((group) =>
    group.ingress.filter((rule) => stillLetsIn(rule, callers, region, request)).map((rule) => ({ group, rule })),
  );
  if (open.length > 0) {
    const notes = open.map(({ group, rule }) => ({
      what: `security group ${region}/${group.id}`,
      why: `lets ${from} in by ${rule.source.id} too: without that rule the calls would go on`,
    }));
    return { changes: [], leftAlone: notes };
  }
  const judged = groups.map((group) => ({ group, why: whyNot(group, region, request) }));
  return {
    leftAlone: [
      ...callers.map(({ id }) => ({ what: `instance ${region}/${id}`, why: 'calls the others, and goes on running' })),
      ...judged.flatMap(({ group, why }) =>
        why === undefined ? [] : [{ what: `security group ${region}/${group.id}`, why }],
      ),
    ],
    changes: judged
      .filter(({ why }) => why === undefined)
      .flatMap(({ group }) => group.ingress.flatMap((rule) => denied(rule, group, { sources, region, name: `${from} → ${to}` }))),
  };
}

function membersOf(group: string, region: string, { targets }: FaultRequest): readonly Member[] {
  const there = targets.regions.find((one) => one.region === region)?.instances ?? [];
  return there.filter((instance) => instance.group === group);
}

function groupsOf(called: readonly Member[], region: string, { inventory }: FaultRequest): readonly SecurityGroup[] {
  const ids = new Set(called.flatMap((one) => one.securityGroups));
  const there = inventory.regions.find((one) => one.region === region)?.securityGroups ?? [];
  return there.filter(({ id }) => ids.has(id));
}

/** Whether a rule that is not taken away lets the callers in all the same. */
function stillLetsIn(
  { source }: IngressRule,
  callers: readonly Member[],
  region: string,
  { inventory }: FaultRequest,
): boolean {
  if (source.kind === 'prefix-list') return true;
  if (source.kind !== 'ipv4') return false;
  const ids = new Set(callers.map(({ id }) => id));
  const there = inventory.regions.find((one) => one.region === region)?.instances ?? [];
  const addresses = there.filter(({ id }) => ids.has(id)).map(({ address }) => address);
  return addresses.some((address) => address === undefined || contains(source.id, address));
}

/** A group protects every instance that is in it. */
function whyNot({ id }: SecurityGroup, region: string, { targets, inventory }: FaultRequest): string | undefined {
  const kept = new Set(targets.regions.find((one) => one.region === region)?.instances.map((one) => one.id));
  const carriers = inventory.regions.find((one) => one.region === region)?.instances ?? [];
  const stranger = carriers.find((one) => one.securityGroups.includes(id) && !kept.has(one.id));
  return stranger && `also protects ${stranger.id}, which must not be touched`;
}

interface Denied {
  /** The caller and the called, for people. */
  readonly name: string;
  readonly sources: ReadonlySet<string>;
  readonly region: string;
}

function denied(rule: IngressRule, group: SecurityGroup, { sources, region, name }: Denied): readonly ProtoChange[] {
  const { protocol, ports, source, description } = rule;
  if (source.kind !== 'group' || !sources.has(source.id)) return [];
  const id = ingressRuleId({ group: group.id, protocol, ports, from: source.id });
  return [
    {
      kind: 'reversible',
      attribute: 'ingressRule.exists',
      resource: { type: 'security-group-rule', region, id, name: `${name} ${protocol} ${portsText(rule)}` },
      before: { description },
      after: null,
    },
  ];
}

function portsText({ ports }: IngressRule): string {
  if (ports === null) return 'all ports';
  return ports.from === ports.to ? String(ports.from) : `${ports.from}-${ports.to}`;
}
