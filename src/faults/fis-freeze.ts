import { lossOf } from '../experiment/fis-actions.js';
import type { FisTemplate } from '../model/fis-template.js';
import type { FaultChanges, FaultRequest } from './fault.js';
import { freeze, HEALING_PROCESSES } from './freeze.js';

/** The parameter by which a step decides it. */
export const GROUPS = {
  kind: 'choice',
  of: ['freeze', 'heal'],
  means: 'whether groups are kept from replacing what FIS hits (freeze), or go on (heal)',
  optional: 'freeze where all that FIS stops or cuts off comes back by itself, else heal',
} as const;

/** What an experiment of FIS hits, by id. */
export interface Hit {
  readonly instances: readonly string[];
  readonly subnets: readonly string[];
}

/** Where it hits nothing of which kong knows the groups. */
export const NOTHING_HIT: Hit = { instances: [], subnets: [] };

/** Actions that look to a group like instances that are gone, and give them back. */
const TAKES_OUT = ['aws:ec2:stop-instances', 'aws:network:disrupt-connectivity'];

/**
 * Keeps the groups of what FIS hits from replacing it: FIS could not give back what is replaced. What is ended for good
 * is to be replaced, and what is only slowed is not touched by its group.
 */
export function freezeBeside({ actions }: FisTemplate, hit: Hit, request: FaultRequest): FaultChanges {
  const { params, inventory, targets } = request;
  const all = Object.values(actions);
  const comesBack = all.every((action) => lossOf(action) === undefined);
  const takesOut = all.some(({ actionId }) => TAKES_OUT.includes(actionId));
  const wanted = params.groups ?? (comesBack && takesOut ? 'freeze' : 'heal');
  if (wanted !== 'freeze') return { changes: [], leftAlone: [] };
  const made = targets.regions.map(({ region, groups: own }) => {
    const there = inventory.regions.find((one) => one.region === region);
    const names = new Set(
      (there?.instances ?? [])
        .filter(({ id, subnet = '' }) => hit.instances.includes(id) || hit.subnets.includes(subnet))
        .map(({ group }) => group),
    );
    const owners = (there?.groups ?? []).filter(({ name }) => names.has(name));
    const mine = own.filter(({ name }) => names.has(name));
    const others = owners.filter(({ name }) => !mine.some((one) => one.name === name));
    return {
      changes: freeze(region, mine, HEALING_PROCESSES),
      leftAlone: others.map(({ name }) => ({ what: `asg ${region}/${name}`, why: NOT_OURS })),
    };
  });
  return { changes: made.flatMap(({ changes }) => changes), leftAlone: made.flatMap(({ leftAlone }) => leftAlone) };
}

const NOT_OURS = 'is not among what may be touched: it may replace what AWS FIS takes from it';
