import type { AlarmState } from '../inventory/read-alarms.js';
import type { CredentialsLife } from '../inventory/read-credentials.js';
import type { FisExperiment } from '../inventory/read-fis.js';
import type { Refresh } from '../inventory/read-refreshes.js';
import type { Conditions } from '../model/conditions.js';
import type { BaselineVerdict } from '../sli/baseline.js';
import type { BudgetSeries } from '../sli/budget.js';
import type { GroupLoad } from '../sli/read-load.js';

/** What was read, or why it could not be. What could not be read is never a pass. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

/**
 * How things stand around a drill when it is planned: what the gates are held against, beside the plan itself. Plain
 * data; `undefined` where nobody asks for it.
 */
export interface Circumstances {
  /** From kong.yaml. The experiment's own conditions are asked beside them. */
  readonly site: Conditions;
  /** The machine's own time, milliseconds since the epoch; undefined in the simulator, which has no calendar. */
  readonly wallMs: number | undefined;
  readonly state: StateFacts;
  readonly runner: RunnerFacts;
  readonly refreshes: Fact<readonly Refresh[]>;
  /** Those that conditions name; undefined: none are named, or this is the simulator, which has none. */
  readonly alarms: Fact<readonly AlarmState[]> | undefined;
  /** Undefined in the simulator, where nobody else runs experiments. */
  readonly fis: Fact<readonly FisExperiment[]> | undefined;
  /** What the SLIs read over the baseline window that ends now. */
  readonly slis: Fact<BaselineVerdict>;
  /** The SLI of the error budget; undefined: there is no budget, or the experiment does not have its SLI. */
  readonly budget: Fact<readonly BudgetSeries[]> | undefined;
  /** How busy groups are; undefined where nothing loses capacity. */
  readonly loads: Fact<readonly GroupLoad[]> | undefined;
  readonly credentials: Fact<CredentialsLife>;
}

/** What the state folder says about other runs, read without taking the lock. */
export interface StateFacts {
  /** Who holds the lock of a region that this drill needs; undefined: nobody. */
  readonly heldBy: { readonly run: string; readonly text: string } | undefined;
  /** A run that has ended, or was killed, and left something changed; undefined: none. */
  readonly unfinished: { readonly run: string; readonly text: string } | undefined;
  readonly kept: StateKept;
}

/** Where the state is. Of a bucket the region may not be known. */
export type StateKept = { readonly kind: 'folder' } | { readonly kind: 'bucket'; readonly region: string | undefined };

/** Which machine kong itself runs on. */
export interface RunnerFacts {
  /** Its instance id, where somebody says so: KONG_RUNNER_INSTANCE. */
  readonly instance: string | undefined;
  /** Its own IPv4 addresses; empty where they are not comparable with those of instances. */
  readonly addresses: readonly string[];
}
