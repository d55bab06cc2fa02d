import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '../model/duration.js';
import { KongError } from '../model/errors.js';
import type { Experiment, Step } from '../model/experiment.js';
import type { CommonOptions } from './options.js';

/** The options of an escape. */
export interface EscapeOptions extends CommonOptions {
  readonly escape?: boolean;
  /** How long the traffic stays out; milliseconds. */
  readonly for?: number;
  readonly stay?: boolean;
  readonly watchdog?: boolean;
}

/** Adds `--escape`, `--for` and `--stay` to a command. */
export function withEscapeOptions(command: Command): Command {
  return command
    .option('--escape', 'TARGET is a region that is really sick: break nothing, take its traffic out and keep it out')
    .option('--for <duration>', 'of an escape: bring the traffic back after so long; else when told', longMs)
    .option('--stay', 'of an escape: end with the traffic out; `kong rollback` brings it back');
}

function longMs(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('a duration is needed: 30m, 6h.');
  return ms;
}

/**
 * The experiment as the options of an escape have it.
 *
 * @throws KongError BAD_ARGUMENT where the options do not go together
 */
export function asEscape(experiment: Experiment, options: EscapeOptions): Experiment {
  const { for: forMs, stay } = options;
  if (experiment.escape !== true) {
    if (options.escape === true) throw noEscape(experiment);
    const only = forMs === undefined ? stay === true && '--stay' : '--for';
    if (only !== false) throw wrong(`${only} is of an escape, and ${experiment.name} is none`, 'add --escape');
    return experiment;
  }
  if (forMs !== undefined && stay === true) {
    throw wrong('--for and --stay: the traffic comes back or it does not', 'leave one out');
  }
  if (options.watchdog === true) {
    throw wrong('--watchdog would send traffic back to the sick region if this process died', 'leave it out');
  }
  if (stay === true) return { ...experiment, method: untilStay(experiment.method) };
  if (forMs === undefined) return experiment;
  const until = (step: Step): Step => (step.kind === 'stay' ? { ...step, until: forMs } : step);
  return { ...experiment, method: experiment.method.map(until) };
}

/** Only what moves a region's traffic and breaks nothing can be made an escape. */
function noEscape({ name, method, blastRadius: { scope } }: Experiment): KongError {
  switch (scope.kind) {
    case 'region': {
      const { region } = scope;
      const message = `${name} is a drill, and no escape`;
      const breaks = method.some((step) => step.kind === 'fault' || step.kind === 'switch');
      if (!breaks) return wrong(message, 'write escape: true into it');
      return wrong(`${message}: it breaks ${region}`, `kong drill ${region} --escape takes the traffic out, and breaks nothing`);
    }
    case 'az':
      return wrong(
        `an escape is of a region, and ${name} is of zone ${scope.zone}`,
        'to leave a zone see az-evacuate: kong faults az-evacuate',
      );
    case 'link':
    case 'instance':
      return wrong(`an escape is of a region, and ${name} is of none`, 'name the region: kong drill us-east-1 --escape');
  }
}

/** Up to where the traffic is out, and no further. */
function untilStay(method: readonly Step[]): readonly Step[] {
  const at = method.findIndex((step) => step.kind === 'stay' || step.kind === 'return');
  return [...(at < 0 ? method : method.slice(0, at)), { kind: 'stay', until: 'rollback' }];
}

/**
 * An escape that waits to be told needs time that passes: in a simulator at full speed nobody could say anything.
 *
 * @throws KongError BAD_ARGUMENT
 */
export function assertEnds({ method }: Experiment, isTimeless: boolean): void {
  if (!isTimeless || !method.some((step) => step.kind === 'stay' && step.until === 'told')) return;
  const message = 'at full speed, the simulated traffic stays out for ever before anybody can say a word';
  throw wrong(message, 'pass --for 30m, --stay, or --speed 60');
}

function wrong(message: string, fix: string): KongError {
  return new KongError('BAD_ARGUMENT', message, { fix });
}
