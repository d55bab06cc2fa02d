import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '../model/duration.js';
import { KongError } from '../model/errors.js';
import type { CommonOptions } from './options.js';

/** The options of `kong rollback`. */
export interface RollbackOptions extends CommonOptions {
  /** By the tags of what runs created, in place of their journals. */
  readonly byTag?: boolean;
  readonly run?: string;
  readonly regions?: readonly string[];
  /** Milliseconds: a run that began longer ago counts as abandoned, expired or not. */
  readonly olderThan?: number;
}

/** Adds `--by-tag` and what goes with it to a command. */
export function withByTagOptions(command: Command): Command {
  return command
    .option('--by-tag', 'without their journals: find what runs created by its tags, and put back what those tell')
    .option('--run <run>', 'with --by-tag: this run, expired or not')
    .option('--regions <list>', 'with --by-tag: where to look; the regions of kong.yaml when not given', regionList)
    .option('--older-than <duration>', 'with --by-tag: also runs that began longer ago, expired or not', duration);
}

/**
 * The run that the command line names, by either way.
 *
 * @throws KongError BAD_ARGUMENT where the options don't go together
 */
export function namedRun(
  name: string | undefined,
  { byTag, run, regions, olderThan }: RollbackOptions,
): string | undefined {
  if (byTag !== true && (run ?? regions ?? olderThan) !== undefined) {
    throw new KongError('BAD_ARGUMENT', '--run, --regions and --older-than go with --by-tag', {
      fix: 'add --by-tag, or write kong rollback RUN',
    });
  }
  if (name !== undefined && run !== undefined && name !== run) {
    throw new KongError('BAD_ARGUMENT', `two runs are named: ${name} and ${run}`, { fix: 'name one' });
  }
  return run ?? name;
}

function regionList(value: string): readonly string[] {
  const regions = value.split(',').map((one) => one.trim());
  const odd = regions.find((one) => !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(one));
  if (odd === undefined) return [...new Set(regions)];
  throw new InvalidArgumentError(`regions, separated by commas, are needed: us-east-1,us-west-2; not '${odd}'.`);
}

function duration(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined) throw new InvalidArgumentError('a duration is needed: 2h.');
  return ms;
}
