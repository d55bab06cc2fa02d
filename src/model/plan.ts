import type { AnyChange } from './change.js';
import type { Experiment, Step } from './experiment.js';

/** What a drill would do, as data: what is reviewed, saved, and applied exactly as saved. */
export interface Plan {
  readonly schema: 'kong/plan/v1';
  readonly experiment: Experiment;
  readonly on: 'sim' | 'aws';
  /**
   * Where it would run, for people: `the simulated world streaming`, `account 123456789012`, `http://127.0.0.1:5555`.
   */
  readonly where: string;
  /** Account, or the world's name: with the regions, what the lock is about. */
  readonly account: string;
  /** The endpoint that it was made on; null: the SDK's own. */
  readonly endpoint: string | null;
  /** Every region that the experiment touches or reads. */
  readonly regions: readonly string[];
  readonly seed: number;
  readonly createdAt: string;
  readonly steps: readonly PlannedStep[];
  readonly blast: Blast;
  readonly gates: readonly Gate[];
  readonly forecast: Forecast;
  /** What was in reach and is left alone, each with its reason. */
  readonly leftAlone: readonly { readonly what: string; readonly why: string }[];
  /** Over the changes: a saved plan whose text was edited does not match it. */
  readonly fingerprint: string;
}

/** One step of the method with the changes it makes. A traffic shift has one batch per step of its ramp. */
export interface PlannedStep {
  readonly step: Step;
  readonly title: string;
  readonly batches: readonly (readonly AnyChange[])[];
}

/** Who is hit, counted. */
export interface Blast {
  readonly instances: number;
  readonly autoScalingGroups: number;
  readonly subnets: number;
  readonly records: number;
  /** Instances hit, of all instances of the environment, 0..1. */
  readonly share: number;
  readonly byGroup: readonly BlastShare[];
  readonly byZone: readonly BlastShare[];
}

/** How much of one group or zone is hit. */
export interface BlastShare {
  readonly name: string;
  readonly hit: number;
  readonly of: number;
}

/** A reason not to begin, and whether it applies. */
export interface Gate {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
  readonly fix?: string;
  /** The error code with which a drill is refused. */
  readonly code: string;
}

/** What it would cost. */
export interface Forecast {
  readonly writeCalls: number;
  readonly undoCalls: number;
  /** Injection to restored by the method's own waits, without the calls. */
  readonly methodSeconds: number;
  /** The worst case of a rollback, from the number of calls and the rate limits. */
  readonly rollbackSeconds: number;
}
