import type { Action, Rule, RuleCondition as AwsCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsFault, notSimulated } from '../aws-fault.js';
import type { ListenerAction, ListenerRule, RuleCondition } from '../balancer-rows.js';
import type { CallContext } from '../operation.js';
import { targetGroupOf } from './find.js';

/**
 * The one action of a rule: forward, or a fixed response.
 * @throws AwsFault by name at any other
 */
export function actionOf(actions: readonly Action[] | undefined, context: CallContext): ListenerAction {
  const [action, ...more] = actions ?? [];
  if (!action) throw new AwsFault('ValidationError', 'At least one action must be specified');
  if (more.length > 0) throw notSimulated('rules with several actions');
  if (action.Type === 'fixed-response') {
    const { StatusCode: status, MessageBody: body } = action.FixedResponseConfig ?? {};
    if (status === undefined) throw new AwsFault('ValidationError', 'StatusCode is required');
    return { kind: 'answer', status, body: body ?? null };
  }
  if (action.Type !== 'forward') throw notSimulated(`rules with the action ${action.Type ?? ''}`);
  const to = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }];
  return {
    kind: 'forward',
    to: to.map((one) => ({ group: targetGroupOf(one.TargetGroupArn, context).id, weight: one.Weight ?? 1 })),
  };
}

/**
 * The conditions of a rule, by path or host.
 * @throws AwsFault by name at any other
 */
export function conditionsOf(conditions: readonly AwsCondition[] | undefined): readonly RuleCondition[] {
  return (conditions ?? []).map(({ Field: field, Values, PathPatternConfig, HostHeaderConfig }) => {
    if (field !== 'path-pattern' && field !== 'host-header') throw notSimulated(`rules with the condition ${field ?? ''}`);
    const values = (field === 'path-pattern' ? PathPatternConfig?.Values : HostHeaderConfig?.Values) ?? Values ?? [];
    if (values.length === 0) throw new AwsFault('ValidationError', 'A condition value must be specified');
    return { field, values };
  });
}

/** An action as the API has it. */
export function toActions(action: ListenerAction): Action[] {
  if (action.kind === 'answer') {
    const body = action.body === null ? {} : { MessageBody: action.body };
    return [{ Type: 'fixed-response', Order: 1, FixedResponseConfig: { StatusCode: action.status, ...body } }];
  }
  const TargetGroups = action.to.map(({ group, weight }) => ({ TargetGroupArn: group, Weight: weight }));
  const single = action.to.length === 1 ? { TargetGroupArn: action.to[0]?.group } : {};
  return [{ Type: 'forward', Order: 1, ...single, ForwardConfig: { TargetGroups } }];
}

/** A rule as the API has it. */
export function toRule({ id, priority, conditions, action }: ListenerRule): Rule {
  return {
    RuleArn: id,
    Priority: priority === null ? 'default' : String(priority),
    IsDefault: priority === null,
    Conditions: conditions.map(({ field, values }) => ({
      Field: field,
      Values: [...values],
      ...(field === 'path-pattern'
        ? { PathPatternConfig: { Values: [...values] } }
        : { HostHeaderConfig: { Values: [...values] } }),
    })),
    Actions: toActions(action),
  };
}
