import type { Conditions } from './conditions.js';
import type { ParamValues } from './param.js';

/**
 * An experiment as parsed: every duration in milliseconds, every share as a ratio 0..1, every default filled in.
 * `experiment/` makes it from YAML; everything else trusts it.
 */
export interface Experiment {
  readonly name: string;
  readonly hypothesis: string;
  readonly owner: string | undefined;
  readonly blastRadius: BlastRadius;
  readonly slis: readonly Sli[];
  readonly steadyState: readonly Expectation[];
  readonly abort: Abort;
  readonly pollMs: number;
  readonly baselineMs: number;
  readonly objectives: { readonly rtoMs: number | undefined; readonly rpoMs: number | undefined };
  /** The longest that a rollback may take; undefined: no limit. */
  readonly rollbackWithinMs: number | undefined;
  readonly method: readonly Step[];
  /** Undefined: replication is measured by an SLI, or not at all. */
  readonly marker?: Marker;
  /** Used in anger: nothing is broken, and traffic never goes back to the region by itself. */
  readonly escape?: true;
  /** What must hold before a drill begins, beside what kong.yaml says; undefined: nothing more. */
  readonly conditions?: Conditions;
  /** Who carries the faults out; undefined: kong itself. */
  readonly engine?: 'fis';
  readonly fis?: FisSettings;
}

/** What AWS Fault Injection Service is given. */
export interface FisSettings {
  /** ARN of the IAM role by which it acts; undefined: kong.yaml says. */
  readonly role: string | undefined;
  /** CloudWatch alarms, by name or ARN, that make it stop by itself. */
  readonly stopAlarms: readonly string[];
}

/** Small objects that are written on one side and looked for on the other, to see what has arrived. */
export interface Marker {
  readonly from: BucketPlace;
  readonly to: BucketPlace;
  /** What the keys begin with; ends with a slash. */
  readonly prefix: string;
  /** How far apart they are written, and looked for. */
  readonly everyMs: number;
  /** For how long markers are written before anything else is done, so that some have arrived. */
  readonly leadMs: number;
}

/** A bucket, and where it is. */
export interface BucketPlace {
  readonly region: string;
  readonly bucket: string;
}

/** What breaks. */
export type Scope =
  | { readonly kind: 'region'; readonly region: string }
  | { readonly kind: 'az'; readonly region: string; readonly zone: string }
  | { readonly kind: 'link'; readonly regions: readonly [string, string] }
  | { readonly kind: 'instance'; readonly region: string; readonly pick: Pick };

/**
 * How many of the candidates are hit: of all together, or of each group. `percent` rounds down, but never to none.
 * `ids` names them.
 */
export type Pick =
  | { readonly kind: 'count'; readonly count: number; readonly per: DrawnFrom }
  | { readonly kind: 'percent'; readonly percent: number; readonly per: DrawnFrom }
  | { readonly kind: 'ids'; readonly ids: readonly string[] };

/** What a number of instances is drawn from: all candidates together, or each Auto Scaling group for itself. */
export type DrawnFrom = 'all' | 'group';

/** How much may break, and what must not. */
export interface BlastRadius {
  readonly scope: Scope;
  readonly survivors: readonly string[];
  readonly select: Select;
  readonly limits: Limits;
  /** Kinds of irreversible change that the experiment's author allowed. */
  readonly allowIrreversible: readonly string[];
  readonly allowEmpty: boolean;
}

/** What narrows the targets. Several tags: all must match. Several values of one tag: any. */
export interface Select {
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /**
   * What has to carry them. `target`: each instance and subnet itself, and of groups those that one of these belongs
   * to. `group`: the group of an instance. Undefined: either, or what a subnet holds.
   */
  readonly tagsOn?: 'target' | 'group';
  /** Auto Scaling groups by name; empty: any. A name that does not exist is an error. */
  readonly groups: readonly string[];
  /** DNS names whose records a shift may move; empty: every weighted record of the region. */
  readonly domains: readonly string[];
}

/** More than any of these: refused, nothing changed. Undefined: no such limit. */
export interface Limits {
  readonly instances: number | undefined;
  readonly groups: number | undefined;
  /** Of all instances of the environment, 0..1. */
  readonly share: number | undefined;
  /** Healthy instances that each group must keep outside the blast. */
  readonly minHealthy: number | undefined;
}

/** A service level indicator: a number that members would feel. */
export interface Sli {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly metrics: readonly Metric[];
  /** Over the names in `metrics`; see experiment/expression.ts. */
  readonly expression: Expression;
  readonly periodMs: number;
  /** `region`: one series per surviving region. `global`: one, read in `region`. */
  readonly per: 'region' | 'global';
  /** Where a global SLI is read; undefined: the first survivor. */
  readonly region: string | undefined;
  readonly missing: MissingPolicy;
}

/** What no datapoint means: a breach, the value 0, the last value again, or nothing. */
export type MissingPolicy = 'breach' | 'zero' | 'hold' | 'ignore';

/** One metric in CloudWatch. */
export interface Metric {
  /** Its name in the expression. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99. */
  readonly stat: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A parsed SLI expression. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'metric'; readonly id: string }
  | { readonly kind: 'negate'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly fn: 'min' | 'max'; readonly args: readonly Expression[] };

/** How a value is held against a limit. */
export type Comparison = '<' | '<=' | '>' | '>=';

/** `< 97%`, `<= baseline + 50ms`, `> baseline * 1.5`. */
export interface Threshold {
  readonly text: string;
  readonly op: Comparison;
  readonly limit:
    | { readonly kind: 'absolute'; readonly value: number }
    | { readonly kind: 'baseline'; readonly factor: number; readonly offset: number };
}

/** One part of the steady-state hypothesis. */
export interface Expectation {
  readonly sli: string;
  readonly expect: Threshold;
  /** How long the SLI may be off while the system recovers. 0: never. */
  readonly settleMs: number;
}

/** When to stop and roll back. */
export interface Abort {
  /** No datapoint for this long is a breach, unless the SLI's own policy says otherwise. */
  readonly missingDataMs: number;
  readonly when: readonly AbortRule[];
}

/** Fires when at least `count` of the last `of` datapoints are beyond the threshold. */
export interface AbortRule {
  readonly sli: string;
  readonly breach: Threshold;
  readonly count: number;
  readonly of: number;
}

/** One step of the method. */
export type Step =
  | {
      readonly kind: 'prewarm';
      readonly capacity: number;
      /** The hook of kong.yaml that warms the survivors' caches; undefined: none. */
      readonly caches?: string;
    }
  | {
      readonly kind: 'fault';
      readonly fault: string;
      /** Each as its fault's parameter says, defaults filled in. */
      readonly params: ParamValues;
    }
  | {
      readonly kind: 'shift';
      readonly to: readonly string[] | 'survivors';
      readonly steps: readonly number[];
      readonly everyMs: number;
      /** A switch by which the traffic moves; undefined: by DNS records. */
      readonly via?: ShiftVia;
      /** Absent: all names move together. */
      readonly tiers?: Tiers;
    }
  | {
      /** The traffic stays out: until somebody says so, until `kong rollback`, or for so many milliseconds. */
      readonly kind: 'stay';
      readonly until: 'told' | 'rollback' | number;
    }
  | {
      /** Nothing is shifted: does the system fail over by itself, and how soon? */
      readonly kind: 'observe';
      readonly withinMs: number;
      /** An SLI that counts what each region is asked: whether that leaves the dark one; absent: nobody looks. */
      readonly traffic?: string;
    }
  | { readonly kind: 'switch'; readonly name: string; readonly to: string }
  | { readonly kind: 'isolate'; readonly by: IsolateBy }
  | { readonly kind: 'hold'; readonly forMs: number }
  | { readonly kind: 'restore'; readonly what: string }
  | {
      readonly kind: 'return';
      readonly steps: readonly number[];
      readonly everyMs: number;
      /** Those of the shift, the other way round. */
      readonly tiers?: Tiers;
    };

/** The switch by which traffic moves. */
export interface ShiftVia {
  readonly name: string;
  /** By the share that is gone, 0..1, what is written then; undefined: the percent that is left, `75`. */
  readonly values: readonly { readonly gone: number; readonly value: string }[] | undefined;
}

/** What keeps what is broken and what is whole from calling one another. */
export type IsolateBy =
  | { readonly kind: 'routes' }
  | { readonly kind: 'switch'; readonly name: string; readonly to: string }
  | {
      readonly kind: 'parameter';
      readonly parameter: string;
      /** Undefined: that of each survivor. */
      readonly region: string | undefined;
      readonly to: string;
    };

/** What a step's `restore` calls it. */
export const ISOLATE = 'isolate';

/** The name by which a `restore` takes a step back; undefined: none does. */
export function restoreNameOf(step: Step): string | undefined {
  switch (step.kind) {
    case 'fault':
      return step.fault;
    case 'switch':
      return step.name;
    case 'isolate':
      return ISOLATE;
    case 'prewarm':
    case 'shift':
    case 'return':
    case 'observe':
    case 'stay':
    case 'hold':
    case 'restore':
      return undefined;
  }
}

/**
 * DNS names that move together, in the order in which they move within each step of a ramp. `REST` stands for every
 * name that no tier has.
 */
export type Tiers = readonly (readonly string[])[];

/** The tier of all names that are in no other. */
export const REST = 'rest';
