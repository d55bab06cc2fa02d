import { attributeKey, type AnyChange, type AttributeKind, type IrreversibleKind } from '../model/change.js';
import { restoreNameOf } from '../model/experiment.js';
import type { Json } from '../model/json.js';
import type { PlannedStep } from '../model/plan.js';
import type { ResourceRef } from '../model/resource.js';
import { groupBy } from './group-by.js';
import { valueText } from './value-text.js';

/** One attribute in one step as a line of a diff. Texts are as they came: whoever prints them makes them harmless. */
export interface ChangeRow {
  readonly kind: AnyChange['attribute'];
  /** `subnet us-east-1/subnet-0a1` */
  readonly resource: string;
  /** `networkAcl` */
  readonly attribute: string;
  /** `acl-17 → deny-vpc-1 (new)`; a ramp has one value a batch: `50 → 38 → 0`. */
  readonly values: string;
  readonly reversible: boolean;
}

/**
 * What an attribute is set to by the steps so far, for steps that go on from there: a return begins where the shift
 * ended.
 */
type Reached = ReadonlyMap<string, { readonly value: Json; readonly by: string }>;

/** The rows of every step, in order. Values are shown whole: they are what is reviewed. */
export function changeRows(steps: readonly PlannedStep[]): readonly (readonly ChangeRow[])[] {
  let reached: Reached = new Map();
  return steps.map((step) => {
    const rows = rowsOf(step, reached);
    reached = after(step, reached);
    return rows;
  });
}

function rowsOf(step: PlannedStep, reached: Reached): readonly ChangeRow[] {
  const byKey = groupBy(step.batches.flat(), attributeKey);
  return [...byKey].flatMap(([key, changes]): readonly ChangeRow[] => {
    const [first] = changes;
    if (!first) return [];
    const kind = first.attribute;
    const row = { kind, resource: resourceText(first.resource), attribute: attributeText(kind) };
    if (first.kind === 'irreversible') return [{ ...row, values: `loses ${first.loses}`, reversible: false }];
    const from = reached.get(key)?.value ?? first.before;
    const values = [from, ...changes.flatMap((change) => (change.kind === 'reversible' ? [change.after] : []))];
    const texts = values.map((value) => valueText(value, { resource: first.resource.id }));
    return [{ ...row, values: texts.join(' → '), reversible: true }];
  });
}

/** A restore puts back what its fault set, so that what follows starts from before again. */
function after({ step, batches }: PlannedStep, reached: Reached): Reached {
  const next = new Map(reached);
  if (step.kind === 'restore') {
    for (const [key, { by }] of reached) if (by === step.what) next.delete(key);
  }
  const by = restoreNameOf(step) ?? step.kind;
  for (const change of batches.flat()) {
    if (change.kind === 'reversible') next.set(attributeKey(change), { value: change.after, by });
  }
  return next;
}

/**
 * A resource with where it is: `subnet us-east-1/subnet-0a1 (us-east-1a)`. A weighted record's id is its place and its
 * name.
 */
export function resourceText(ref: ResourceRef): string {
  if (ref.type === 'record') return `record ${ref.id}`;
  // its ARN says no more, at length
  if (ref.type === 'balancer' && ref.name !== undefined) return `balancer ${ref.region}/${ref.name}`;
  if (ref.type === 'listener') return `listener ${ref.region}/${listenerText(ref.id)}`;
  if (ref.type === 'hook') return `hook ${ref.region}/${ref.name ?? ref.id}`;
  if (ref.type === 'switch') return `switch ${ref.name ?? ref.id}`;
  const notes = [ref.name, ref.zone].filter((note) => note !== undefined);
  return `${ref.type} ${ref.region}/${ref.id}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/**
 * What an ARN says of a listener, its load balancer first: `edge (app/edge/b867ddffb9fdf001/9856daa281908b44)`.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
function listenerText(arn: string): string {
  const [, path, balancer] = /:listener\/([a-z]+\/([^/]+)\/.+)$/.exec(arn) ?? [];
  return path === undefined || balancer === undefined ? arn : `${balancer} (${path})`;
}

/** The attribute without its resource's type: `networkAcl`, `weight`. */
export function attributeText(attribute: string): string {
  return attribute.slice(attribute.indexOf('.') + 1);
}

/** How each kind of change is taken back, in words. */
export const UNDO_WORDS: Readonly<Record<AttributeKind, string>> = {
  'networkAcl.exists': 'what kong created is deleted, last, when no subnet uses it',
  'subnet.networkAcl': 'each subnet gets its own network ACL back',
  'asg.suspendedProcesses': 'only the processes that kong suspended are resumed',
  'asg.minSize': 'put back, if it still is what kong set',
  'asg.subnets': 'each group may launch again where it did',
  'asg.desiredCapacity': 'put back, if autoscaling has not moved it since',
  'instance.state': 'stopped instances are started again',
  'instance.securityGroups': 'each instance gets its own security groups back',
  'instance.standby': 'each instance serves in its group again, which gets its capacity back',
  'securityGroup.exists': 'what kong created is deleted, last, when no instance is in it',
  'ingressRule.exists': 'each security group lets in whom it did',
  'marker.written': 'the run’s markers are deleted on both sides, every version of them',
  'replicationRule.status': 'each rule replicates what is written from then on: S3 does not catch up with the rest',
  'route.target': 'each route leads where it did',
  'route.isolation': 'each route leads where it did, once what is broken is whole',
  'ssm.parameter': 'each parameter gets back the text it had, as a new version',
  'ssm.isolation': 'each parameter gets back the text it had, once what is broken is whole',
  'switch.value': 'each switch is set back by its own command or endpoint, and read again',
  'switch.isolation': 'each switch is set back, once what is broken is whole',
  'hook.called': 'the undo of each hook is called in each survivor, where kong.yaml has one for it',
  'listenerRule.exists': 'the rule that kong put first is deleted',
  'balancer.subnets': 'each load balancer takes requests in the subnets it was in, under the addresses chosen for it',
  'target.registered': 'each instance is registered with its load balancer again',
  'healthCheck.forced': 'each health check looks at its endpoint again',
  'ssmCommand.running': 'each command is cancelled; one that nobody cancels ends by its own clock',
  'fisTemplate.exists': 'the template that kong created is deleted, last; AWS keeps none of it',
  'fisExperiment.running': 'AWS FIS is stopped, and puts back what its actions did; without kong it ends by itself',
  'record.weight': 'each record gets back the weight it had before the drill',
};

/** What each irreversible kind means, in words. */
export const LOSS_WORDS: Readonly<Record<IrreversibleKind, string>> = {
  'process.kill': 'what the process was doing is lost; whether it is started again is up to what supervises it',
  'cache.failover': 'connections to the primary end and what it has not replicated is lost; another stays the primary',
  'database.failover': 'connections to the writer end, and writes fail until another has taken over, which then stays',
  'instance.reboot': 'what runs on the instance is cut off and starts again; it keeps its id, addresses and disks',
  'instance.terminate': 'the instance and its instance-store data are gone for good; its group may replace it',
};
