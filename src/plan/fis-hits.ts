import { lossOf } from '../experiment/fis-actions.js';
import { plannedFis, textsIn } from '../experiment/fis-changes.js';
import type { FisTemplate } from '../model/fis-template.js';
import type { AnyChange } from '../model/change.js';

/** What an experiment of AWS FIS breaks, as far as kong can tell. */
export interface FisHits {
  readonly subnets: readonly string[];
  readonly instances: readonly string[];
  /** Targets that it can't tell. */
  readonly unknown: readonly string[];
}

/** What experiments hit: what templates of kong's own name, and what was found for those of others. */
export function fisHits(changes: readonly AnyChange[]): FisHits {
  const named = plannedFis(changes).map(({ template }) => namedIn(template));
  const found = changes.map((change) => {
    const memo = change.kind === 'reversible' && change.attribute === 'fisExperiment.running' ? change.memo : undefined;
    const of = (key: string): readonly string[] => textsIn(memo ?? null, key);
    return { subnets: of('subnets'), instances: of('instances'), unknown: of('unknown') };
  });
  const all = [...named, ...found];
  return {
    subnets: all.flatMap(({ subnets }) => subnets),
    instances: all.flatMap(({ instances }) => instances),
    unknown: all.flatMap(({ unknown }) => unknown),
  };
}

/** Instances that experiments terminate, as far as templates name them. */
export function fisEnds(changes: readonly AnyChange[]): readonly string[] {
  return plannedFis(changes).flatMap(({ template }) => {
    const ending = Object.entries(template.actions).filter(([, one]) => one.actionId === 'aws:ec2:terminate-instances');
    return namedIn({ ...template, actions: Object.fromEntries(ending) }).instances;
  });
}

/** What experiments do that can't be taken back: by the name under which an experiment must allow it. */
export function fisLosses(changes: readonly AnyChange[]): readonly string[] {
  const actions = plannedFis(changes).flatMap(({ template }) => Object.values(template.actions));
  return [...new Set(actions.flatMap((action) => lossOf(action) ?? []))];
}

function namedIn({ actions, targets = {} }: FisTemplate): FisHits {
  const used = new Set(Object.values(actions).flatMap((action) => Object.values(action.targets ?? {})));
  const arns = Object.entries(targets).flatMap(([name, target]) => (used.has(name) ? (target.resourceArns ?? []) : []));
  const idsOf = (type: string): readonly string[] =>
    arns.flatMap((arn) => (arn.includes(`:${type}/`) ? [arn.slice(arn.lastIndexOf('/') + 1)] : []));
  return { subnets: idsOf('subnet'), instances: idsOf('instance'), unknown: [] };
}
