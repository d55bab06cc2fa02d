import type { AnyChange } from '../../model/change.js';
import type { Gate } from '../../model/plan.js';
import { count } from '../../model/summary.js';
import { lostInstances } from '../blast.js';
import { groupName, groupsIn, servingMembers } from '../concerned.js';
import { gate, percent, type GateRequest } from './gate.js';

const FIX = 'narrow blastRadius.select, or raise blastRadius.limits and have the change reviewed';

/** The limits that the experiment set itself, each where it is set. */
export function limitGates(request: GateRequest): readonly Gate[] {
  const { experiment, blast } = request;
  const { instances, groups, share, minHealthy } = experiment.blastRadius.limits;
  const touched = groupsTouched(request);
  return [
    ...(instances === undefined
      ? []
      : [
          limit('instances', {
            exceeded: blast.instances > instances,
            message: `${count(blast.instances, 'instance')}, limit ${instances}`,
          }),
        ]),
    ...(groups === undefined
      ? []
      : [limit('groups', { exceeded: touched > groups, message: `${count(touched, 'group')}, limit ${groups}` })]),
    ...(share === undefined
      ? []
      : [
          limit('share', {
            exceeded: blast.share > share,
            message: `${percent(blast.share)} of all instances, limit ${percent(share)}`,
          }),
        ]),
    ...(minHealthy === undefined ? [] : healthyGates(minHealthy, request)),
  ];
}

function limit(name: string, { exceeded, message }: { readonly exceeded: boolean; readonly message: string }): Gate {
  return gate({ name: `limits.${name}`, code: 'BLAST_RADIUS_EXCEEDED', passed: !exceeded, message, fix: FIX });
}

function groupsTouched({ blast, steps }: GateRequest): number {
  const changed = new Set(
    steps
      .flatMap((step) => step.batches.flat())
      .filter(isFaultOnGroup)
      .map((change) => change.resource.id),
  );
  return Math.max(blast.autoScalingGroups, changed.size);
}

function isFaultOnGroup(change: AnyChange): boolean {
  return change.attribute === 'asg.suspendedProcesses';
}

/** Only members that are in service and healthy now count as kept. */
function healthyGates(minHealthy: number, { steps, inventory }: GateRequest): readonly Gate[] {
  const hit = lostInstances(steps, inventory);
  const ids = new Set(hit.map(({ id }) => id));
  const names = new Set(hit.map(({ region, group }) => `${region}/${group ?? ''}`));
  const kept = inventory.regions
    .flatMap(({ region }) => groupsIn(region, inventory))
    .filter((group) => names.has(groupName(group)))
    .map((group) => ({ group, left: servingMembers(group).filter(({ id }) => !ids.has(id)).length }))
    .sort((a, b) => a.left - b.left);
  const [least] = kept;
  if (least === undefined) return [];
  const message = `${groupName(least.group)} keeps ${least.left} healthy instances, limit ${minHealthy}`;
  return [limit('minHealthy', { exceeded: least.left < minHealthy, message })];
}
