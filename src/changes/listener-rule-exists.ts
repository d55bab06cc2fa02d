import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { allPages } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import { creationTags } from './creation-tags.js';
import { relatePlain, writeEach, type Driver, type ReadContext, type Write, type WriteContext } from './driver.js';

/**
 * Whether a listener answers everything by itself: a rule made for this run, before all others, with a fixed answer
 * in place of the targets. Nothing of the listener's own is touched; undone by deleting the rule.
 *
 * `resource.id` is the listener; `after` says the priority and the status. The answer's body names the run, so that
 * the rule is found again when the answer to its creation was lost.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
 */
export const listenerRuleExists: Driver = {
  attribute: 'listenerRule.exists',
  role: 'cut',
  gone: 'conflict',
  callsPerSecond: 5,
  batchSize: 1,
  callsFor: (changes) => 2 * changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.id,
  relate: relatePlain,

  async readMany(resources, context) {
    const read = await Promise.all(
      resources.map(async ({ region, id }): Promise<readonly (readonly [string, Json])[]> => {
        const own = await ownRules(region, id, context);
        if (own === undefined) return [];
        const [rule] = own;
        return [[id, rule ? valueOf(rule) : null]];
      }),
    );
    return new Map(read.flat());
  },

  write: (batch, context) =>
    writeEach(batch, (write) => (write.to === 'after' ? create(write, context) : remove(write, context))),
};

/** The rules of a listener that this run made; undefined where the listener is not there any more. */
async function ownRules(
  region: string,
  listener: string,
  { cloud, run }: ReadContext,
): Promise<readonly Rule[] | undefined> {
  try {
    const rules = await allPages(async (marker) => {
      const answer = await cloud.elb(region).send(new DescribeRulesCommand({ ListenerArn: listener, Marker: marker }));
      return { items: answer.Rules ?? [], next: answer.NextMarker };
    });
    return rules.filter((rule) => rule.Actions?.[0]?.FixedResponseConfig?.MessageBody === bodyOf(run));
  } catch (error) {
    if (error instanceof KongError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function valueOf(rule: Rule): Json {
  return { priority: Number(rule.Priority), status: rule.Actions?.[0]?.FixedResponseConfig?.StatusCode ?? '' };
}

function bodyOf(run: string): string {
  return `unavailable: drill ${run} of kong`;
}

async function create(write: Write, context: WriteContext): Promise<void> {
  const { region, id: listener } = write.resource;
  const own = await ownRules(region, listener, context);
  if (own && own.length > 0) return;
  const { priority, status } = ruleOf(write.after);
  const { cloud, permit, run, expiresAt } = context;
  const fixed = { StatusCode: status, ContentType: 'text/plain', MessageBody: bodyOf(run) };
  await cloud
    .elb(region)
    .send(
      permit.for(
        new CreateRuleCommand({
          ListenerArn: listener,
          Priority: priority,
          Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['*'] } }],
          Actions: [{ Type: 'fixed-response', FixedResponseConfig: fixed }],
          Tags: creationTags({ run, handle: 'edge-down', expiresAt }),
        }),
      ),
    );
}

async function remove(write: Write, context: WriteContext): Promise<void> {
  const { region, id: listener } = write.resource;
  const own = await ownRules(region, listener, context);
  if (!own) throw new KongError('NOT_FOUND', `listener ${listener} is not there any more`);
  for (const rule of own) {
    await context.cloud.elb(region).send(context.permit.for(new DeleteRuleCommand({ RuleArn: rule.RuleArn })));
  }
}

function ruleOf(value: Json): { readonly priority: number; readonly status: string } {
  if (value !== null && typeof value === 'object' && 'priority' in value && 'status' in value) {
    const { priority, status } = value;
    if (typeof priority === 'number' && typeof status === 'string') return { priority, status };
  }
  throw new KongError('BAD_PLAN', `a listener's rule needs a priority and a status, not ${JSON.stringify(value)}`);
}
