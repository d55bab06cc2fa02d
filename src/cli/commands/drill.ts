import { runFolder } from '../../drill/runs.js';
import { startDrill, type StartedDrill } from '../../drill/start.js';
import { KongError } from '../../model/errors.js';
import { overridesOf, refuses, type Plan } from '../../model/plan.js';
import type { Result, RunEvent } from '../../model/run.js';
import { count } from '../../model/summary.js';
import { createView } from '../../report/live.js';
import { planText } from '../../report/plan-text.js';
import { eventLine } from '../../report/json.js';
import { resultJson, resultMarkdown, resultText } from '../../report/result-text.js';
import { readConfig } from '../config.js';
import { asEscape, assertEnds, type EscapeOptions } from '../escape-options.js';
import type { GateOptions } from '../gate-options.js';
import { makePlan } from '../make-plan.js';
import type { CommonOptions } from '../options.js';
import { passedByName, publishDelay } from '../passed-gates.js';
import { colourFor, columnsOf } from '../render.js';
import { gatesToday, optionsOfPlan, planAgain, savedPlanAt, type SavedFile } from '../saved-plan.js';
import { openSetting, type Setting } from '../settings.js';
import { resolveExperiment } from '../target.js';
import { lockPortsOf, watchdogFor } from '../watchdog.js';
import type { WatchdogOptions } from '../watchdog-options.js';
import { thisOutside, type Outside } from '../wire.js';

/** Gates are asked again where a confirmation took longer than this. */
const PLAN_IS_OLD_MS = 60_000;

/** `kong drill TARGET`: plan, gates, confirm, inject, watch, restore, report. */
export async function drill(target: string, given: DrillOptions): Promise<number> {
  const outside = thisOutside(given);
  const file = savedPlanAt(target);
  const options = file === undefined ? given : optionsOfPlan(file, given);
  const setting = await openSetting(options, readConfig(options.config, outside.files), outside);
  const say = (note: string): void => {
    if (options.quiet !== true) outside.terminal.err(`${note}\n`);
  };
  const { plan: made, from } = await planOf({ target, file }, options, { setting, outside });
  const plannedAt = outside.wallClock.now();
  const plan = passedByName(made, options, say);
  say(`using ${from}`);
  if (!plan.gates.some(refuses)) await confirm({ target, file, plan }, options, { setting, outside });
  // whoever took their time to confirm has seen a plan of some time ago
  const isOld = outside.wallClock.now() - plannedAt > PLAN_IS_OLD_MS;
  const gates = isOld ? await gatesToday(plan, setting) : undefined;
  const current = gates === undefined ? plan : passedByName({ ...plan, gates }, options, () => undefined);
  const result = await run(current, options, { setting, outside });
  outside.terminal.out(render(result, options, outside));
  return result.exitCode;
}

/** The options of `kong drill`. */
export type DrillOptions = GateOptions & WatchdogOptions & EscapeOptions;

interface Asked {
  readonly target: string;
  /** Undefined where the target is no saved plan. */
  readonly file: SavedFile | undefined;
}

async function planOf(
  { target, file }: Asked,
  options: DrillOptions,
  { setting, outside }: Around,
): Promise<{ readonly plan: Plan; readonly from: string }> {
  if (file !== undefined) return { plan: await planAgain(file, setting, outside), from: file.file };
  const { experiment: found, from } = await resolveExperiment(target, options, setting, outside);
  const experiment = asEscape(found, options);
  const speed = options.speed ?? (outside.terminal.stderrIsTty ? 'watched' : 'max');
  assertEnds(experiment, setting.sim !== undefined && speed === 'max');
  return { plan: { ...(await makePlan(experiment, options.seed, setting)), ...publishDelay(setting) }, from };
}

interface Around {
  readonly setting: Setting;
  readonly outside: Outside;
}

/** On Amazon the target's name is typed; no terminal never means yes, and a review is no consent to an override. */
async function confirm(
  { target, file, plan }: Asked & { readonly plan: Plan },
  options: CommonOptions,
  { setting, outside }: Around,
): Promise<void> {
  const { environment } = setting;
  const { terminal } = outside;
  const overridden = overridesOf(plan);
  if (!environment.amazon || options.yes === true) return;
  if (file !== undefined && overridden.length === 0) return;
  if (!terminal.stdinIsTty) throw notConfirmed(environment.where, overridden.map(({ gate }) => gate));
  const { columns } = terminal.stderr;
  const width = columns === undefined ? {} : { width: columns };
  terminal.err(planText(plan, { colour: colourFor('stderr', options, outside), ...width }));
  const verb = plan.experiment.escape === true ? 'takes the traffic out of' : 'breaks';
  const typed = await terminal.ask(`This ${verb} ${target} on ${environment.where}. Type ${target} to go on: `);
  if (typed.trim() !== target)
    throw new KongError('NOT_CONFIRMED', "the target's name was not typed: nothing was changed");
}

function notConfirmed(where: string, overridden: readonly string[]): KongError {
  if (overridden.length > 0) {
    const gates = overridden.join(', ');
    return new KongError('NOT_CONFIRMED', `overriding ${gates} on ${where} has to be confirmed, and there is no terminal`, {
      fix: 'pass --yes',
    });
  }
  return new KongError('NOT_CONFIRMED', `a drill on ${where} has to be confirmed, and there is no terminal`, {
    fix: 'pass --yes, or a plan that was saved with `kong plan --out` and reviewed',
  });
}

async function run(plan: Plan, options: WatchdogOptions, { setting, outside }: Around): Promise<Result> {
  const { files, machine, terminal, wallClock } = outside;
  const view =
    options.format === 'ndjson'
      ? undefined
      : createView({
          stream: terminal.stderr,
          colour: colourFor('stderr', options, outside),
          quiet: options.quiet === true,
          verbose: options.verbose === true,
          clock: () => wallClock.now(),
        });
  const interrupts = new Interrupts(outside, plan.experiment.escape === true ? 2 : 1);
  const name = machine.newRunId();
  try {
    const started = startDrill({
      plan,
      run: name,
      state: options.state,
      endpoint: setting.environment.endpoint ?? null,
      cloud: setting.cloud,
      switches: setting.switches,
      openResolver: setting.openResolver,
      calls: setting.calls,
      clock: setting.clock,
      files,
      lock: lockPortsOf(outside),
      watchdog: watchdogFor(name, options, { setting, outside }),
      onLocked: () => {
        setting.keep();
      },
      onEvent: (event: RunEvent) => (view ? view.event(event) : terminal.out(eventLine(event))),
      onInterrupt: (listener) => interrupts.first(listener),
    });
    interrupts.watch(started);
    return await started.result;
  } finally {
    interrupts.end();
    view?.close();
  }
}

function render(result: Result, options: CommonOptions, outside: Outside): string {
  switch (options.format) {
    case 'json':
      return resultJson(result);
    case 'ndjson':
      return '';
    case 'markdown':
      return resultMarkdown(result);
    case 'text':
      return resultText(result, {
        colour: colourFor('stdout', options, outside),
        folder: runFolder(options.state, result.run),
        ...columnsOf(outside),
      });
  }
}

/** The first Ctrl-C rolls back. The second says what is still changed, and how to finish; the third gives up. */
class Interrupts {
  private readonly outside: Outside;
  private listener: ((signal: string) => void) | undefined;
  private started: StartedDrill | undefined;
  private readonly stop: () => void;

  /** How many signals the drill itself hears: an escape's second makes its gradual return an immediate one. */
  private readonly heard: number;

  constructor(outside: Outside, heard: number) {
    this.outside = outside;
    this.heard = heard;
    this.stop = outside.onStopSignals((signal, times) => this.onSignal(signal, times));
  }

  first(listener: (signal: string) => void): () => void {
    this.listener = listener;
    return () => {
      this.listener = undefined;
    };
  }

  watch(started: StartedDrill): void {
    this.started = started;
  }

  end(): void {
    this.stop();
  }

  private onSignal(signal: string, times: number): void {
    if (times <= this.heard) return this.listener?.(signal);
    const changed = this.started?.stillChanged() ?? 0;
    const { terminal, machine } = this.outside;
    terminal.err(
      `\n${count(changed, 'attribute')} ${changed === 1 ? 'is' : 'are'} still changed, and being put back. If this process ends before that: kong rollback\n`,
    );
    if (times > this.heard + 1) machine.exit(changed > 0 ? 4 : 130);
  }
}
