import { quantityText } from '../model/quantity.js';
import type { RunEvent } from '../model/run.js';
import { count, stopText } from '../model/summary.js';
import { toned, type Line, type Part } from './lines.js';
import { elapsedText, progressAfter, seriesKey, totalOf, type Progress } from './progress.js';
import { OUTCOME_TONES, PHASE_WORDS, stopTone, VERDICT_MARKS } from './words.js';

/** How much is told. `terminal`: readings and counters are in the live block, so only what lasts becomes a line. */
export interface Telling {
  readonly terminal: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Tells a reading that did not change again after this long, in the run's own time. */
const REPEAT_MS = 60_000;

/** Turns a run's events into the lines that stay: none for most of them. */
export class EventLines {
  /** What all events so far add up to. */
  progress: Progress;
  /** When each series was last told, in the run's own time. */
  private readonly toldAtMs = new Map<string, number>();
  private readonly telling: Telling;

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

  private partsOf(event: RunEvent, before: Progress): readonly (readonly Part[])[] {
    const { terminal, verbose } = this.telling;
    switch (event.type) {
      case 'run-started':
        return [
          [toned('bold', event.experiment), ` in ${event.where}`],
          [toned('dim', `run ${event.run}, ${count(event.changes, 'change')} planned: ${event.hypothesis.trim()}`)],
        ];
      case 'phase':
        return [[toned('accent', PHASE_WORDS[event.phase])]];
      case 'step':
        return [[`step ${event.index} of ${event.of}: `, toned('bold', event.title)]];
      case 'gate':
        if (event.passed) return verbose ? [[toned('good', '✓ '), `${event.name}: ${event.message}`]] : [];
        return [[toned('bad', '✗ '), `${event.name}: ${event.message}`]];
      case 'baseline':
        return terminal && !verbose ? [] : [[this.readingOf(event, event.mean), toned('dim', ' before')]];
      case 'sli':
        return terminal && !verbose ? [] : this.sliParts(event, before);
      case 'changes':
        return verbose || (!terminal && event.done >= event.of) ? [changesParts(event)] : [];
      case 'warning':
        return [[toned('warn', `warning: ${event.message}`)]];
      case 'stopping':
        return [[toned(stopTone(event.reason), `stopping: ${stopText(event.reason)}`)]];
      case 'restored':
        return [restoredParts(event)];
      case 'run-ended':
        return terminal ? [] : [[toned(event.exitCode === 4 ? 'bad' : OUTCOME_TONES[event.outcome], event.summary)]];
    }
  }

  private sliParts(event: Extract<RunEvent, { type: 'sli' }>, before: Progress): readonly (readonly Part[])[] {
    const key = seriesKey(event);
    const told = this.toldAtMs.get(key);
    const changed = before.series.get(key)?.verdict !== event.verdict;
    const due = told === undefined || !(this.progress.nowMs - told < REPEAT_MS);
    if (!changed && !due) return [];
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

/** What is expected of an SLI and when it aborts: ` (expect >= 99%, abort < 97%)`. */
export function limitsText({ slis }: Progress, sli: string): string {
  const info = slis.get(sli);
  const limits = [
    ...(info?.expect == null ? [] : [`expect ${info.expect}`]),
    ...(info?.breach == null ? [] : [`abort ${info.breach}`]),
  ];
  return limits.length === 0 ? '' : ` (${limits.join(', ')})`;
}

function changesParts({ direction, done, of, title }: Extract<RunEvent, { type: 'changes' }>): readonly Part[] {
  return [`${direction === 'apply' ? 'changed' : 'put back'} ${done} of ${of}`, toned('dim', ` ${title}`)];
}

function restoredParts({ restored, conflicts, remaining }: Extract<RunEvent, { type: 'restored' }>): readonly Part[] {
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
