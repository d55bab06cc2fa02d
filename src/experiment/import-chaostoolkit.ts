import type { Json } from '../model/json.js';
import { actionOf, type ToolkitAction } from './import-toolkit-actions.js';
import { nameFrom, TODO, type Draft, type ImportNote } from './import-draft.js';
import type { Why } from './import-toolkit-filters.js';
import { hypothesisOf } from './import-toolkit-probes.js';
import type { ToolkitActivity, ToolkitExperiment } from './import-toolkit-schema.js';

/**
 * An experiment of the Chaos Toolkit, as one of kong's: its hypothesis where CloudWatch measures it, its actions where
 * kong has a fault for them, its pauses. Rollbacks are not needed: kong puts back what it did.
 */
export function toolkitDraft(file: ToolkitExperiment): Draft {
  const left: ImportNote[] = [];
  const choices: string[] = [];
  const region = regionOf(file, choices);
  const hypothesis = hypothesisOf(file, region);
  left.push(...hypothesis.left);
  const steps = stepsOf(file, left);
  left.push(...restOf(file));
  const [first] = steps.actions;
  const losses = [...new Set(steps.actions.flatMap(({ loses }) => loses ?? []))];
  return {
    name: nameFrom(file.title, 'from-chaostoolkit'),
    hypothesis: (file['steady-state-hypothesis']?.title ?? file.description ?? file.title).slice(0, 2_000),
    blastRadius: {
      ...(first?.blast ?? { scope: TODO }),
      ...(first?.blast.scope === 'az' ? {} : { region }),
      ...(losses.length > 0 ? { allowIrreversible: losses } : {}),
    },
    slis: hypothesis.slis,
    steadyState: hypothesis.steadyState,
    abort: hypothesis.abort,
    more: {},
    method: steps.method,
    choices: [
      ...choices,
      ...hypothesis.choices,
      ...(losses.length > 0 ? [`it does what can't be undone: ${losses.join(', ')}`] : []),
      'rollbacks are left out: kong puts back whatever it changed, in the order in which that is safe',
    ],
    left,
  };
}

function regionOf({ configuration = {} }: ToolkitExperiment, choices: string[]): string {
  const region = configuration.aws_region;
  if (typeof region === 'string' && /^[a-z]{2}(-[a-z]+)+-\d+$/.test(region)) return region;
  choices.push('no region is in its configuration: write it');
  return TODO;
}

interface Steps {
  readonly method: readonly Json[];
  readonly actions: readonly ToolkitAction[];
}

/** One experiment of kong's has one blast radius: that of the first action. */
function stepsOf({ method }: ToolkitExperiment, left: ImportNote[]): Steps {
  const steps: Json[] = [];
  const actions: ToolkitAction[] = [];
  const hold = (seconds: unknown): void => {
    const whole = Math.ceil(Number(seconds));
    if (whole > 0) steps.push({ hold: `${whole}s` });
  };
  method.forEach((activity, index) => {
    hold(activity.pauses?.before);
    const made = turned(activity, actions);
    if ('why' in made) left.push({ path: `method[${index}]`, why: `${activity.name ?? 'unnamed'}: ${made.why}` });
    else {
      steps.push({ fault: made.step ?? made.fault });
      actions.push(made);
    }
    hold(activity.pauses?.after);
  });
  const held = steps.some((step) => typeof step === 'object' && step !== null && 'hold' in step);
  if (actions.length > 0 && !held) steps.push({ hold: '1m' });
  const restores = [...new Set(actions.filter(({ loses }) => loses === undefined).map(({ fault }) => fault))];
  return { method: actions.length === 0 ? [] : [...steps, ...restores.map((restore) => ({ restore }))], actions };
}

function turned(activity: ToolkitActivity, before: readonly ToolkitAction[]): ToolkitAction | Why {
  if (activity.type === 'probe') return { why: 'a probe in the method: kong reads its SLIs all the time' };
  const made = actionOf(activity);
  const [first] = before;
  if ('why' in made || first === undefined) return made;
  if (JSON.stringify(made.blast) !== JSON.stringify(first.blast))
    return { why: 'it has another blast radius than the first action: make it an experiment of its own, by --only' };
  return before.some(({ fault }) => fault === made.fault) ? { why: `kong does ${made.fault} once` } : made;
}

/** What stands beside the method. */
function restOf(file: ToolkitExperiment): readonly ImportNote[] {
  const controls = (file.controls ?? []).map(({ name = 'unnamed', provider }, index) => ({
    path: `controls[${index}]`,
    why: /safeguards$/.test(provider?.module ?? '')
      ? `${name}: a safeguard stops the run: write it as a rule of abort.when`
      : `${name}: kong has no controls`,
  }));
  const odd = (['extensions', 'secrets', 'dry'] as const)
    .filter((key) => file[key] !== undefined)
    .map((key) => ({ path: key, why: 'kong has no such thing; credentials are those of the AWS SDK' }));
  return [...controls, ...odd];
}
