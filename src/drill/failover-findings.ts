import { formatDuration } from '../model/duration.js';
import type { FailoverSeen, Result } from '../model/run.js';
import type { Ended } from './ended.js';

/** Whether the system failed over by itself, where that was observed. */
export function failoverFindings({ failover }: Pick<Ended, 'failover'>): Result['findings'] {
  if (!failover || failover.engaged === null) return [];
  const { withinSeconds, feltSeconds, recoveredSeconds } = failover;
  if (failover.engaged) {
    return [
      {
        id: 'failover-engaged',
        evidence: engagedText(failover),
        suggestion: 'keep it so: drill it again after each change of DNS',
      },
    ];
  }
  const felt = feltSeconds === null ? '' : ` was felt after ${secondsText(feltSeconds)}, and`;
  const back =
    recoveredSeconds === null
      ? 'was not back while the fault lasted'
      : `was back after ${secondsText(recoveredSeconds)}, allowed are ${secondsText(withinSeconds)}`;
  return [
    {
      id: 'failover-missing',
      evidence: `nothing was shifted; the loss${felt} the steady state ${back}`,
      suggestion:
        'give the records health checks or EvaluateTargetHealth, and a short TTL; and clients another endpoint',
    },
  ];
}

function engagedText({ feltSeconds, recoveredSeconds, withinSeconds }: FailoverSeen): string {
  if (feltSeconds === null) return 'nothing was shifted, and the steady state was never off';
  const back = `back after ${secondsText(recoveredSeconds ?? 0)} of ${secondsText(withinSeconds)}`;
  return `nothing was shifted; the loss was felt after ${secondsText(feltSeconds)}, and the steady state was ${back}`;
}

function secondsText(seconds: number): string {
  return formatDuration(seconds * 1_000);
}
