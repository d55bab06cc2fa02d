import { Command, type CommanderError } from 'commander';
import { namedRun, withByTagOptions, type RollbackOptions } from './by-tag-options.js';
import type { DrillOptions } from './commands/drill.js';
import type { PlanOptions } from './commands/plan.js';
import type { PolicyOptions } from './commands/policy.js';
import { withEscapeOptions } from './escape-options.js';
import { givenOptions, withGateOptions } from './gate-options.js';
import { withCommonOptions, type CommonOptions } from './options.js';
import { withAfterOption, withWatchdogOption, type AfterOption } from './watchdog-options.js';

/** What a command gives back: the process's exit code. */
export type CommandResult = Promise<number>;

/**
 * The command line. Each command's code is loaded when it is called, so that `kong validate` never loads an AWS client.
 *
 * @param version - kong's own
 */
export function buildProgram(version: string, finish: (code: number) => void): Command {
  const program = new Command('kong')
    .description('Break your own cloud on purpose and get it back.')
    .version(version)
    .showHelpAfterError('(kong --help lists the commands)')
    .showSuggestionAfterError()
    .exitOverride();
  const add: Add = (usage, description) =>
    withCommonOptions(program.command(usage).description(description));

  add('validate <file...>', 'check experiment files: every problem with its place and its fix').action(
    async (files: string[], options: CommonOptions) =>
      finish(await (await import('./commands/validate.js')).validate(files, options)),
  );
  withEscapeOptions(withGateOptions(add('plan <target>', 'what a drill would do; changes nothing')))
    .option('--out <file>', 'save the plan, for one `kong drill FILE`')
    .option('--expires <duration>', 'how long the saved plan may be drilled: 24h when not given')
    .action(async (target: string, options: PlanOptions, command: Command) =>
      finish(await (await import('./commands/plan.js')).plan(target, givenOptions(options, command))),
    );
  const drill = withGateOptions(add('drill <target>', 'plan, gates, confirm, inject, watch, restore, report'));
  withWatchdogOption(withEscapeOptions(drill)).action(
    async (target: string, options: DrillOptions, command: Command) =>
      finish(await (await import('./commands/drill.js')).drill(target, givenOptions(options, command))),
  );
  addWaysBack(add, finish);
  add('history', 'the runs that ended, and how').action(async (options: CommonOptions) => {
    finish(await (await import('./commands/report.js')).history(options));
  });
  add('report [run]', 'a run that ended: the latest, or the one named').action(
    async (name: string | undefined, options: CommonOptions) => {
      finish(await (await import('./commands/report.js')).report(name, options));
    },
  );
  add('doctor [target]', 'what would keep a drill from going well, and what to do about it; changes nothing').action(
    async (target: string | undefined, options: CommonOptions) =>
      finish(await (await import('./commands/doctor.js')).doctor(target, options)),
  );
  add('policy <target...>', 'the least that IAM must permit for these drills, as one policy; changes nothing')
    .option('--part <n>', 'one of several documents, where one would be too long for IAM', Number)
    .action(async (targets: string[], options: PolicyOptions) =>
      finish(await (await import('./commands/policy.js')).policy(targets, options)),
    );
  add('faults [name]', 'what kong can break, and how it is undone').action(
    async (name: string | undefined, options: CommonOptions) => {
      finish(await (await import('./commands/faults.js')).faults(name, options));
    },
  );
  add('status', 'the runs, and whether anything is still changed').action(async (options: CommonOptions) =>
    finish(await (await import('./commands/status.js')).status(options)),
  );
  add('schema [kind]', 'the JSON Schema of a file, for editors')
    .option('--out <file>', 'write it to a file')
    .action(async (kind: string | undefined, options: CommonOptions & { out?: string }) =>
      finish(await (await import('./commands/schema.js')).schema(kind, options)),
    );
  addExchange(add, finish);
  add('world <action>', 'show: draw a world; up: put one into an emulator and send traffic through it; status; down')
    .option('--once', 'up: seed the world and its metrics, then return without traffic')
    .action(async (action: string, options: CommonOptions & { once?: boolean }) =>
      finish(await (await import('./commands/world.js')).world(action, options)),
    );
  return program;
}

type Add = (usage: string, description: string) => Command;

/** What other tools write, and what they read. */
function addExchange(add: Add, finish: (code: number) => void): void {
  add('import <kind> <file>', "an experiment of AWS FIS or the Chaos Toolkit (fis, chaostoolkit) as one of kong's")
    .option('--out <file>', 'write it to a file')
    .option('--only <action>', 'one action of it, by its name: what needs another blast radius than the first')
    .action(async (kind: string, file: string, options: CommonOptions & { out?: string; only?: string }) =>
      finish((await import('./commands/import.js')).importFrom(kind, file, options)),
    );
  add('export <kind> <target>', 'an experiment as another tool takes it: fis, a template of AWS FIS; changes nothing')
    .option('--out <file>', 'write it to a file')
    .option('--strict', 'exit 2 where not all of it can be exported')
    .action(async (kind: string, target: string, options: CommonOptions & { out?: string; strict?: boolean }) =>
      finish(await (await import('./commands/export.js')).exportTo(kind, target, options)),
    );
}

/** What stops a drill, or puts back what one has left. */
function addWaysBack(add: Add, finish: (code: number) => void): void {
  withByTagOptions(add('rollback [run]', 'put back what unfinished runs changed: all of them, or one')).action(
    async (name: string | undefined, options: RollbackOptions) => {
      const run = namedRun(name, options);
      if (options.byTag === true)
        return finish(await (await import('./commands/rollback-by-tag.js')).rollbackByTag(run, options));
      finish(await (await import('./commands/rollback.js')).rollback(run, options));
    },
  );
  withAfterOption(add('watch-over <run>', 'roll a drill back if its heartbeat stops; ends when the run does')).action(
    async (name: string, options: CommonOptions & AfterOption) =>
      finish(await (await import('./commands/watch-over.js')).watchOverRun(name, options)),
  );
  add('abort <run>', 'make a running drill roll back, from any shell that shares its state').action(
    async (name: string, options: CommonOptions) => {
      finish(await (await import('./commands/abort.js')).abort(name, options));
    },
  );
}

/** The exit code for what commander itself says: help and version are answers, everything else is bad input. */
export function exitCodeOfCommander(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : 2;
}
