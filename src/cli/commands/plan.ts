import { parseDuration } from '../../model/duration.js';
import { KongError } from '../../model/errors.js';
import { refuses, type Plan } from '../../model/plan.js';
import { asSaved, PLAN_VALID_MS } from '../../plan/saved-plan.js';
import { planJson, planLine, planMarkdown, planText } from '../../report/plan-text.js';
import { readConfig } from '../config.js';
import { asEscape, type EscapeOptions } from '../escape-options.js';
import type { GateOptions } from '../gate-options.js';
import { makePlan } from '../make-plan.js';
import { passedByName, publishDelay } from '../passed-gates.js';
import { colourFor, columnsOf } from '../render.js';
import { optionsOfPlan, planAgain, savedPlanAt, savedWorld } from '../saved-plan.js';
import { openSetting, type Setting } from '../settings.js';
import { resolveExperiment } from '../target.js';
import { thisOutside, type Outside } from '../wire.js';

/** The options of `kong plan`. */
export interface PlanOptions extends GateOptions, EscapeOptions {
  readonly out?: string;
  /** A duration, as it was typed. */
  readonly expires?: string;
}

/** `kong plan TARGET`: what a drill would do. Exit 0 where it would start, 3 where a gate would refuse it. */
export async function plan(target: string, asked: PlanOptions): Promise<number> {
  const outside = thisOutside(asked);
  const file = savedPlanAt(target);
  const options = file === undefined ? asked : optionsOfPlan(file, asked);
  const validMs = validFor(options);
  if (file !== undefined && options.out !== undefined) {
    throw new KongError('BAD_ARGUMENT', `${target} is a saved plan already: to save it again would renew it unseen`, {
      fix: 'leave --out out, or make the plan anew from its experiment',
    });
  }
  const setting = await openSetting(options, readConfig(options.config, outside.files), outside);
  const made =
    file === undefined ? await fresh(target, options, { setting, outside }) : await planAgain(file, setting, outside);
  const passed = passedByName(made, options, (note) => outside.terminal.err(`${note}\n`));
  const answer =
    options.out === undefined ? passed : save(passed, { options, validMs, setting, outside, out: options.out });
  outside.terminal.out(render(answer, options, outside));
  return answer.gates.some(refuses) ? 3 : 0;
}

interface Around {
  readonly setting: Setting;
  readonly outside: Outside;
}

async function fresh(target: string, options: PlanOptions, { setting, outside }: Around): Promise<Plan> {
  const experiment = asEscape((await resolveExperiment(target, options, setting, outside)).experiment, options);
  return { ...(await makePlan(experiment, options.seed, setting)), ...publishDelay(setting) };
}

function validFor({ expires, out }: PlanOptions): number {
  if (expires === undefined) return PLAN_VALID_MS;
  const validMs = parseDuration(expires);
  if (validMs === undefined) {
    throw new KongError('BAD_ARGUMENT', `--expires ${expires} is no duration`, { fix: 'write 30m, 2h or 1d' });
  }
  if (out === undefined) {
    throw new KongError('BAD_ARGUMENT', '--expires is about a plan that is saved, and this one is not', {
      fix: 'add --out FILE',
    });
  }
  return validMs;
}

interface Saving extends Around {
  readonly options: PlanOptions;
  readonly out: string;
  readonly validMs: number;
}

function save(plan: Plan, { options, out, validMs, setting, outside }: Saving): Plan {
  const { machine, terminal, wallClock } = outside;
  const saved = asSaved(plan, {
    id: machine.newRunId(),
    nowMs: wallClock.now(),
    validMs,
    state: options.state,
    set: options.set,
    world: savedWorld(options, setting),
  });
  writePlan(out, planJson(saved), outside);
  if (options.quiet !== true)
    terminal.err(`saved ${out}: for one drill until ${saved.saved.expiresAt}: kong drill ${out}\n`);
  return saved;
}

function writePlan(out: string, text: string, { files }: Outside): void {
  try {
    files.write(out, text);
  } catch (cause) {
    if (!(cause instanceof KongError)) throw cause;
    const why = cause.cause instanceof Error && 'code' in cause.cause ? cause.cause.code : undefined;
    if (why === 'EISDIR' || why === 'ENOTDIR' || out.endsWith('/')) {
      throw new KongError('BAD_ARGUMENT', `--out ${out}: a file is needed, and that is a folder, or below a file`, {
        cause,
        fix: `--out ${out.replace(/\/*$/, '')}/plan.json`,
      });
    }
    throw new KongError('STATE_NOT_WRITABLE', `the plan could not be saved: ${cause.message}`, {
      cause,
      fix: 'check the folder and its permissions, or name another file with --out',
    });
  }
}

function render(made: Plan, options: PlanOptions, outside: Outside): string {
  switch (options.format) {
    case 'json':
      return planJson(made);
    case 'ndjson':
      return planLine(made);
    case 'markdown':
      return planMarkdown(made);
    case 'text':
      return planText(made, {
        colour: colourFor('stdout', options, outside),
        verbose: options.verbose === true,
        ...columnsOf(outside),
      });
  }
}
