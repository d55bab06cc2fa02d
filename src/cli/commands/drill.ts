import { runFolder } from '../../drill/runs.js';
import { startDrill, type StartedDrill } from '../../drill/start.js';
import { KongError } from '../../model/errors.js';
import type { Plan } from '../../model/plan.js';
import type { Result, RunEvent } from '../../model/run.js';
import { createView } from '../../report/live.js';
import { planText } from '../../report/plan-text.js';
import { eventLine } from '../../report/json.js';
import { resultJson, resultMarkdown, resultText } from '../../report/result-text.js';
import { readConfig } from '../config.js';
import { assertNotDrifted, makePlan } from '../make-plan.js';
import type { CommonOptions } from '../options.js';
import { colourFor } from '../render.js';
import { openSetting, type Setting } from '../settings.js';
import { resolveTarget, type Target } from '../target.js';
import { thisOutside, type Outside } from '../wire.js';

/** `kong drill TARGET`: plan, gates, confirm, inject, watch, restore, report. */
export async function drill(target: string, options: CommonOptions): Promise<number> {
  const outside = thisOutside();
  const setting = await openSetting(options, readConfig(options.config, outside.files), outside);
  const resolved = await resolveTarget(target, options, setting, outside);
  const plan = await planOf(resolved, options, setting);
  if (options.quiet !== true)
    outside.terminal.err(`using ${resolved.kind === 'plan' ? resolved.file : resolved.from}\n`);
  if (plan.gates.every((gate) => gate.passed)) await confirm({ target, resolved, plan }, options, { setting, outside });
  const result = await run(plan, options, { setting, outside });
  outside.terminal.out(render(result, options, outside));
  return result.exitCode;
}

async function planOf(resolved: Target, options: CommonOptions, setting: Setting): Promise<Plan> {
  if (resolved.kind === 'experiment') return makePlan(resolved.experiment, options.seed, setting);
  await assertNotDrifted(resolved.plan, setting);
  return resolved.plan;
}

interface Around {
  readonly setting: Setting;
  readonly outside: Outside;
}

/** On Amazon the target's name is typed; no terminal never means yes. */
async function confirm(
  { target, resolved, plan }: { readonly target: string; readonly resolved: Target; readonly plan: Plan },
  options: CommonOptions,
  { setting, outside }: Around,
): Promise<void> {
  const { environment } = setting;
  const { terminal } = outside;
  if (!environment.amazon || options.yes === true || resolved.kind === 'plan') return;
  if (!terminal.stdinIsTty) {
    throw new KongError(
      'NOT_CONFIRMED',
      `a drill on ${environment.where} has to be confirmed, and there is no terminal`,
      { fix: 'pass --yes, or a plan that was saved with `kong plan --out` and reviewed' },
    );
  }
  terminal.err(planText(plan, { colour: colourFor('stderr', options, outside) }));
  const typed = await terminal.ask(`This breaks ${target} on ${environment.where}. Type ${target} to go on: `);
  if (typed.trim() !== target)
    throw new KongError('NOT_CONFIRMED', "the target's name was not typed: nothing was changed");
}

async function run(plan: Plan, options: CommonOptions, { setting, outside }: Around): Promise<Result> {
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
  const interrupts = new Interrupts(outside);
  try {
    const started = startDrill({
      plan,
      run: machine.newRunId(),
      state: options.state,
      endpoint: setting.environment.endpoint ?? null,
      cloud: setting.cloud,
      calls: setting.calls,
      clock: setting.clock,
      files,
      lock: { files, clock: wallClock, host: machine.host, pid: machine.pid, isAlive: machine.isAlive },
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
      });
  }
}

/** The first Ctrl-C rolls back. The second says what is still changed, and how to finish; the third gives up. */
class Interrupts {
  private readonly outside: Outside;
  private listener: ((signal: string) => void) | undefined;
  private started: StartedDrill | undefined;
  private readonly stop: () => void;

  constructor(outside: Outside) {
    this.outside = outside;
    this.stop = outside.onStopSignals((signal, count) => this.onSignal(signal, count));
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

  private onSignal(signal: string, count: number): void {
    if (count === 1) return this.listener?.(signal);
    const changed = this.started?.stillChanged() ?? 0;
    const { terminal, machine } = this.outside;
    terminal.err(
      `\n${changed} attributes are still changed, and are being put back. If this process ends before that: kong rollback\n`,
    );
    if (count > 2) machine.exit(changed > 0 ? 4 : 130);
  }
}
