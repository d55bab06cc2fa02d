import type { Experiment } from '../model/experiment.js';
import type { Result } from '../model/run.js';
import { replicationFigures } from '../sli/replication.js';
import { rounded } from '../sli/result.js';
import type { Watch } from '../sli/watch.js';
import type { Marks } from './marks.js';

/** The SLI by which replication is measured, in seconds: how far a region is behind on what others wrote. */
const LAG_SLI = 'replication-lag';

/** Whether an SLI of the experiment measures replication. */
export function lagSliOf({ slis }: Experiment): string | undefined {
  return slis.find(({ id, unit }) => id === LAG_SLI && unit === 'seconds')?.id;
}

/**
 * How replication came through a drill on the link between two regions. A dark region writes nothing that could
 * arrive late, so that only a link is asked.
 *
 * @returns undefined where no fault came, or nothing measures it
 */
export function replicationOf(
  experiment: Experiment,
  watch: Watch,
  marks: Marks,
  nowMs: number,
): Result['replication'] {
  const span = marks.faultSpan();
  const id = experiment.blastRadius.scope.kind === 'link' ? lagSliOf(experiment) : undefined;
  if (id === undefined || span.faultAtMs === undefined) return undefined;
  const figures = replicationFigures(watch.lagSeries(id, nowMs), span);
  return {
    measuredBy: id,
    beforeSeconds: roundedOrNull(figures.beforeSeconds),
    peakSeconds: roundedOrNull(figures.peakSeconds),
    afterSeconds: roundedOrNull(figures.afterSeconds),
    caughtUpSeconds: roundedOrNull(figures.caughtUpSeconds),
    atEnd: figures.atEnd,
  };
}

function roundedOrNull(value: number | null): number | null {
  return rounded(value ?? undefined);
}
