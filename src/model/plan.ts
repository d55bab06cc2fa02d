import type { AnyChange } from './change.js';
import type { Experiment, Step } from './experiment.js';
import type { Json } from './json.js';
import type { ResolutionPlan } from './resolution.js';

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
  /** Who could have been hit, and who is; absent where no instances are drawn. */
  readonly draw?: Draw;
  /** Over the changes: a saved plan whose text was edited does not match it. */
  readonly fingerprint: string;
  /** The gates that were to be passed by name, each with its reason, whether or not they refuse. */
  readonly overrides?: readonly OverrideRequest[];
  /** What to know before it is done, beside the changes: what is real where all else is simulated. */
  readonly notes?: readonly string[];
  /** How it will be seen whether members follow; absent where no records are moved. */
  readonly resolution?: ResolutionPlan;
  /** How long it takes from the end of a metric's period to its datapoint, where that is known: in the simulator. */
  readonly publishDelaySeconds?: number;
  /** What makes `kong plan`'s plan one that can be kept, and applied once; a drill's own plan has none. */
  readonly saved?: SavedAs;
}

/** How instances were drawn, candidate by candidate. */
export interface Draw {
  /** How many of how many, and how that was rounded: one line for all, or one a group. */
  readonly rules: readonly string[];
  /** Every instance of the region: drawn, or with the rule that dropped it. */
  readonly candidates: readonly {
    readonly id: string;
    readonly region: string;
    readonly zone: string;
    readonly group: string | null;
    readonly chosen: boolean;
    readonly why: string;
    /** The step that terminates it, from 1: none after that draws it. Absent: none does. */
    readonly endedBy?: number;
  }[];
}

/** One gate that a person passes by its name, and why. */
export interface OverrideRequest {
  readonly gate: string;
  readonly reason: string;
}

/** The life of a saved plan: used once, until it expires, where and how it was made. */
export interface SavedAs {
  /** Letters, digits and hyphens: it names a file. */
  readonly id: string;
  /** ISO 8601; the machine's own time, in the simulator too. */
  readonly savedAt: string;
  readonly expiresAt: string;
  /** The state folder or bucket, as it was given: where it is written that the plan was used. */
  readonly state: string;
  /** Every `--set` that it was made with. */
  readonly set: readonly string[];
  /** The simulated world; null on AWS. */
  readonly world: null | {
    /** Its file, as it was given; null: the world that kong brings. */
    readonly file: string | null;
    /** A digest of the world with its `--set world.…`: another world has other resources. */
    readonly hash: string;
  };
}

/** One step of the method with the changes it makes. A traffic shift has one batch per step of its ramp. */
export interface PlannedStep {
  readonly step: Step;
  readonly title: string;
  readonly batches: readonly (readonly AnyChange[])[];
  /** Ids of the instances that its fault drew by chance; absent where it draws none. */
  readonly drawn?: readonly string[];
  /** Its changes are among those of this fault's step: AWS FIS carries all of them out as one experiment. */
  readonly joins?: string;
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
  /** Whether `--override` may pass it. */
  readonly overridable?: boolean;
  /** It refuses, and was passed by its name all the same. */
  readonly overridden?: { readonly reason: string };
  /** What is not as it was planned, attribute by attribute. */
  readonly differences?: readonly Difference[];
}

/** Whether a drill is refused because of a gate. */
export function refuses(gate: Gate): boolean {
  return !gate.passed && gate.overridden === undefined;
}

/** The gates of a plan that refuse and were passed by name, as results and journals keep them. */
export function overridesOf({ gates }: Pick<Plan, 'gates'>): readonly OverrideNote[] {
  return gates.flatMap(({ name, message, passed, overridden }) =>
    passed || overridden === undefined ? [] : [{ gate: name, message, reason: overridden.reason }],
  );
}

/** A gate that refused and was passed by name. */
export interface OverrideNote {
  readonly gate: string;
  readonly message: string;
  readonly reason: string;
}

/** One thing that a saved plan says, and how it is now. */
export interface Difference {
  /** `subnet us-east-1/subnet-0a1` */
  readonly resource: string;
  readonly attribute: string;
  /** What the plan says that it is, before the drill; null: the plan does not have it. */
  readonly planned: Json;
  /** null: it is not there. */
  readonly now: Json;
  /** What it means, where the values do not say it. */
  readonly note?: string;
}

/** What it would cost. */
export interface Forecast {
  readonly writeCalls: number;
  readonly undoCalls: number;
  /** Injection to restored by the method's own waits, without the calls. */
  readonly methodSeconds: number;
  /** The worst case of a rollback: calls by their rate limits, switches and hooks by their own limits of time. */
  readonly rollbackSeconds: number;
}
