import type { Targets } from '../faults/fault.js';
import { lotsOf, type Lot } from '../faults/pick.js';
import type { Pick, Scope } from '../model/experiment.js';
import type { Inventory } from '../model/inventory.js';
import type { Draw, Plan, PlannedStep } from '../model/plan.js';
import { count } from '../model/summary.js';
import { hitInstances } from './blast.js';
import type { Ended } from './ended.js';

/** What a draw is told from: the plan, as far as it is made. */
export interface Drawing {
  readonly scope: Scope;
  readonly targets: Targets;
  readonly ended: Ended;
  readonly inventory: Inventory;
  readonly steps: readonly PlannedStep[];
  readonly leftAlone: Plan['leftAlone'];
}

/** Ids that were drawn, by the steps of the method; undefined where a step draws none. */
export type DrawnBefore = readonly (readonly string[] | undefined)[];

/**
 * Whom a saved plan drew, so that a new neighbour of theirs is not drawn instead when it is planned again.
 */
export function drawnBefore({ experiment: { method }, steps }: Plan): DrawnBefore {
  // markers have a step of their own before the method
  return steps.slice(steps.length - method.length).map(({ drawn }) => drawn);
}

/** How the instances of an experiment were drawn, and why each of the others was not; undefined where none are. */
export function drawOf({ scope, targets, ended, inventory, steps, leftAlone }: Drawing): Draw | undefined {
  if (scope.kind !== 'instance') return undefined;
  const there = inventory.regions.find(({ region }) => region === scope.region);
  const hit = new Set(hitInstances(steps, inventory).map(({ id }) => id));
  const reasons = new Map(leftAlone.map(({ what, why }) => [what, why]));
  const running = targets.regions.flatMap(({ instances }) => instances).filter(({ state }) => state === 'running');
  return {
    rules: rulesOf(running, scope.pick, { ended, steps }),
    candidates: (there?.instances ?? []).map(({ id, zone, group = null }) => {
      const chosen = hit.has(id);
      const step = ended.get(id);
      const isEnded = step === undefined ? {} : { endedBy: step };
      const why = chosen ? drawnText(step) : (reasons.get(`instance ${scope.region}/${id}`) ?? 'is passed over by the fault');
      return { id, region: scope.region, zone, group, chosen, why, ...isEnded };
    }),
  };
}

function drawnText(endedBy: number | undefined): string {
  return endedBy === undefined ? 'drawn' : `drawn; is terminated by step ${endedBy}, and drawn by none after it`;
}

type Running = Targets['regions'][number]['instances'];

/** One draw for all, and another where a step has terminated some of the candidates before. */
function rulesOf(running: Running, pick: Pick, { ended, steps }: Ending): readonly string[] {
  const rules = (from: Running): readonly string[] => lotsOf(from, pick).map((lot) => ruleOf(lot, pick));
  const numbers = [...new Set(ended.values())].filter((number) => steps.slice(number).some(isFault));
  const later = numbers.flatMap((number) => {
    const left = running.filter(({ id }) => (ended.get(id) ?? Infinity) > number);
    const then = left.length === 0 ? ['nobody is left to draw'] : rules(left);
    return then.map((rule) => `after step ${number}, without what it terminates: ${rule}`);
  });
  return [...rules(running), ...later];
}

interface Ending {
  readonly ended: Ended;
  readonly steps: readonly PlannedStep[];
}

function isFault({ step }: PlannedStep): boolean {
  return step.kind === 'fault';
}

function ruleOf({ group, from, wanted }: Lot<unknown>, pick: Pick): string {
  const of = `${count(from.length, 'running candidate')}${group === undefined ? '' : ` of group ${group}`}`;
  const taken = Math.min(wanted, from.length);
  switch (pick.kind) {
    case 'ids':
      return `${taken} of ${of}, by id`;
    case 'count':
      return `${taken} of ${of}${wanted > taken ? `, though ${wanted} are asked for` : ''}`;
    case 'percent': {
      const exact = Math.round(from.length * pick.percent) / 100;
      const rounded = exact < 1 ? 'never rounded to none' : 'rounded down';
      return `${taken} of ${of}: ${pick.percent} % is ${exact}${exact === taken ? '' : `, ${rounded}`}`;
    }
  }
}
