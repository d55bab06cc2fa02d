import type { CallLog } from '../aws/calls.js';
import type { Cloud } from '../aws/cloud.js';
import type { Switches } from '../changes/switches.js';
import type { Plan } from '../model/plan.js';
import type { Clock, Files } from '../model/ports.js';
import type { OpenResolver } from '../model/resolution.js';
import type { RunEvent } from '../model/run.js';
import type { LockPorts } from './lock.js';
import type { Watchdog } from './watchdog.js';

/** Everything that a drill needs of the world around it. */
export interface DrillRequest {
  readonly plan: Plan;
  /** Names the run; sorts by time. */
  readonly run: string;
  readonly state: string;
  readonly endpoint: string | null;
  readonly cloud: Cloud;
  /** The switches of kong.yaml; undefined: it has none. */
  readonly switches?: Switches | undefined;
  /** Gets ready to ask the resolver of a plan; undefined: nobody can be asked. */
  readonly openResolver?: OpenResolver;
  readonly calls: CallLog;
  /** The drill's time: virtual in the simulator. */
  readonly clock: Clock;
  readonly files: Files;
  readonly lock: LockPorts;
  /** Watches over the drill from another process; undefined: nobody does. */
  readonly watchdog?: Watchdog | undefined;
  /** The drill has its lock, and is about to begin. */
  readonly onLocked?: () => void;
  readonly onEvent: (event: RunEvent) => void;
  /** Tells the drill of a signal; the answer takes the listener away. */
  readonly onInterrupt: (listener: (signal: string) => void) => () => void;
}
