import type { ListenerRow, ListenerRule, TargetRegistration } from './balancer-rows.js';
import type { GroupRow, InstanceRow } from './rows.js';
import type { SimState } from './sim-state.js';

/** How long a target that is deregistered goes on with what it has: the default of a target group. */
const DRAINING_MS = 300_000;

/** The registrations of an instance once it is registered with target groups. */
export function registered(
  { targets }: Pick<InstanceRow, 'targets'>,
  groups: readonly Omit<TargetRegistration, 'drainsMs'>[],
): readonly TargetRegistration[] {
  const kept = targets.filter((one) => !groups.some(({ group }) => group === one.group));
  return [...kept, ...groups.map((one) => ({ ...one, drainsMs: null }))];
}

/** The registrations of an instance once it is deregistered from target groups: it drains first. */
export function deregistered(
  sim: SimState,
  { targets }: Pick<InstanceRow, 'targets'>,
  groups: readonly string[],
): readonly TargetRegistration[] {
  return targets.map((one) =>
    groups.includes(one.group) && one.drainsMs === null ? { ...one, drainsMs: sim.nowMs + DRAINING_MS } : one,
  );
}

/** The registrations that an Auto Scaling group gives its members. */
export function ofGroup(sim: SimState, { targetGroups }: GroupRow): readonly Omit<TargetRegistration, 'drainsMs'>[] {
  return targetGroups.flatMap((group) => {
    const port = sim.store.targetGroups.get(group)?.port;
    return port === undefined ? [] : [{ group, port }];
  });
}

/** When an instance's next registration is over; undefined: none is draining. */
export function nextDrained({ targets }: Pick<InstanceRow, 'targets'>): number | undefined {
  const moments = targets.flatMap(({ drainsMs }) => drainsMs ?? []);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** Forgets registrations that have drained. */
export function withoutDrained(row: InstanceRow, nowMs: number): InstanceRow {
  const next = nextDrained(row);
  if (next === undefined || next > nowMs) return row;
  return { ...row, targets: row.targets.filter(({ drainsMs }) => drainsMs === null || drainsMs > nowMs) };
}

/**
 * Whether a listener sends members' requests to a target group: the first of its rules that matches decides.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export function forwardsTo({ rules }: ListenerRow, group: string): boolean {
  const last = rules.find(({ priority }) => priority === null);
  const sorted = rules
    .filter(({ priority }) => priority !== null)
    .toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  const rule = sorted.find(matchesAll) ?? last;
  return rule?.action.kind === 'forward' && rule.action.to.some((one) => one.group === group && one.weight > 0);
}

/** Members ask for any path of any host: only a rule for all of them decides about all of them. */
function matchesAll({ conditions }: ListenerRule): boolean {
  return conditions.every(({ values }) => values.some((value) => /^\/?\*$/.test(value)));
}
