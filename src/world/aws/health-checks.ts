import type { AnswerView } from '../ports.js';
import { edgeGroup } from './build-balancer.js';
import type { HealthCheckRow } from './health-rows.js';
import type { RecordRow } from './rows.js';
import type { SimState } from './sim-state.js';

/** The region of the world that an endpoint is in, by a label of its name; undefined: it is nowhere. */
export function regionOfCheck(sim: SimState, { fqdn }: Pick<HealthCheckRow, 'fqdn'>): string | undefined {
  const labels = (fqdn ?? '').split('.');
  return sim.world.regions.find(({ name }) => labels.includes(name))?.name;
}

/** Whether an endpoint answers a probe now: some instance at the edge of its region serves. */
export function answersProbe(sim: SimState, check: Pick<HealthCheckRow, 'fqdn'>): boolean {
  const region = regionOfCheck(sim, check);
  const groups = sim.infra.at(sim.nowMs).regions.find((one) => one.region === region)?.groups ?? [];
  const edge = edgeGroup(sim.world);
  return groups.some(({ name, zones }) => (edge ?? name) === name && zones.some(({ serving }) => serving > 0));
}

/**
 * A check's probes are due: the status changes when enough of them in a row say otherwise. All checkers probe at the
 * same moment, and agree.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function healthDue(sim: SimState, id: string): void {
  const check = sim.store.healthChecks.get(id);
  if (!check || check.disabled) return;
  if (answersProbe(sim, check) === check.up) {
    if (check.streak > 0) sim.store.healthChecks.put({ ...check, streak: 0 });
    return;
  }
  const streak = check.streak + 1;
  const changes = streak >= check.threshold;
  sim.store.healthChecks.put(changes ? { ...check, up: !check.up, streak: 0 } : { ...check, streak });
}

/** What Route 53 takes a check for: a disabled one is healthy, and an inverted one the opposite. */
export function isHealthyCheck({ up, disabled, inverted }: HealthCheckRow): boolean {
  return (disabled || up) !== inverted;
}

/** A record as resolvers know it, with what it is answered by. */
export interface Candidate {
  readonly record: RecordRow;
  readonly answer: AnswerView;
  readonly healthy: boolean;
}

/**
 * What resolvers are given of a record, beside the others of its name: weights count only where the check is healthy,
 * and all of them where none is; of a failover pair the primary as long as it is healthy, or the secondary is not.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html
 */
export function routed({ record, answer, healthy }: Candidate, all: readonly Candidate[]): AnswerView {
  const own = all.filter((one) => one.record.name === record.name && one.record.type === record.type);
  const failover = record.served?.failover ?? null;
  if (failover !== null) return { ...answer, weight: failover === chosenOf(own) ? 1 : 0 };
  const anyone = own.some((one) => one.healthy && one.answer.weight > 0);
  return healthy || !anyone ? answer : { ...answer, weight: 0 };
}

function chosenOf(own: readonly Candidate[]): 'PRIMARY' | 'SECONDARY' {
  const primary = own.find((one) => one.record.served?.failover === 'PRIMARY');
  const secondary = own.find((one) => one.record.served?.failover === 'SECONDARY');
  return primary && (primary.healthy || !secondary?.healthy) ? 'PRIMARY' : 'SECONDARY';
}
