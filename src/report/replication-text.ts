import { formatDuration } from '../model/duration.js';
import type { Result } from '../model/run.js';
import { toned, type Line, type Tone } from './lines.js';

type Replication = NonNullable<Result['replication']>;

const TONES: Readonly<Record<Replication['atEnd'], Tone>> = { 'caught-up': 'good', behind: 'bad', unknown: 'warn' };

/** How replication came through, as a line of a result; none where it was not measured. */
export function replicationLines(result: Result): readonly Line[] {
  const { replication } = result;
  if (!replication) return [];
  const by = replication.measuredBy === 'marker' ? 'by markers, ' : '';
  return [[`  ${by}${furthest(replication)}; `, toned(TONES[replication.atEnd], atEnd(replication))]];
}

/** The same as one sentence; empty where it was not measured. */
export function replicationSentence({ replication }: Result): string {
  return replication ? `Replication (${replication.measuredBy}): ${furthest(replication)}; ${atEnd(replication)}` : '';
}

function furthest({ beforeSeconds, peakSeconds }: Replication): string {
  return `behind by ${secondsText(beforeSeconds)} before, by ${secondsText(peakSeconds)} at most`;
}

function atEnd(replication: Replication): string {
  switch (replication.atEnd) {
    case 'caught-up':
      if (replication.caughtUpSeconds === 0) return '✓ it never fell behind';
      return `✓ caught up within ${secondsText(replication.caughtUpSeconds)} of the fault's end`;
    case 'behind':
      return `✗ still behind at the end, by ${secondsText(replication.afterSeconds)}`;
    case 'unknown':
      return "whether it caught up can't be told";
  }
}

function secondsText(seconds: number | null): string {
  if (seconds === null) return 'an unknown time';
  return seconds === 0 ? '0s' : formatDuration(seconds * 1_000);
}
