import type { PhaseName, RunEvent } from '../model/run.js';

/** What a run's events add up to: everything that a live view shows. */
export interface Progress {
  readonly experiment: string;
  /** Of an escape: breaches abort nothing. */
  readonly onlyTold: boolean;
  /** Time of the first and of the latest event, milliseconds since the epoch; NaN before the first. */
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly phase: PhaseName | undefined;
  readonly step: { readonly index: number; readonly of: number; readonly title: string } | undefined;
  readonly planned: number;
  readonly applied: Tally;
  readonly undone: Tally;
  readonly slis: ReadonlyMap<string, SliInfo>;
  /** By SLI and series, in the order in which they were first heard of. */
  readonly series: ReadonlyMap<string, SeriesProgress>;
  readonly stopping: boolean;
}

/** Changes done by steps that are through, and by the one that runs. */
export interface Tally {
  readonly before: number;
  readonly done: number;
  readonly title: string;
}

/** An SLI as a run announces it. */
export type SliInfo = Extract<RunEvent, { type: 'run-started' }>['slis'][number];

/** What one datapoint means. */
export type SliVerdict = Extract<RunEvent, { type: 'sli' }>['verdict'];

/** What is known of one series of an SLI. */
export interface SeriesProgress {
  readonly sli: string;
  readonly series: string;
  readonly value: number | null;
  readonly verdict: SliVerdict | undefined;
  /** Oldest first, at most `KEPT`. */
  readonly values: readonly (number | null)[];
}

/** Values that a sparkline shows. */
const KEPT = 30;

const NOTHING: Tally = { before: 0, done: 0, title: '' };

/** Before the first event. */
export const NO_PROGRESS: Progress = {
  onlyTold: false,
  experiment: '',
  startedAtMs: NaN,
  nowMs: NaN,
  phase: undefined,
  step: undefined,
  planned: 0,
  applied: NOTHING,
  undone: NOTHING,
  slis: new Map(),
  series: new Map(),
  stopping: false,
};

/** What is known after an event. Events that come out of order never turn time back. */
export function progressAfter(before: Progress, event: RunEvent): Progress {
  const at = Date.parse(event.at);
  const timed = Number.isNaN(at) ? before : {
    ...before,
    startedAtMs: Number.isNaN(before.startedAtMs) ? at : before.startedAtMs,
    nowMs: Number.isNaN(before.nowMs) ? at : Math.max(before.nowMs, at),
  };
  return { ...timed, ...newsOf(timed, event) };
}

function newsOf(now: Progress, event: RunEvent): Partial<Progress> {
  switch (event.type) {
    case 'run-started':
      return {
        experiment: event.experiment,
        planned: event.changes,
        onlyTold: event.escape === true,
        slis: new Map(event.slis.map((sli) => [sli.id, sli])),
      };
    case 'phase':
      return { phase: event.phase };
    case 'step':
      return { step: { index: event.index, of: event.of, title: event.title } };
    case 'changes':
      return tallied(now, event);
    case 'baseline':
      return { series: withPoint(now.series, { ...event, value: event.mean, verdict: undefined }) };
    case 'sli':
      return { series: withPoint(now.series, event) };
    case 'stopping':
      return { stopping: true };
    case 'run-ended':
    case 'gate':
    case 'warning':
    case 'watched':
    case 'replaced':
    case 'resolution':
    case 'restored':
      return {};
  }
}

function tallied(now: Progress, event: Extract<RunEvent, { type: 'changes' }>): Partial<Progress> {
  if (event.direction === 'undo') return { undone: counted(now.undone, event) };
  return { applied: counted(now.applied, event) };
}

/** Counts start again with each step; what earlier ones did is kept. */
function counted(tally: Tally, { title, done }: { readonly title: string; readonly done: number }): Tally {
  const same = tally.title === title && done >= tally.done;
  return { before: same ? tally.before : tally.before + tally.done, done, title };
}

/** All that a tally has counted. */
export function totalOf({ before, done }: Tally): number {
  return before + done;
}

type Point = Pick<SeriesProgress, 'sli' | 'series' | 'value' | 'verdict'>;

function withPoint(all: Progress['series'], { sli, series, value, verdict }: Point): Progress['series'] {
  const key = seriesKey({ sli, series });
  const values = [...(all.get(key)?.values ?? []), value].slice(-KEPT);
  return new Map([...all, [key, { sli, series, value, verdict, values }]]);
}

/** One text per series of an SLI. */
export function seriesKey({ sli, series }: { readonly sli: string; readonly series: string }): string {
  return JSON.stringify([sli, series]);
}

/** Virtual time since the run began: `02:28`, `1:02:28`; `--:--` before it began. */
export function elapsedText({ startedAtMs, nowMs }: Progress): string {
  const seconds = Math.floor((nowMs - startedAtMs) / 1_000);
  if (!Number.isFinite(seconds)) return '--:--';
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
