import type {
  DescribeInstanceAttributeCommandInput,
  DescribeInstanceAttributeCommandOutput,
  ModifyInstanceAttributeCommandInput,
  ModifyInstanceAttributeCommandOutput,
} from '@aws-sdk/client-ec2';
import { AwsFault, notSimulated, required } from '../aws-fault.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import type { InstanceRow } from '../rows.js';
import { endDryRun } from './dry-run.js';
import { checkedGroups, groupIdentifiers } from './interfaces.js';

/** Single attributes of an instance: its security groups and its protections, one a call. */
export const instanceAttributeOperations = {
  DescribeInstanceAttributeCommand(
    input: DescribeInstanceAttributeCommandInput,
    context: CallContext,
  ): Answer<DescribeInstanceAttributeCommandOutput> {
    endDryRun(input);
    const { sim } = context;
    const { id } = instanceOf(input.InstanceId, context);
    const row = sim.store.instances.seenOne(id, sim.nowMs) ?? instanceOf(id, context);
    const attribute = required(input.Attribute, 'Attribute');
    if (attribute === 'groupSet') return { InstanceId: id, Groups: groupIdentifiers(row, context) };
    if (attribute === 'disableApiTermination')
      return { InstanceId: id, DisableApiTermination: { Value: row.keptFrom.termination } };
    if (attribute === 'disableApiStop') return { InstanceId: id, DisableApiStop: { Value: row.keptFrom.stop } };
    if (attribute === 'instanceType') return { InstanceId: id, InstanceType: { Value: row.type } };
    throw notSimulated(`DescribeInstanceAttribute of ${attribute}`);
  },

  ModifyInstanceAttributeCommand(
    input: ModifyInstanceAttributeCommandInput,
    context: CallContext,
  ): Answer<ModifyInstanceAttributeCommandOutput> {
    const { InstanceId, DryRun, ...attributes } = input;
    const row = instanceOf(InstanceId, context);
    const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
    if (given.length !== 1)
      throw new AwsFault('InvalidParameterCombination', 'Exactly one attribute of an instance can be modified a call');
    const changed = modified(row, attributes, context);
    if (!changed) throw notSimulated(`ModifyInstanceAttribute with ${given[0]?.[0] ?? ''}`);
    endDryRun({ DryRun });
    context.sim.store.instances.put(changed, context.sim.seenFromMs());
    return {};
  },
} satisfies Operations;

type Attributes = Omit<ModifyInstanceAttributeCommandInput, 'InstanceId' | 'DryRun'>;

function modified(row: InstanceRow, given: Attributes, context: CallContext): InstanceRow | undefined {
  if (given.Groups) return { ...row, securityGroups: checkedGroups(given.Groups, row, context) };
  const termination = given.DisableApiTermination?.Value;
  if (termination !== undefined) return { ...row, keptFrom: { ...row.keptFrom, termination } };
  const stop = given.DisableApiStop?.Value;
  if (stop !== undefined) return { ...row, keptFrom: { ...row.keptFrom, stop } };
  return undefined;
}

function instanceOf(id: string | undefined, { sim, region }: CallContext): InstanceRow {
  const row = sim.store.instances.get(required(id, 'InstanceId'));
  if (row?.region !== region)
    throw new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${id ?? ''}' does not exist`);
  return row;
}
