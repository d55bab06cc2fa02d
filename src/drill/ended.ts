import type { CallCounts } from '../aws/calls.js';
import type { Plan } from '../model/plan.js';
import type { RefusingGate, Result, StopReason } from '../model/run.js';
import type { Recovery } from '../sli/recovery.js';
import type { Unreplicated } from './unreplicated.js';

/** What a drill knows at its end. */
export interface Ended {
  readonly plan: Plan;
  readonly run: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly stop: StopReason | undefined;
  readonly refusal:
    | {
        readonly code: string;
        readonly message: string;
        readonly fix: string | undefined;
        /** The gates, where it was they that refused. */
        readonly gates?: readonly RefusingGate[];
      }
    | undefined;
  readonly phases: Result['phases'];
  readonly slis: Result['slis'];
  /** From the injection to the end, or from the first step where nothing was injected; undefined: none began. */
  readonly whole: Recovery | undefined;
  /** No step changed anything. */
  readonly isEmpty: boolean;
  /** Whether the steady state could be told, and held, once everything was restored; undefined: was not looked at. */
  readonly steadyAtEnd: 'steady' | 'off' | 'unknown' | undefined;
  /** Milliseconds from the fault to the steady state; undefined: it did not come back, or there was no fault. */
  readonly rtoMs: number | undefined;
  /** How long the fault lasted without the steady state coming back; undefined: it came, or that is not known. */
  readonly stillOffMs?: number;
  /** How replication came through; undefined: it was not measured. */
  readonly replication?: Result['replication'] | undefined;
  /** What was seen of a failover that the system makes by itself; undefined: nothing was observed. */
  readonly failover?: Result['failover'];
  /** Whether resolvers followed; undefined: no records were to be moved. */
  readonly resolution?: Result['resolution'] | undefined;
  /** What S3 did not replicate, and never will by itself. */
  readonly unreplicated?: readonly Unreplicated[];
  readonly rollback: Omit<Result['rollback'], 'reason'>;
  readonly calls: CallCounts;
  readonly watchdog?: Result['watchdog'];
}
