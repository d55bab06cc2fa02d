import { plannedFis } from '../../experiment/fis-changes.js';
import { FAULTS_TAG, HOLD_TAG, NAME_TAG, SCOPE_TAG, SELECT_TAG } from '../../experiment/import-fis.js';
import { selectTag } from '../../experiment/import-fis-own.js';
import { canFis } from '../../faults/fis-parts.js';
import { faultNamed } from '../../faults/registry.js';
import { formatDuration } from '../../model/duration.js';
import { KongError } from '../../model/errors.js';
import type { Experiment, Scope } from '../../model/experiment.js';
import { titleOf } from '../../plan/step-title.js';
import { jsonText } from '../../report/json.js';
import { clean } from '../../report/plain.js';
import { readConfig } from '../config.js';
import { makePlan } from '../make-plan.js';
import type { CommonOptions } from '../options.js';
import { openSetting } from '../settings.js';
import { resolveExperiment } from '../target.js';
import { thisOutside } from '../wire.js';

/** The options of `kong export`. */
export interface ExportOptions extends CommonOptions {
  readonly out?: string;
  /** What AWS FIS can't do is bad input. */
  readonly strict?: boolean;
}

/**
 * `kong export fis TARGET`: what AWS FIS would be given, as `aws fis create-experiment-template --cli-input-json` takes
 * it, on stdout; what FIS can't do of the experiment on stderr. Reads only.
 */
export async function exportTo(kind: string, target: string, options: ExportOptions): Promise<number> {
  if (kind !== 'fis') throw new KongError('BAD_ARGUMENT', `kong exports no ${kind}`, { fix: 'kong export fis TARGET' });
  const outside = thisOutside(options);
  const setting = await openSetting(options, readConfig(options.config, outside.files), outside);
  const { experiment } = await resolveExperiment(target, options, setting, outside);
  const able = experiment.method.filter((step) => step.kind !== 'fault' || fisDoes(step.fault));
  const faults = able.flatMap((step) => (step.kind === 'fault' ? [step.fault] : []));
  if (faults.length === 0)
    throw new KongError('BAD_EXPERIMENT', `AWS FIS can carry out none of the faults of ${experiment.name}`, {
      fix: '`kong faults` says what there is',
    });
  const plan = await makePlan({ ...experiment, engine: 'fis', method: able }, options.seed, setting);
  const [planned] = plannedFis(plan.steps.flatMap(({ batches }) => batches.flat()));
  if (!planned) throw new KongError('EMPTY_TARGET', `${experiment.name} would hit nothing`, { fix: 'see `kong plan`' });
  const tags = {
    [NAME_TAG]: experiment.name,
    ...originOf(experiment, able),
    [HOLD_TAG]: formatDuration(plan.forecast.methodSeconds * 1_000),
  };
  const text = jsonText({ ...planned.template, tags });
  const notes = notesOn(experiment);
  if (options.quiet !== true) for (const note of notes) outside.terminal.err(`not in the template: ${clean(note)}\n`);
  if (options.out === undefined) outside.terminal.out(text);
  else outside.files.write(options.out, text);
  return options.strict === true && notes.length > 0 ? 2 : 0;
}

function fisDoes(name: string): boolean {
  const fault = faultNamed(name);
  return fault !== undefined && canFis(fault);
}

/** What `kong import` makes the same of again; nothing where tags can't tell it all: the template is read as it is. */
function originOf({ blastRadius }: Experiment, method: Experiment['method']): Readonly<Record<string, string>> {
  const faults = method.filter((step) => step.kind === 'fault');
  const select = selectTag(blastRadius.select);
  if (select === undefined || !faults.every(isPlain)) return {};
  return {
    [SCOPE_TAG]: scopeTag(blastRadius.scope),
    ...(select === '' ? {} : { [SELECT_TAG]: select }),
    [FAULTS_TAG]: [...new Set(faults.map(({ fault }) => fault))].join(' '),
  };
}

/** Whether its parameters are those that it has anyway. */
function isPlain({ fault, params }: Extract<Experiment['method'][number], { kind: 'fault' }>): boolean {
  const own = faultNamed(fault)?.params ?? {};
  return Object.entries(params).every(([name, value]) => own[name]?.default === value);
}

function scopeTag(scope: Scope): string {
  switch (scope.kind) {
    case 'az':
      return `az ${scope.zone}`;
    case 'region':
    case 'instance':
      return `${scope.kind} ${scope.region}`;
    case 'link':
      return `link ${scope.regions.join(' ')}`;
  }
}

/** What of an experiment is kong's own, and what FIS has no word for. */
function notesOn({ method, fis }: Experiment): readonly string[] {
  const steps = method.flatMap((step) => {
    if (step.kind === 'hold' || step.kind === 'restore') return [];
    return step.kind === 'fault' && fisDoes(step.fault) ? [] : [titleOf(step)];
  });
  return [
    ...steps,
    'the SLIs, what is expected of them, and the rules of abort',
    ...((fis?.stopAlarms ?? []).length === 0 ? ['a stop condition: name CloudWatch alarms in fis.stopAlarms'] : []),
    'suspending what would replace the targets meanwhile',
  ];
}
