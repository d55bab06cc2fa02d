import { formatDuration } from '../model/duration.js';
import type { Result } from '../model/run.js';
import type { Ended } from './ended.js';

type Finding = Result['findings'][number];

/** What a drill taught of replication: that it did not catch up, or that nobody can tell. */
export function replicationFindings({ replication, stop }: Ended): readonly Finding[] {
  // what is stopped early was given no time to catch up
  if (!replication || stop?.kind !== 'completed') return [];
  const { measuredBy, atEnd, afterSeconds } = replication;
  switch (atEnd) {
    case 'caught-up':
      return [];
    case 'behind':
      return [
        {
          id: 'replication-behind',
          evidence: `replication was still ${spanText(afterSeconds)} behind when the drill ended, by ${measuredBy}`,
          suggestion:
            'find what keeps it from catching up: throughput, retries that gave up, what was written on both sides',
        },
      ];
    case 'unknown':
      return [
        {
          id: 'replication-unmeasured',
          evidence: `whether replication caught up can't be told: ${measuredBy} has gaps`,
          suggestion: `give the drill a hold after the restore, and ${SEE_TO[measuredBy] ?? SEE_THAT}`,
        },
      ];
  }
}

const SEE_THAT = 'see that the measure has data on both sides';
/** By what measured it, where that is no SLI. */
const SEE_TO: Readonly<Record<string, string | undefined>> = {
  marker: 'see that what is below the prefix of the markers is copied, and arrives within their lead',
};

/** What a drill taught of the recovery point: more would be lost than may be, or nobody can tell how much. */
export function rpoFindings({ targetSeconds, achievedSeconds, met }: Result['objectives']['rpo']): readonly Finding[] {
  if (targetSeconds === null || met === true) return [];
  const target = spanText(targetSeconds);
  if (met === null) {
    return [
      {
        id: 'rpo-unmeasured',
        evidence: `what would be lost can't be told, the objective is ${target}`,
        suggestion: 'measure it, before the fault: by markers that arrive, or an SLI named replication-lag in seconds',
      },
    ];
  }
  return [
    {
      id: 'rpo-missed',
      evidence: `${spanText(achievedSeconds)} of what was written had not arrived when the fault came, the objective is ${target}`,
      suggestion: 'a disaster loses that much: replicate sooner, or agree on another objective',
    },
  ];
}

/** What S3 will not copy by itself, and how it is copied. */
export function unreplicatedFindings({ unreplicated = [] }: Ended): readonly Finding[] {
  return unreplicated.map(({ resource, sinceMs, untilMs }) => ({
    id: 'unreplicated-objects',
    evidence: `what was written to ${resource} from ${timeText(sinceMs)} ${untilText(untilMs)} was not replicated`,
    suggestion: [
      'S3 does not make up for it: run an S3 Batch Replication job over objects created in that time',
      '(aws s3control create-job with S3ReplicateObject, CreatedAfter and CreatedBefore)',
    ].join(' '),
  }));
}

function untilText(ms: number | undefined): string {
  return ms === undefined ? 'on' : `until ${timeText(ms)}`;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function spanText(seconds: number | null): string {
  return seconds === null ? 'an unknown time' : formatDuration(seconds * 1_000);
}
