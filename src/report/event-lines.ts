import { quantityText } from '../model/quantity.js';
import type { RunEvent } from '../model/run.js';
import { count, stopText } from '../model/summary.js';
import { toned, type Line, type Part } from './lines.js';
import { differenceText } from './plan-gates.js';
import { elapsedText, progressAfter, seriesKey, totalOf, type Progress, type SliInfo } from './progress.js';
import { resolutionParts } from './resolution-text.js';
import { OUTCOME_TONES, PHASE_WORDS, stopTone, VERDICT_MARKS } from './words.js';

/** How much is told. `terminal`: readings and counters are in the live block, so only what lasts becomes a line. */
export interface Telling {
  readonly terminal: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** What is said of an event, without the time: a list for each line. */
type Saying = readonly (readonly Part[])[];

/** One type of event. */
type Told<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** Tells a reading that did not change again after this long, in the run's own time. */
const REPEAT_MS = 60_000;

/** Turns a run's events into the lines that stay: none for most of them. */
export class EventLines {
  /** What all events so far add up to. */
  progress: Progress;
  /** When each series was last told, in the run's own time. */
  private readonly toldAtMs = new Map<string, number>();
  private readonly telling: Telling;
  private refused = false;

  constructor(start: Progress, telling: Telling) {
    this.progress = start;
    this.telling = telling;
  }

  /** Takes an event, and returns what is to be printed about it. */
  after(event: RunEvent): readonly Line[] {
    const before = this.progress;
    this.progress = progressAfter(before, event);
    if (this.telling.quiet && event.type !== 'warning') return [];
    const told = this.partsOf(event, before);
    return told.map((parts) => [toned('dim', elapsedText(this.progress).padStart(7)), '  ', ...parts]);
  }

  private partsOf(event: RunEvent, before: Progress): Saying {
    switch (event.type) {
      case 'run-started':
        return startedParts(event);
      case 'phase':
        return [[toned('accent', PHASE_WORDS[event.phase])]];
      case 'step':
        return [[`step ${event.index} of ${event.of}: `, toned('bold', event.title)]];
      case 'gate':
        return this.gateParts(event);
      case 'baseline':
        return this.baselineParts(event);
      case 'sli':
        return this.sliParts(event, before);
      case 'changes':
        return this.changesParts(event);
      case 'watched':
        return [[`watched over by pid ${event.pid}, which rolls back after ${event.afterSeconds}s of silence`]];
      case 'replaced':
        return [[toned('good', `${event.resource} was replaced by ${event.by} after ${event.afterSeconds}s`)]];
      case 'resolution':
        return [resolutionParts(event)];
      case 'warning':
        return [[toned('warn', `warning: ${event.message}`)]];
      case 'stopping':
        return [[toned(stopTone(event.reason), `stopping: ${stopText(event.reason)}`)]];
      case 'restored':
        return [restoredParts(event)];
      case 'run-ended':
        return this.endedParts(event);
    }
  }

  /** On a terminal the block shows them. */
  private tellsReadings(): boolean {
    return this.telling.verbose || !this.telling.terminal;
  }

  private gateParts({ passed, name, message, overridden, differences = [] }: Told<'gate'>): Saying {
    if (passed) return this.telling.verbose ? [[toned('good', '✓ '), `${name}: ${message}`]] : [];
    if (overridden !== undefined) return [[toned('warn', '! '), `${name}: ${message}, overridden: ${overridden}`]];
    this.refused = true;
    return [[toned('bad', '✗ '), `${name}: ${message}`], ...differences.map((one) => [`  ${differenceText(one)}`])];
  }

  private changesParts({ direction, done, of, title }: Told<'changes'>): Saying {
    const { verbose, terminal } = this.telling;
    if (!verbose && (terminal || done < of)) return [];
    return [[`${direction === 'apply' ? 'changed' : 'put back'} ${done} of ${of}`, toned('dim', ` ${title}`)]];
  }

  /** On a terminal the result follows at once. */
  private endedParts({ outcome, summary, exitCode }: Told<'run-ended'>): Saying {
    if (this.telling.terminal) return [];
    // the gates said why, a line above
    const text = this.refused && outcome === 'refused' ? 'refused; nothing was changed' : summary;
    return [[toned(exitCode === 4 ? 'bad' : OUTCOME_TONES[outcome], text)]];
  }

  private baselineParts(event: Told<'baseline'>): Saying {
    return this.tellsReadings() ? [[this.readingOf(event, event.mean), toned('dim', ' before')]] : [];
  }

  private sliParts(event: Told<'sli'>, before: Progress): Saying {
    const key = seriesKey(event);
    const told = this.toldAtMs.get(key);
    const changed = before.series.get(key)?.verdict !== event.verdict;
    const due = told === undefined || !(this.progress.nowMs - told < REPEAT_MS);
    if (!this.tellsReadings() || (!changed && !due)) return [];
    this.toldAtMs.set(key, this.progress.nowMs);
    const { word, mark, tone } = VERDICT_MARKS[event.verdict];
    const limits = toned('dim', limitsText(this.progress, event.sli));
    return [[toned(tone, `${mark} `), `${this.readingOf(event, event.value)} `, toned(tone, word), limits]];
  }

  private readingOf({ sli, series }: { readonly sli: string; readonly series: string }, value: number | null): string {
    const info = this.progress.slis.get(sli);
    return `${info?.title ?? sli}${series === '' ? '' : ` ${series}`} ${quantityText(value, info?.unit ?? '')}`;
  }
}

/** What is expected of an SLI and when it aborts: ` (expect >= 99%, abort < 97%)`; an escape only tells it. */
export function limitsText({ slis, onlyTold }: Progress, sli: string): string {
  const { expect = null, breach = null }: Partial<SliInfo> = slis.get(sli) ?? {};
  const limits = [
    ...(expect === null ? [] : [`expect ${expect}`]),
    ...(breach === null ? [] : [`${onlyTold ? 'told' : 'abort'} ${breach}`]),
  ];
  return limits.length === 0 ? '' : ` (${limits.join(', ')})`;
}

function startedParts({ experiment, where, run, changes, hypothesis }: Told<'run-started'>): Saying {
  return [
    [toned('bold', experiment), ` in ${where}`],
    [toned('dim', `run ${run}, ${count(changes, 'change')} planned: ${hypothesis.trim()}`)],
  ];
}

function restoredParts({ restored, conflicts, remaining }: Told<'restored'>): readonly Part[] {
  return [
    toned(remaining > 0 ? 'bad' : 'good', `${count(restored, 'attribute')} as before`),
    ...(conflicts > 0 ? [toned('warn', `, ${conflicts} changed by someone else and left alone`)] : []),
    ...(remaining > 0 ? [toned('bad', `, ${remaining} STILL CHANGED`)] : []),
  ];
}

/** Counters of a live block: `changes 21 of 31 made, 4 put back`. */
export function countersText({ applied, undone, planned }: Progress): string {
  return `changes ${totalOf(applied)} of ${planned} made, ${totalOf(undone)} put back`;
}
