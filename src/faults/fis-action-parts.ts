import type { FisTemplateAction, FisTemplateTarget } from '../model/fis-template.js';
import { partitionOf } from '../model/arn.js';

/** Resource names that one target takes: https://docs.aws.amazon.com/fis/latest/userguide/targets.html */
export const MOST_ARNS = 5;

/** One action of AWS FIS on resources of EC2 that are named, as many as there are. */
export interface ActsOn {
  readonly name: string;
  readonly key: 'Instances' | 'Subnets';
  readonly ids: readonly string[];
  readonly actionId: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** One action with its target, each with its name in a template. */
export interface Part {
  readonly name: string;
  readonly target: string;
  readonly selects: FisTemplateTarget;
  readonly action: FisTemplateAction;
}

/** Where resources are. */
export interface ArnPlace {
  readonly account: string;
  readonly region: string;
}

/** One action for each five of the resources; none for none. */
export function partsOn({ key, ids, actionId, parameters, ...acts }: ActsOn, at: ArnPlace): readonly Part[] {
  const all = namedTargets(key === 'Subnets' ? 'aws:ec2:subnet' : 'aws:ec2:instance', ids, at);
  return all.map((selects, index) => {
    const name = all.length === 1 ? acts.name : `${acts.name}-${index + 1}`;
    const target = `to-${name}`;
    return { name, target, selects, action: { actionId, parameters: { ...parameters }, targets: { [key]: target } } };
  });
}

/** Resources of EC2 by name, five a target. */
export function namedTargets(
  resourceType: 'aws:ec2:instance' | 'aws:ec2:subnet',
  ids: readonly string[],
  { account, region }: ArnPlace,
): readonly FisTemplateTarget[] {
  const type = resourceType.replace('aws:ec2:', '');
  const arns = ids.map((id) => `arn:${partitionOf(region)}:ec2:${region}:${account}:${type}/${id}`);
  return Array.from({ length: Math.ceil(arns.length / MOST_ARNS) }, (_, index) => ({
    resourceType,
    resourceArns: arns.slice(index * MOST_ARNS, (index + 1) * MOST_ARNS),
    selectionMode: 'ALL',
  }));
}
