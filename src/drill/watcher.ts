import type { Cloud } from '../aws/cloud.js';
import { Cancelled, messageOf } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Clock } from '../model/ports.js';
import type { RunEventBody, StopReason } from '../model/run.js';
import { readSlis } from '../sli/cloudwatch-source.js';
import type { Watch } from '../sli/watch.js';

/** What a watcher watches with, and whom it tells. */
export interface WatcherPorts {
  readonly experiment: Experiment;
  readonly watch: Watch;
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly emit: (event: RunEventBody) => void;
  /** When the injection began; undefined: not yet, so nothing can be breached. */
  readonly injectedAtMs: () => number | undefined;
  readonly stop: (reason: StopReason) => void;
  /** After each poll, whether or not it could be read. */
  readonly polled: () => Promise<void>;
  /** With each poll: whether what AWS runs for the drill still does. */
  readonly lookAfter: () => Promise<void>;
}

/** Reads the SLIs every `poll`, from the injection to the end, and stops the drill on a breach or when it is blind. */
export async function watchSlis(ports: WatcherPorts, signal: AbortSignal): Promise<void> {
  const { clock, experiment } = ports;
  let readAtMs = clock.now();
  let dueMs = clock.now();
  for (;;) {
    dueMs = Math.max(dueMs + experiment.pollMs, clock.now());
    await clock.sleep(dueMs - clock.now(), signal);
    try {
      await poll(ports, signal);
      readAtMs = clock.now();
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      ports.emit({ type: 'warning', message: `the SLIs could not be read: ${messageOf(error)}` });
      if (clock.now() - readAtMs >= experiment.abort.missingDataMs) {
        ports.stop({ kind: 'unmeasurable', sli: '', message: messageOf(error) });
      }
    }
    await ports.lookAfter();
    await ports.polled();
  }
}

async function poll(ports: WatcherPorts, signal: AbortSignal): Promise<void> {
  const { watch, cloud, clock, experiment } = ports;
  const now = clock.now();
  const reading = await readSlis({
    slis: experiment.slis,
    regionsOf: watch.regionsOf,
    ...watch.window(now),
    cloud,
    signal,
  });
  watch.merge(reading, now);
  for (const point of watch.fresh()) {
    const { sli, series, value, verdict } = point;
    ports.emit({ type: 'sli', sli, series, periodStart: new Date(point.startMs).toISOString(), value, verdict });
  }
  const since = ports.injectedAtMs();
  const breach = since === undefined ? undefined : watch.breach(since, now);
  if (!breach) return;
  const { sli, series, value, text, atMs } = breach;
  ports.stop(
    breach.kind === 'unreadable'
      ? { kind: 'unmeasurable', sli, message: text }
      : { kind: 'breach', sli, series, value, breach: text, at: new Date(atMs).toISOString() },
  );
}
