import type { Experiment } from '../model/experiment.js';
import type { Plan } from '../model/plan.js';
import type { Result } from '../model/run.js';
import { replicationFigures } from '../sli/replication.js';
import { rounded } from '../sli/result.js';
import type { Watch } from '../sli/watch.js';
import type { Journal } from './journal.js';
import type { MarkerWatch } from './marker-watch.js';
import type { Marks } from './marks.js';
import { unreplicatedIn, type Unreplicated } from './unreplicated.js';

/** The SLI by which replication is measured, in seconds: how far a region is behind on what others wrote. */
const LAG_SLI = 'replication-lag';

/** In the place of an SLI's id: replication was measured by markers. */
export const MARKER = 'marker';

/** Whether an SLI of the experiment measures replication. */
export function lagSliOf({ slis }: Experiment): string | undefined {
  return slis.find(({ id, unit }) => id === LAG_SLI && unit === 'seconds')?.id;
}

/** What tells how replication came through. */
export interface ReplicationSources {
  readonly plan: Plan;
  readonly watch: Watch;
  readonly marks: Marks;
  /** Undefined: none were written. */
  readonly markers: MarkerWatch | undefined;
  readonly journal: Journal;
}

/** How replication came through a drill, and what S3 left out of it. */
export function howReplicated(
  sources: ReplicationSources,
  nowMs: number,
): { readonly replication: Result['replication']; readonly unreplicated: readonly Unreplicated[] } {
  return { replication: replicationOf(sources, nowMs), unreplicated: unreplicatedIn(sources.journal.entries) };
}

/**
 * By markers where they were written, else by an SLI where the fault is on the link between two regions: a dark region
 * writes nothing that could arrive late. Undefined where no fault came, or nothing measures it.
 */
function replicationOf(
  { plan: { experiment }, watch, marks, markers }: ReplicationSources,
  nowMs: number,
): Result['replication'] {
  const span = marks.faultSpan();
  const bySli = experiment.blastRadius.scope.kind === 'link' ? lagSliOf(experiment) : undefined;
  const id = markers ? MARKER : bySli;
  if (id === undefined || span.faultAtMs === undefined) return undefined;
  const figures = replicationFigures(markers?.series() ?? watch.lagSeries(id, nowMs), span);
  return {
    measuredBy: id,
    beforeSeconds: roundedOrNull(figures.beforeSeconds),
    atFaultSeconds: roundedOrNull(figures.atFaultSeconds),
    peakSeconds: roundedOrNull(figures.peakSeconds),
    afterSeconds: roundedOrNull(figures.afterSeconds),
    caughtUpSeconds: roundedOrNull(figures.caughtUpSeconds),
    atEnd: figures.atEnd,
  };
}

function roundedOrNull(value: number | null): number | null {
  return rounded(value ?? undefined);
}
