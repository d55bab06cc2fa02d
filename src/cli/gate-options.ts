import type { Command } from 'commander';
import type { CommonOptions } from './options.js';

/** The options of commands that hold a plan against its gates. */
export interface GateOptions extends CommonOptions {
  /** Gates to be passed by name. */
  readonly override: readonly string[];
  readonly reason: readonly string[];
  /** Whether `--seed` was typed. */
  readonly seedGiven?: boolean;
}

/** Adds `--override` and `--reason` to a command. */
export function withGateOptions(command: Command): Command {
  const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  return command
    .option(
      '--override <gate>',
      'pass a gate that refuses, by its name; needs a --reason, and is recorded',
      collect,
      [],
    )
    .option('--reason <text>', 'why: one for each --override in their order, or one for all', collect, []);
}

/** The options that were given, with what commander alone knows. */
export function givenOptions<T extends object>(options: T, command: Command): T & { readonly seedGiven: boolean } {
  return { ...options, seedGiven: command.getOptionValueSource('seed') === 'cli' };
}
