import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatDuration, parseDuration } from '../model/duration.js';
import type { CommonOptions } from './options.js';

/** After how long a silence a run is taken over; milliseconds. */
export interface AfterOption {
  readonly after: number;
}

/** The options of a command that may have its drill watched. */
export interface WatchdogOptions extends CommonOptions, AfterOption {
  readonly watchdog?: boolean;
}

const AFTER_MS = 30_000;
/** A few heartbeats: a drill that is only slow is not to be taken over. */
const SHORTEST_AFTER_MS = 10_000;

/** Adds `--after` to a command. */
export function withAfterOption(command: Command): Command {
  const what = 'how long a silence of its heartbeat makes the watchdog take a run over';
  return command.addOption(
    new Option('--after <duration>', what).argParser(afterMs).default(AFTER_MS, formatDuration(AFTER_MS)),
  );
}

/** Adds `--watchdog` and `--after` to a command. */
export function withWatchdogOption(command: Command): Command {
  return withAfterOption(
    command.option('--watchdog', 'start a process that outlives this one, and rolls back if the drill falls silent'),
  );
}

function afterMs(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined || ms < SHORTEST_AFTER_MS) {
    throw new InvalidArgumentError(`a duration from ${formatDuration(SHORTEST_AFTER_MS)} on is needed: 30s, 2m.`);
  }
  return ms;
}
