import type { ErrorCode } from '../../model/errors.js';
import type { Experiment } from '../../model/experiment.js';
import type { Inventory } from '../../model/inventory.js';
import type { Blast, Forecast, Gate, Plan, PlannedStep } from '../../model/plan.js';
import type { NameCounts, ResolverSettings } from '../../model/resolution.js';
import type { Circumstances, Fact } from '../circumstances.js';
import type { Environment } from '../environment.js';
import type { Movable } from '../shift.js';
import type { SwitchFact } from '../switch-facts.js';

/** What the gates look at. */
export interface GateRequest {
  readonly experiment: Experiment;
  readonly inventory: Inventory;
  readonly environment: Environment;
  readonly steps: readonly PlannedStep[];
  readonly blast: Blast;
  readonly forecast: Forecast;
  readonly movable: Movable | undefined;
  /** What was in reach and is left alone. */
  readonly leftAlone: Plan['leftAlone'];
  /** The switches that the method sets. */
  readonly switches: readonly SwitchFact[];
  /** How things stand around the drill; undefined: only what the plan itself tells is asked. */
  readonly circumstances: Circumstances | undefined;
  /** What the resolver of kong.yaml answers now; undefined: there is none, or it was not asked. */
  readonly answers?: ResolverAnswers | undefined;
}

/** What a resolver says now of the names that are to move. */
export interface ResolverAnswers {
  readonly resolver: ResolverSettings;
  readonly names: readonly NameCounts[];
}

/** The same where the circumstances were read. */
export type InformedRequest = GateRequest & { readonly circumstances: Circumstances };

/** A gate, and whether it lets the drill through. */
export interface Verdict {
  readonly name: string;
  readonly code: ErrorCode;
  readonly passed: boolean;
  /** Lower case, no full stop, with the numbers. */
  readonly message: string;
  /** What to type or edit where it refuses. */
  readonly fix: string;
}

/** A verdict as a plan keeps it. */
export function gate({ name, code, passed, message, fix }: Verdict): Gate {
  return passed ? { name, code, passed, message } : { name, code, passed, message, fix };
}

/** A gate about something that was read: what could not be read refuses, with the reason. */
export function factGate<T>(
  named: Pick<Verdict, 'name' | 'code' | 'fix'>,
  fact: Fact<T>,
  judge: (value: T) => Pick<Verdict, 'passed' | 'message'>,
): Gate {
  if (fact.known) return gate({ ...named, ...judge(fact.value) });
  return gate({
    ...named,
    passed: false,
    message: `not known: ${fact.why}`,
    fix: 'give kong the permission to read it, or find out why it could not',
  });
}

/** The first few of a list, and how many more there are: `a, b and 3 more`. */
export function some(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** A share as a person reads it: `33.3 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}

/**
 * The longest that a drill goes on for by its own plan: the method, the recovery that its steady state may take, and a
 * rollback; in milliseconds.
 */
export function drillMs({ experiment, forecast }: Pick<GateRequest, 'experiment' | 'forecast'>): number {
  const settleMs = Math.max(0, ...experiment.steadyState.map((one) => one.settleMs));
  return (forecast.methodSeconds + forecast.rollbackSeconds) * 1_000 + settleMs;
}
