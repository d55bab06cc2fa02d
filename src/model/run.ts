import type { Json } from './json.js';
import type { Difference, OverrideNote } from './plan.js';
import type { NameCounts, ResolutionSeen, ResolutionStage } from './resolution.js';

/** How a drill ended. */
export type Outcome = 'held' | 'deviated' | 'aborted' | 'inconclusive' | 'refused' | 'interrupted' | 'failed';

/** The phases of a drill, in order. */
export type PhaseName = 'gates' | 'baseline' | 'method' | 'rollback' | 'verify' | 'recovery';

/** Why a drill stopped injecting. */
export type StopReason =
  | { readonly kind: 'completed' }
  | {
      readonly kind: 'breach';
      readonly sli: string;
      readonly series: string;
      readonly value: number | null;
      readonly breach: string;
      readonly at: string;
    }
  | { readonly kind: 'unmeasurable'; readonly sli: string; readonly message: string }
  | { readonly kind: 'interrupted'; readonly signal: string }
  /** The fault ended by itself while the method went on: what is seen without it says nothing. */
  | { readonly kind: 'ended-early'; readonly message: string }
  /** An escape that ended with the traffic out: nothing is put back. */
  | { readonly kind: 'left'; readonly because: 'asked' | 'interrupted' | 'error'; readonly message: string }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly fix?: string };

/** One thing that happened in a run, as written to events.ndjson and printed by `--format ndjson`. */
export type RunEvent = { readonly at: string } & RunEventBody;

/** An event without its time. */
export type RunEventBody =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly experiment: string;
      readonly hypothesis: string;
      readonly on: 'sim' | 'aws';
      readonly where: string;
      readonly changes: number;
      /** Breaches are told, and abort nothing. */
      readonly escape?: true;
      readonly slis: readonly {
        readonly id: string;
        readonly title: string;
        readonly unit: string;
        readonly expect: string | null;
        readonly breach: string | null;
      }[];
    }
  | { readonly type: 'phase'; readonly phase: PhaseName }
  | { readonly type: 'step'; readonly index: number; readonly of: number; readonly title: string }
  | {
      readonly type: 'gate';
      readonly name: string;
      readonly passed: boolean;
      readonly message: string;
      /** Why it was passed by name, though it refuses. */
      readonly overridden?: string;
      readonly differences?: readonly Difference[];
    }
  | {
      readonly type: 'baseline';
      readonly sli: string;
      readonly series: string;
      readonly mean: number;
      readonly points: number;
    }
  | {
      readonly type: 'sli';
      readonly sli: string;
      readonly series: string;
      readonly periodStart: string;
      readonly value: number | null;
      readonly verdict: 'ok' | 'off' | 'breach' | 'missing';
    }
  | {
      readonly type: 'changes';
      readonly direction: 'apply' | 'undo';
      readonly done: number;
      readonly of: number;
      readonly title: string;
    }
  /** Another process watches over the run, and rolls it back after so much silence. */
  | { readonly type: 'watched'; readonly pid: number; readonly afterSeconds: number }
  /** Something that was ended for good was replaced by the system. */
  | { readonly type: 'replaced'; readonly resource: string; readonly by: string; readonly afterSeconds: number }
  /** What a resolver answered for the names that a shift moves, where that is news. */
  | {
      readonly type: 'resolution';
      readonly stage: ResolutionStage;
      readonly resolver: string;
      /** The region that traffic leaves, or comes back to. */
      readonly region: string;
      readonly names: readonly NameCounts[];
    }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'stopping'; readonly reason: StopReason }
  | { readonly type: 'restored'; readonly restored: number; readonly conflicts: number; readonly remaining: number }
  | { readonly type: 'run-ended'; readonly outcome: Outcome; readonly summary: string; readonly exitCode: number };

/** An attribute as a result lists it. */
export interface AttributeNote {
  readonly attribute: string;
  readonly resource: string;
  readonly before: Json;
  readonly after: Json;
  /** What it reads now; undefined where it could not be read. */
  readonly now?: Json;
  readonly note?: string;
  /** No answer came: what can't be undone may have been done, or not. */
  readonly uncertain?: true;
  /** What became of what can't be undone. */
  readonly aftermath?: {
    /** `kept`: it does its work itself. `missing`: not replaced until the end. `unowned`: nobody is there to do so. */
    readonly state: 'replaced' | 'kept' | 'missing' | 'unowned' | 'unknown';
    /** Who replaced it, by id. */
    readonly by: string | null;
    readonly afterSeconds: number | null;
    /** Expectations that were off from the act until it was replaced, or to the end: `error-rate <= 0.1%`. */
    readonly noticed: readonly string[];
  };
}

/** `result.json`, and what `kong drill --format json` prints. */
export interface Result {
  readonly schema: 'kong/result/v1';
  readonly run: string;
  readonly experiment: string;
  readonly hypothesis: string;
  readonly on: 'sim' | 'aws';
  readonly where: string;
  readonly seed: number;
  readonly outcome: Outcome;
  /** One line: the outcome and why. */
  readonly summary: string;
  readonly exitCode: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly phases: readonly { readonly name: PhaseName; readonly startedAt: string; readonly endedAt: string }[];
  readonly blastRadius: {
    readonly instances: number;
    readonly autoScalingGroups: number;
    readonly subnets: number;
    readonly records: number;
    readonly share: number;
  };
  readonly slis: Readonly<Record<string, SliResult>>;
  readonly steadyState: readonly {
    readonly sli: string;
    readonly expect: string;
    readonly held: boolean;
    readonly offSeconds: number;
    readonly settleSeconds: number;
  }[];
  readonly objectives: {
    readonly rto: {
      readonly targetSeconds: number | null;
      readonly achievedSeconds: number | null;
      readonly met: boolean | null;
    };
    readonly rpo: {
      readonly targetSeconds: number | null;
      readonly achievedSeconds: number | null;
      readonly met: boolean | null;
    };
  };
  /** How replication came through the fault, where the link between regions was hit. The worst of all directions. */
  readonly replication?: {
    /** The id of an SLI, or `marker`. */
    readonly measuredBy: string;
    /** Before the fault, the mean; null, here and below: not known. */
    readonly beforeSeconds: number | null;
    /** What had not arrived when the fault came. */
    readonly atFaultSeconds: number | null;
    /** The furthest that a side fell behind. */
    readonly peakSeconds: number | null;
    /** The last that was measured. */
    readonly afterSeconds: number | null;
    /** From when the fault was taken back to when all had caught up for good; null: not, or not known. */
    readonly caughtUpSeconds: number | null;
    readonly atEnd: 'caught-up' | 'behind' | 'unknown';
  };
  /** Whether a resolver followed the shift and the return; absent where no records were to be moved. */
  readonly resolution?: ResolutionSeen;
  /** What `observe: failover` saw; absent where nothing was observed. */
  readonly failover?: FailoverSeen;
  readonly abort: null | {
    readonly sli: string;
    readonly series: string;
    readonly value: number | null;
    readonly breach: string;
    /** End of the period that made the rule fire. */
    readonly at: string;
  };
  readonly error: null | {
    readonly code: string;
    readonly message: string;
    readonly fix: string | null;
    /** Every gate that refused. */
    readonly gates?: readonly RefusingGate[];
  };
  /** The gates that refused and were passed by name. */
  readonly overrides?: readonly OverrideNote[];
  readonly rollback: {
    readonly reason: string;
    readonly startedAt: string | null;
    readonly endedAt: string | null;
    /** From the end of the period that breached to the first call that puts something back; as `timing.firstCallMs`. */
    readonly firstCallAfterBreachMs: number | null;
    /**
     * What a breach took, in milliseconds from `breachAt`; null where there was none. CloudWatch's own delay, from the
     * end of a period to its datapoint, is in all of them.
     */
    readonly timing: null | {
      /** End of the period that breached: the earliest that anybody could know. */
      readonly breachAt: string;
      /** When kong had read it and decided to roll back. */
      readonly decidedMs: number | null;
      /** When the first and the last call left that put something back; null: there was none. */
      readonly firstCallMs: number | null;
      readonly lastCallMs: number | null;
      /** When the steady state was back for good; null: it was not. */
      readonly steadyMs: number | null;
    };
    readonly restored: number;
    readonly conflicts: readonly AttributeNote[];
    readonly irreversible: readonly AttributeNote[];
    readonly remaining: readonly AttributeNote[];
  };
  readonly findings: readonly { readonly id: string; readonly evidence: string; readonly suggestion: string }[];
  /** Who watched over the run, where somebody did: on the same machine. */
  readonly watchdog?: { readonly pid: number; readonly afterSeconds: number };
  readonly awsCalls: {
    readonly read: number;
    readonly write: number;
    readonly throttled: number;
    /** How often each operation was called: what the drill cost, and where to look when it costs too much. */
    readonly byOperation: Readonly<Record<string, number>>;
  };
}

/** Whether a system failed over by itself, by its steady state: in seconds from the fault. */
export interface FailoverSeen {
  readonly withinSeconds: number;
  /** The steady state was back in time, and the traffic had left where that was asked; null: it could not be told. */
  readonly engaged: boolean | null;
  /** End of the first period in which it was off; null: it never was. */
  readonly feltSeconds: number | null;
  /** When it was back for good; null: it was not, as long as the fault lasted. */
  readonly recoveredSeconds: number | null;
  /** What became of the traffic of the dark region; absent where no SLI counts it. */
  readonly traffic?: TrafficSeen;
}

/** How much of a dark region's traffic arrived in its survivors. */
export interface TrafficSeen {
  readonly sli: string;
  /** Of what the region had before, in the last minute of the fault; 0..1; null: it could not be told. */
  readonly share: number | null;
  /** When most of it had arrived for good; null: it had not, or it could not be told. */
  readonly leftSeconds: number | null;
}

/** A gate that refused a drill. */
export interface RefusingGate {
  readonly gate: string;
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
  /** Whether `--override` would have passed it. */
  readonly overridable?: boolean;
  /** What is not as a saved plan says. */
  readonly differences?: readonly Difference[];
}

/** What an SLI did before, during and after a drill, in its unit. */
export interface SliResult {
  readonly title: string;
  readonly unit: string;
  /** Mean over the baseline; null without data. */
  readonly before: number | null;
  /** The worst value while the drill ran. */
  readonly peak: number | null;
  /** Mean of the last settled minute. */
  readonly after: number | null;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly { readonly at: string; readonly value: number | null }[];
  }[];
}
