import { MOST_BY_NAME } from '../changes/instance-state.js';
import { isCreatedRef, type AnyChange } from '../model/change.js';
import type { Json } from '../model/json.js';
import type { Action } from './permissions-actions.js';
import { ec2Arn } from './permissions-arns.js';
import type { Needs, PolicyPlace } from './permissions-drivers.js';
import { OF_A_RUN } from './permissions-run.js';
import { allow, type Condition, type Statement } from './permissions-statements.js';

/** What carries the opt-in tag. */
export function tagged({ optIn }: PolicyPlace): Condition {
  return { StringEquals: { [`aws:ResourceTag/${optIn.key}`]: optIn.value } };
}

/** Instances come and go between a plan and its drill: whichever carry the opt-in tag. */
export function anyOptedIn(actions: readonly Action[]): Needs['writes'] {
  return (_changes, at) => [allow('ChangeInstances', actions, { on: [ec2Arn('instance', '*', at)], when: tagged(at) })];
}

/** Where they are many, or nobody knows how many, their states are listed instead of themselves. */
export function stops(changes: readonly AnyChange[], at: PolicyPlace): readonly Statement[] {
  const states = allow('ReadStates', ['ec2:DescribeInstanceStatus'], {
    on: ['*'],
    when: { StringEquals: { 'aws:RequestedRegion': [at.region] } },
  });
  return [
    ...anyOptedIn(['ec2:StopInstances', 'ec2:StartInstances'])(changes, at),
    ...(changes.length === 0 || changes.length > MOST_BY_NAME ? [states] : []),
  ];
}

/** The groups that an instance gets: its own of before, and those of the run. */
export function groupSwaps(changes: readonly AnyChange[], at: PolicyPlace): readonly Statement[] {
  const modify: readonly Action[] = ['ec2:ModifyInstanceAttribute'];
  return [
    ...anyOptedIn(modify)(changes, at),
    allow('ChangeNamed', modify, { on: beforeOf(changes).map((group) => ec2Arn('security-group', group, at)) }),
    allow('OfARun', modify, { on: [ec2Arn('security-group', '*', at)], when: OF_A_RUN }),
  ].filter(hasResources);
}

/** Whether a statement is about anything. */
export function hasResources({ Resource }: Statement): boolean {
  return Resource.length > 0;
}

/** Ids that stand in the values before, alone or in lists. */
export function beforeOf(changes: readonly AnyChange[]): readonly string[] {
  return changes.flatMap((change) => (change.kind === 'reversible' ? idsIn(change.before) : []));
}

function idsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && !isCreatedRef(value) ? value.filter((one) => typeof one === 'string') : [];
}
