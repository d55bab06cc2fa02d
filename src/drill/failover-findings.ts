import { formatDuration } from '../model/duration.js';
import { LEFT_SHARE } from '../sli/arrival.js';
import type { FailoverSeen, Result, TrafficSeen } from '../model/run.js';
import type { Ended } from './ended.js';

/** Whether the system failed over by itself, where that was observed. */
export function failoverFindings({ failover }: Pick<Ended, 'failover'>): Result['findings'] {
  if (!failover || failover.engaged === null) return [];
  const { withinSeconds, feltSeconds, recoveredSeconds, traffic } = failover;
  const seen = traffic === undefined ? '' : `; ${trafficText(traffic)}`;
  if (failover.engaged) {
    return [
      {
        id: 'failover-engaged',
        evidence: `${engagedText(failover)}${seen}`,
        suggestion: 'keep it so: drill it again after each change of DNS',
      },
    ];
  }
  if (recoveredSeconds !== null && recoveredSeconds <= withinSeconds) {
    return [
      {
        id: 'failover-missing',
        evidence: `nothing was shifted, and by the steady state all was well${seen}`,
        suggestion: 'look whether the SLIs feel members whom no region answers, and what keeps them from the others',
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
      evidence: `nothing was shifted; the loss${felt} the steady state ${back}${seen}`,
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

function trafficText({ share, leftSeconds }: TrafficSeen): string {
  if (share === null) return 'whether its traffic left could not be measured';
  const most = `${Math.round(LEFT_SHARE * 100)} %`;
  const after = leftSeconds === 0 ? 'at once' : `after ${secondsText(leftSeconds ?? 0)}`;
  const when = leftSeconds === null ? `and never ${most} for good` : `${most} for good ${after}`;
  return `${Math.round(share * 100)} % of its traffic had arrived in the survivors, ${when}`;
}

function secondsText(seconds: number): string {
  return formatDuration(seconds * 1_000);
}
