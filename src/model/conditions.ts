import type { Threshold } from './experiment.js';

/** What must hold outside a plan before its drill may begin: from kong.yaml, and from the experiment. */
export interface Conditions {
  /** A drill begins and ends within one of these; empty: at any time. */
  readonly windows: readonly TimeWindow[];
  readonly freezes: readonly Freeze[];
  /** CloudWatch alarms, `NAME` or `REGION/NAME`: any that is not OK keeps a drill from beginning. */
  readonly blockingAlarms: readonly string[];
  readonly errorBudget: ErrorBudget | undefined;
  readonly capacity: CapacityRule | undefined;
}

/** A stretch of each of some days, in local time. */
export interface TimeWindow {
  /** As a person reads it: `mon–fri 09:00–17:00 America/New_York`. */
  readonly text: string;
  /** The days on which it begins: 0 is Sunday. */
  readonly days: readonly number[];
  /** From local midnight, 0..1439. */
  readonly fromMinute: number;
  /** Exclusive, 1..1440. Not above `fromMinute`: it ends on the next day. */
  readonly toMinute: number;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
}

/** A time in which nothing is drilled. */
export interface Freeze {
  /** `2026-11-20`, from its first minute; or a time with its offset, `2026-11-20T18:00:00Z`. */
  readonly from: string;
  /** `2026-11-30`, to its last minute; or a time with its offset. */
  readonly to: string;
  readonly reason: string;
  /** Where the days begin. */
  readonly timeZone: string;
}

/** How much may go wrong over a window. */
export interface ErrorBudget {
  /** An SLI of the experiment, in percent. */
  readonly sli: string;
  /** `>= 99.99%` for one that should be high, `<= 0.01%` for one that should be low: always absolute. */
  readonly objective: Threshold;
  readonly windowMs: number;
}

/** How busy groups may be once the drill has taken capacity away. */
export interface CapacityRule {
  /** Where the metric is; undefined: `AWS/EC2`, and the namespaces of the experiment's own SLIs. */
  readonly namespace: string | undefined;
  /** In percent of an instance, one series per Auto Scaling group, by the dimension AutoScalingGroupName. */
  readonly metric: string;
  /** Of the capacity at the groups' maximum, 0..1. */
  readonly limit: number;
}

/** Nothing but the gates that need no settings. */
export const NO_CONDITIONS: Conditions = {
  windows: [],
  freezes: [],
  blockingAlarms: [],
  errorBudget: undefined,
  capacity: undefined,
};

/** What a group is measured by when nobody says: as EC2 publishes it, against the limit of the survivors' CPU. */
export const USUAL_CAPACITY: CapacityRule = { namespace: undefined, metric: 'CPUUtilization', limit: 0.8 };
