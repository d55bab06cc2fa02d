import { examine, examineOffline, exitCodeOfChecks, type Planned } from '../../doctor/doctor.js';
import type { StateRequest } from '../../doctor/state-checks.js';
import type { Checkup } from '../../model/checkup.js';
import { KongError } from '../../model/errors.js';
import { doctorJson, doctorLines, doctorMarkdown, doctorText } from '../../report/doctor-text.js';
import { readConfig, type Config } from '../config.js';
import { makePlan } from '../make-plan.js';
import type { CommonOptions } from '../options.js';
import { colourFor } from '../render.js';
import { optionsOfPlan, planAgain, savedPlanAt } from '../saved-plan.js';
import { openSetting, type Setting } from '../settings.js';
import { resolveExperiment } from '../target.js';
import { fileMode, keptSource, thisOutside, type Outside } from '../wire.js';

/**
 * `kong doctor [TARGET]`: what would keep a drill from going well. Sends no mutating call; on Amazon itself, EC2 is
 * asked by DryRun. Exit 0 where nothing failed, else as a drill would end: 4, 5, 3 or 2, the gravest first.
 */
export async function doctor(target: string | undefined, asked: CommonOptions): Promise<number> {
  const outside = thisOutside(asked);
  const file = target === undefined ? undefined : savedPlanAt(target);
  const options = file === undefined ? asked : optionsOfPlan(file, asked);
  const config = readConfig(options.config, outside.files);
  const checkup = await lookAt(target, { options, config, outside });
  outside.terminal.out(render(checkup, options, outside));
  return exitCodeOfChecks(checkup.checks);
}

interface Around {
  readonly options: CommonOptions;
  readonly config: Config;
  readonly outside: Outside;
}

async function lookAt(target: string | undefined, around: Around): Promise<Checkup> {
  const { options, config, outside } = around;
  const { env } = outside.machine;
  const state = stateOf(options, outside);
  const named = { schema: 'kong/doctor/v1', on: options.on, target: target ?? null } as const;
  const setting = await opened(around);
  if (setting instanceof KongError) {
    return { ...named, where: null, account: null, checks: examineOffline(setting, { state, env }) };
  }
  const { cloud, environment, regions, clock, definitions, hooks, switches, openResolver } = setting;
  const kept = await keptWorld(around);
  const planned = await planFor(target, setting, around);
  const own = { definitions, hooks, switches, openResolver };
  const known = { cloud, environment, regions, site: config.conditions, ...own, ...(kept && { kept }) };
  const checks = await examine({ ...known, planned, clock, state, env });
  return { ...named, where: environment.where, account: environment.account, checks };
}

/** A cloud that does not answer is what a doctor is for; bad input is not. */
async function opened({ options, config, outside }: Around): Promise<Setting | KongError> {
  try {
    return await openSetting(options, config, outside);
  } catch (error) {
    return ofEnvironment(error);
  }
}

/** The simulated world as the last run left it; undefined: none was kept, or the world is real. */
async function keptWorld({ options, config, outside }: Around): Promise<Setting | undefined> {
  if (options.on !== 'sim' || keptSource(options, outside) === undefined) return undefined;
  return openSetting(options, config, outside, true);
}

async function planFor(target: string | undefined, setting: Setting, { options, outside }: Around): Promise<Planned> {
  if (target === undefined) return { kind: 'none' };
  try {
    const file = savedPlanAt(target);
    if (file) return { kind: 'plan', plan: await planAgain(file, setting, outside) };
    const { experiment } = await resolveExperiment(target, options, setting, outside);
    return { kind: 'plan', plan: await makePlan(experiment, options.seed, setting) };
  } catch (error) {
    return { kind: 'failed', error: ofEnvironment(error) };
  }
}

/** @throws whatever is not about the environment, as it is */
function ofEnvironment(error: unknown): KongError {
  if (error instanceof KongError && error.exitCode !== 2) return error;
  throw error;
}

function stateOf({ state }: CommonOptions, { files, wallClock, machine }: Outside): StateRequest {
  const { host, pid, isAlive } = machine;
  return { state, files, clock: wallClock, host, pid, isAlive, fileMode };
}

function render(checkup: Checkup, options: CommonOptions, outside: Outside): string {
  switch (options.format) {
    case 'json':
      return doctorJson(checkup);
    case 'ndjson':
      return doctorLines(checkup);
    case 'markdown':
      return doctorMarkdown(checkup);
    case 'text':
      return doctorText(checkup, { colour: colourFor('stdout', options, outside), width: outside.terminal.columns });
  }
}
