import { driverOf } from '../changes/registry.js';
import { ingressRuleOf } from '../changes/ingress-rule-name.js';
import { targetOf } from '../changes/target-name.js';
import { attributeKey, type AnyChange } from '../model/change.js';
import type { Instance, Inventory } from '../model/inventory.js';
import { fisHits } from './fis-hits.js';
import type { Blast, BlastShare, PlannedStep } from '../model/plan.js';
import { sentCommand } from '../model/sent-command.js';

/** An instance with its region. */
export type Placed = Instance & { readonly region: string };

/** Who is hit, counted. */
export function blastOf(steps: readonly PlannedStep[], inventory: Inventory): Blast {
  const changes = steps.flatMap((step) => step.batches.flat());
  const subnets = cutSubnets(changes);
  const all = placed(inventory);
  const hit = hitInstances(steps, inventory);
  const groups = new Set(hit.map(groupOf).filter((name) => name !== undefined));
  return {
    instances: hit.length,
    autoScalingGroups: groups.size,
    subnets: subnets.size,
    records: new Set(changes.filter((change) => change.attribute === 'record.weight').map(attributeKey)).size,
    share: all.length === 0 ? 0 : hit.length / all.length,
    byGroup: shares(hit, all, groupOf),
    byZone: shares(hit, all, (instance) => instance.zone),
  };
}

/**
 * Who is hit: every instance that is itself broken or ended, or stands in a subnet that is cut off, selected or not.
 */
export function hitInstances(steps: readonly PlannedStep[], inventory: Inventory): readonly Placed[] {
  const changes = steps.flatMap((step) => step.batches.flat());
  const subnets = cutSubnets(changes);
  const named = new Set([...changes.flatMap((change) => hitBy(change, inventory)), ...fisHits(changes).instances]);
  return placed(inventory).filter((instance) => named.has(instance.id) || subnets.has(instance.subnet ?? ''));
}

/** Of those who are hit, the ones whose capacity is gone meanwhile. */
export function lostInstances(steps: readonly PlannedStep[], inventory: Inventory): readonly Placed[] {
  const takesOut = (change: AnyChange): boolean =>
    change.kind === 'irreversible' || driverOf(change.attribute).spares !== true || isDoor(change, inventory);
  const taking = steps.map((step) => ({ ...step, batches: step.batches.map((batch) => batch.filter(takesOut)) }));
  return hitInstances(taking, inventory);
}

function placed(inventory: Inventory): readonly Placed[] {
  return inventory.regions.flatMap(({ region, instances }) => instances.map((instance) => ({ ...instance, region })));
}

function hitBy(change: AnyChange, inventory: Inventory): readonly string[] {
  if (change.attribute === 'balancer.subnets') return inZonesLeft(change, inventory);
  return breaks(change) ? instancesIn(change, inventory) : [];
}

/** Instances in the zones that a load balancer leaves, and to which nothing is sent then. */
function inZonesLeft(change: AnyChange, { regions }: Inventory): readonly string[] {
  const { region, id } = change.resource;
  const there = regions.find((one) => one.region === region);
  const after = change.kind === 'reversible' && Array.isArray(change.after) ? change.after : [];
  const zones = there?.balancers?.find(({ arn }) => arn === id)?.zones ?? [];
  const left = new Set(zones.filter(({ mapping }) => !after.includes(mapping)).map(({ zone }) => zone));
  const behind = new Set(
    (there?.targets ?? []).filter((target) => target.balancers.includes(id)).map(({ instance }) => instance),
  );
  return (there?.instances ?? []).filter((one) => behind.has(one.id) && left.has(one.zone)).map((one) => one.id);
}

/** Whether a change takes something out of service, and does not only keep something else from acting. */
function breaks(change: AnyChange): boolean {
  return change.kind === 'irreversible' || driverOf(change.attribute).role === 'cut';
}

function instancesIn(change: AnyChange, inventory: Inventory): readonly string[] {
  const { type, id, region } = change.resource;
  if (type === 'command') return commanded(change);
  if (type === 'instance') return [id];
  if (type === 'target') return [targetOf(id).instance];
  if (type === 'security-group-rule') {
    const { group } = ingressRuleOf(id);
    return [...inGroup(group, region, inventory), ...behindDoor(group, region, inventory)];
  }
  return type === 'listener' ? behindListener(id, region, inventory) : [];
}

/** Whether a rule is that of a load balancer: nobody gets to what is behind it. */
function isDoor({ resource: { type, id, region } }: AnyChange, inventory: Inventory): boolean {
  return type === 'security-group-rule' && behindDoor(ingressRuleOf(id).group, region, inventory).length > 0;
}

/** Instances behind the load balancers that a security group protects. */
function behindDoor(group: string, region: string, { regions }: Inventory): readonly string[] {
  const { balancers = [], targets = [] } = regions.find((one) => one.region === region) ?? {};
  const arns = new Set(balancers.filter((one) => one.securityGroups.includes(group)).map(({ arn }) => arn));
  return targets.filter((target) => target.balancers.some((arn) => arns.has(arn))).map((target) => target.instance);
}

/** Instances that a security group protects. */
function inGroup(group: string, region: string, { regions }: Inventory): readonly string[] {
  const there = regions.find((one) => one.region === region)?.instances ?? [];
  return there.filter(({ securityGroups }) => securityGroups.includes(group)).map(({ id }) => id);
}

/** Instances inside which a change has a command run. */
export function commanded(change: AnyChange): readonly string[] {
  return (change.kind === 'reversible' && sentCommand(change.after)?.instances) || [];
}

/** Instances to which nothing is sent when a listener does not. */
function behindListener(listener: string, region: string, { regions }: Inventory): readonly string[] {
  const { balancers = [], targets = [] } = regions.find((one) => one.region === region) ?? {};
  const balancer = balancers.find((one) => one.listeners.some(({ arn }) => arn === listener));
  if (!balancer) return [];
  return targets.filter((target) => target.balancers.includes(balancer.arn)).map((target) => target.instance);
}

/** Ids of the subnets that are cut off, by kong or by AWS FIS. */
export function cutSubnets(changes: readonly AnyChange[]): ReadonlySet<string> {
  const own = changes.filter(({ attribute }) => attribute === 'subnet.networkAcl').map(({ resource }) => resource.id);
  return new Set([...own, ...fisHits(changes).subnets]);
}

function groupOf(instance: Placed): string | undefined {
  return instance.group === undefined ? undefined : `${instance.region}/${instance.group}`;
}

function shares(
  hit: readonly Placed[],
  all: readonly Placed[],
  nameOf: (instance: Placed) => string | undefined,
): readonly BlastShare[] {
  const names = [...new Set(hit.map(nameOf).filter((name) => name !== undefined))].sort();
  return names.map((name) => ({
    name,
    hit: hit.filter((instance) => nameOf(instance) === name).length,
    of: all.filter((instance) => nameOf(instance) === name).length,
  }));
}
