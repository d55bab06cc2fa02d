import type { Cloud } from '../aws/cloud.js';
import type { Switches } from '../changes/switches.js';
import { messageOf } from '../model/errors.js';
import type { Clock, Files } from '../model/ports.js';
import type { AttributeNote, RunEventBody } from '../model/run.js';
import { createdIds } from './attributes.js';
import type { RunContext } from './context.js';
import { irreversibleNotes } from './irreversible-notes.js';
import { awaitPutBack } from './in-sync.js';
import { Journal } from './journal.js';
import { runFolder, type StoredRun } from './runs.js';
import { undo } from './undo.js';

/** What `kong rollback` did about one run. */
export interface RecoveryReport {
  readonly run: string;
  readonly experiment: string;
  readonly restored: number;
  readonly already: number;
  readonly conflicts: readonly AttributeNote[];
  readonly irreversible: readonly AttributeNote[];
  readonly remaining: readonly AttributeNote[];
  /** Journal lines that could not be read. */
  readonly broken: StoredRun['broken'];
  /** Whether something may be changed that no line tells of any more. */
  readonly lost: boolean;
}

/** What recovery works with. */
export interface RecoverRequest {
  readonly state: string;
  readonly cloud: Cloud;
  /** The switches of kong.yaml as it is now; undefined: it has none. */
  readonly switches?: Switches | undefined;
  readonly clock: Clock;
  readonly files: Files;
  readonly emit: (event: RunEventBody) => void;
}

/**
 * Finishes a run from its files alone: works out what it touched, reads what that is now, and puts back what is still
 * the run's.
 */
export async function recover(
  stored: StoredRun,
  { state, cloud, switches, clock, files, emit }: RecoverRequest,
): Promise<RecoveryReport> {
  const journal = new Journal(`${runFolder(state, stored.run)}/journal.ndjson`, {
    files,
    clock,
    onTrouble: (error) => emit({ type: 'warning', message: messageOf(error) }),
  });
  const context: RunContext = {
    run: stored.run,
    cloud,
    switches,
    clock,
    journal,
    created: new Map(createdIds(stored.entries)),
    expiresAt: new Date(clock.now()).toISOString(),
    emit,
    inFlight: new Set(),
    pending: new Map(),
  };
  const report = await undo(stored.open, `rollback of ${stored.run}`, context);
  await awaitPutBack(context);
  journal.end(stored.end?.outcome ?? 'interrupted', report.remaining.length);
  return {
    run: stored.run,
    experiment: stored.begin.experiment,
    ...report,
    irreversible: irreversibleNotes(stored.entries),
    broken: stored.broken,
    lost: stored.lost,
  };
}
