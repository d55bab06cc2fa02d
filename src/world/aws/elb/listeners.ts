import type {
  CreateRuleCommandInput,
  CreateRuleCommandOutput,
  DeleteRuleCommandInput,
  DeleteRuleCommandOutput,
  DescribeListenersCommandInput,
  DescribeListenersCommandOutput,
  DescribeRulesCommandInput,
  DescribeRulesCommandOutput,
  Listener,
  ModifyListenerCommandInput,
  ModifyListenerCommandOutput,
  ModifyRuleCommandInput,
  ModifyRuleCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsFault, notSimulated } from '../aws-fault.js';
import type { ListenerRow, ListenerRule } from '../balancer-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import { balancerOf } from './balancers.js';
import { elbPage } from './find.js';
import { actionOf, conditionsOf, toActions, toRule } from './rules.js';

/** Priorities go from 1 to this. */
const LAST_PRIORITY = 50_000;

/**
 * Listeners and their rules. The default action of a listener is its rule without priority.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export const listenerOperations = {
  DescribeListenersCommand(
    input: DescribeListenersCommandInput,
    context: CallContext,
  ): Answer<DescribeListenersCommandOutput> {
    const of = input.LoadBalancerArn === undefined ? undefined : balancerOf(input.LoadBalancerArn, context).id;
    const arns = input.ListenerArns ?? [];
    const all = arns.length > 0 ? arns.map((arn) => listenerOf(arn, context)) : seen(context);
    const { items, next } = pageOf(
      all.filter((one) => of === undefined || one.loadBalancer === of),
      elbPage(input, context),
    );
    return { Listeners: items.map(toListener), NextMarker: next };
  },

  ModifyListenerCommand(input: ModifyListenerCommandInput, context: CallContext): Answer<ModifyListenerCommandOutput> {
    const { ListenerArn, DefaultActions, ...others } = input;
    const other = Object.entries(others).find(([, value]) => value !== undefined);
    if (other) throw notSimulated(`ModifyListener with ${other[0]}`);
    const listener = listenerOf(ListenerArn, context);
    const action = actionOf(DefaultActions, context);
    const changed = put(listener, (rule) => (rule.priority === null ? { ...rule, action } : rule), context);
    return { Listeners: [toListener(changed)] };
  },

  DescribeRulesCommand(input: DescribeRulesCommandInput, context: CallContext): Answer<DescribeRulesCommandOutput> {
    const arns = input.RuleArns ?? [];
    const rules =
      input.ListenerArn === undefined
        ? arns.map((arn) => ruleOf(arn, context).rule)
        : (seen(context).find(({ id }) => id === input.ListenerArn) ?? listenerOf(input.ListenerArn, context)).rules;
    const order = ({ priority }: ListenerRule): number => priority ?? Infinity;
    const { items, next } = pageOf(
      rules.toSorted((a, b) => order(a) - order(b)),
      elbPage(input, context),
    );
    return { Rules: items.map(toRule), NextMarker: next };
  },

  CreateRuleCommand(input: CreateRuleCommandInput, context: CallContext): Answer<CreateRuleCommandOutput> {
    const { sim } = context;
    const listener = listenerOf(input.ListenerArn, context);
    const priority = input.Priority ?? 0;
    if (priority < 1 || priority > LAST_PRIORITY)
      throw new AwsFault('ValidationError', `Priority must be between 1 and ${LAST_PRIORITY}`);
    if (listener.rules.some((rule) => rule.priority === priority))
      throw new AwsFault('PriorityInUseException', `Priority '${priority}' is currently in use`);
    const conditions = conditionsOf(input.Conditions);
    const action = actionOf(input.Actions, context);
    const path = listener.id.replace(':listener/', ':listener-rule/');
    const rule = { id: `${path}/${sim.ids.next('').slice(2)}`, priority, conditions, action };
    sim.store.listeners.put({ ...listener, rules: [...listener.rules, rule] }, sim.seenFromMs());
    return { Rules: [toRule(rule)] };
  },

  ModifyRuleCommand(input: ModifyRuleCommandInput, context: CallContext): Answer<ModifyRuleCommandOutput> {
    const { listener, rule } = ruleOf(input.RuleArn, context);
    if (rule.priority === null)
      throw new AwsFault('OperationNotPermittedException', 'Default rule can not be modified');
    const changed = {
      ...rule,
      conditions: input.Conditions ? conditionsOf(input.Conditions) : rule.conditions,
      action: input.Actions ? actionOf(input.Actions, context) : rule.action,
    };
    put(listener, (one) => (one.id === rule.id ? changed : one), context);
    return { Rules: [toRule(changed)] };
  },

  DeleteRuleCommand(input: DeleteRuleCommandInput, context: CallContext): Answer<DeleteRuleCommandOutput> {
    const { listener, rule } = ruleOf(input.RuleArn, context);
    if (rule.priority === null) throw new AwsFault('OperationNotPermittedException', 'Default rule cannot be deleted');
    put(listener, (one) => (one.id === rule.id ? undefined : one), context);
    return {};
  },
} satisfies Operations;

function seen({ sim, region }: CallContext): readonly ListenerRow[] {
  return sim.store.listeners.seen(sim.nowMs).filter((one) => one.region === region);
}

function listenerOf(arn: string | undefined, { sim, region }: CallContext): ListenerRow {
  const row = sim.store.listeners.get(arn ?? '');
  if (row?.region !== region)
    throw new AwsFault('ListenerNotFoundException', `One or more listeners not found: '${arn ?? ''}'`);
  return row;
}

interface Found {
  readonly listener: ListenerRow;
  readonly rule: ListenerRule;
}

function ruleOf(arn: string | undefined, { sim, region }: CallContext): Found {
  for (const listener of sim.store.listeners.all()) {
    const rule = listener.region === region && listener.rules.find(({ id }) => id === arn);
    if (rule) return { listener, rule };
  }
  throw new AwsFault('RuleNotFoundException', `One or more rules not found: '${arn ?? ''}'`);
}

/** @param change - gives a rule as it is to be; undefined: gone */
function put(
  listener: ListenerRow,
  change: (rule: ListenerRule) => ListenerRule | undefined,
  { sim }: CallContext,
): ListenerRow {
  const changed = { ...listener, rules: listener.rules.flatMap((rule) => change(rule) ?? []) };
  sim.store.listeners.put(changed, sim.seenFromMs());
  return changed;
}

function toListener(row: ListenerRow): Listener {
  const last = row.rules.find(({ priority }) => priority === null);
  return {
    ListenerArn: row.id,
    LoadBalancerArn: row.loadBalancer,
    Port: row.port,
    Protocol: 'HTTPS',
    DefaultActions: last ? toActions(last.action) : [],
  };
}
