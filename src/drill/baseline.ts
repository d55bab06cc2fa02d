import type { Cloud } from '../aws/cloud.js';
import { Cancelled, messageOf } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { RunEventBody } from '../model/run.js';
import { readSlis } from '../sli/cloudwatch-source.js';
import type { BaselineVerdict } from '../sli/baseline.js';
import type { Watch } from '../sli/watch.js';
import type { Ended } from './ended.js';

/** What a baseline is captured with. */
export interface BaselinePorts {
  readonly experiment: Experiment;
  readonly watch: Watch;
  readonly cloud: Cloud;
  /** Milliseconds since the epoch, in the drill's time. */
  readonly nowMs: number;
  readonly emit: (event: RunEventBody) => void;
}

/**
 * Captures the steady state from the metrics that are there already.
 *
 * @returns why the drill must not begin: an SLI without data, or a steady state that does not hold; undefined: it may
 * @throws Cancelled when the signal fires
 */
export async function captureBaseline(ports: BaselinePorts, signal: AbortSignal): Promise<Ended['refusal']> {
  if (ports.experiment.escape !== true) return readBaseline(ports, signal);
  const why = await readBaseline(ports, signal).catch((error: unknown) => {
    if (error instanceof Cancelled) throw error;
    return { message: messageOf(error) };
  });
  if (why) ports.emit({ type: 'warning', message: `${why.message}; no reason not to escape` });
  return undefined;
}

async function readBaseline(ports: BaselinePorts, signal: AbortSignal): Promise<Ended['refusal']> {
  const { experiment, watch, cloud, nowMs, emit } = ports;
  const window = watch.baselineWindow(nowMs);
  const reading = await readSlis({ slis: experiment.slis, regionsOf: watch.regionsOf, ...window, cloud, signal });
  const verdict = watch.baselineFrom(reading, nowMs);
  verdict.warnings.forEach((message) => emit({ type: 'warning', message }));
  for (const { sli, series, mean, points } of verdict.baselines) emit({ type: 'baseline', sli, series, mean, points });
  return refusalOf(verdict, watch, nowMs);
}

function refusalOf({ refusals }: BaselineVerdict, watch: Watch, nowMs: number): Ended['refusal'] {
  const [refused] = refusals;
  if (refused) {
    return {
      code: 'SLI_NO_DATA',
      message: `${refused.sli}${refused.series ? ` in ${refused.series}` : ''}: ${refused.reason}`,
      fix: 'check namespace, metric, dimensions and period; wrong ones look like no data',
    };
  }
  const off = watch.steadyNow(nowMs).items.find((item) => item.verdict !== 'steady');
  if (!off) return undefined;
  return {
    code: 'STEADY_STATE_BROKEN',
    message: `the steady state does not hold before the drill: ${off.sli} in ${off.series} is ${off.value ?? 'unknown'}, expected ${off.expect}`,
    fix: 'let the system recover first; a drill on a sick system teaches nothing',
  };
}
