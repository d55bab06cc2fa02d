import { formatDuration } from '../../model/duration.js';
import type { ErrorBudget } from '../../model/conditions.js';
import type { Gate } from '../../model/plan.js';
import type { Baseline } from '../../sli/baseline.js';
import { burnLevel, burnOf, mayBegin, type Burn, type BudgetSeries, type BurnLevel } from '../../sli/budget.js';
import { whyNeverFires } from '../../sli/firing.js';
import { budgetOf } from '../read-circumstances.js';
import { factGate, gate, percent, some, type GateRequest, type InformedRequest } from './gate.js';

/** Whether the drill can be judged and stopped by its SLIs, and whether there is budget left for it. */
export function sliGates(request: GateRequest): readonly Gate[] {
  const { circumstances } = request;
  if (!circumstances) return [firingGate(request, [])];
  const { slis } = circumstances;
  const informed = { ...request, circumstances };
  return [
    factGate(
      {
        name: 'sli.data',
        code: 'SLI_NO_DATA',
        fix: 'check namespace, metric, dimensions and period; wrong ones look like no data',
      },
      slis,
      ({ refusals, baselines }) => {
        const said = refusals.map(({ sli, series, reason }) => `${sli}${series ? ` in ${series}` : ''}: ${reason}`);
        const well = `${baselines.length} series have data over the last ${formatDuration(request.experiment.baselineMs)}`;
        return { passed: said.length === 0, message: said.length === 0 ? well : some(said) };
      },
    ),
    firingGate(request, slis.known ? slis.value.baselines : []),
    budgetGate(informed),
  ];
}

/** An abort rule that could never fire protects nobody, and looks as if it did. */
function firingGate({ experiment, forecast }: GateRequest, baselines: readonly Baseline[]): Gate {
  const methodMs = forecast.methodSeconds * 1_000;
  const dead = experiment.abort.when.flatMap((rule) => {
    const sli = experiment.slis.find(({ id }) => id === rule.sli);
    const own = baselines.filter((one) => one.sli === rule.sli);
    return sli === undefined ? [] : (whyNeverFires(rule, { sli, baselines: own, methodMs }) ?? []);
  });
  const rules = experiment.abort.when.length;
  return gate({
    name: 'abort.fires',
    code: 'REFUSED',
    passed: dead.length === 0,
    message:
      dead.length === 0 ? `${rules === 1 ? 'the abort rule' : `each of ${rules} abort rules`} can fire` : some(dead),
    fix: 'correct abort.when, or make the method longer: an abort rule that can never fire protects nobody',
  });
}

const MEANING: Readonly<Record<BurnLevel, string>> = {
  normal: 'normal: drills may run',
  elevated: 'elevated: it goes faster than the window allows; watch it, and be ready to fail over',
  high: 'high: something is wrong already; only what can not wait is drilled',
  critical: 'critical: several series burn at once; this is an incident, and nothing is injected',
  exceeded: 'exceeded: the budget is spent, and drills are frozen',
};

function budgetGate({ experiment, circumstances }: InformedRequest): Gate {
  const budget = budgetOf(experiment, circumstances.site);
  const named = {
    name: 'budget',
    code: 'REFUSED',
    fix: 'let the budget recover: drills are for what has some left',
  } as const;
  if (!budget) return gate({ ...named, passed: true, message: 'no error budget is set' });
  const sli = experiment.slis.find(({ id }) => id === budget.sli);
  if (sli?.unit !== 'percent' || !circumstances.budget) {
    const why = sli === undefined ? 'is not among its SLIs' : 'is no SLI in percent';
    const fix = 'define it, or give the experiment its own errorBudget';
    return gate({ ...named, fix, passed: false, message: `the error budget is of ${budget.sli}, which ${why}` });
  }
  return factGate(named, circumstances.budget, (series) => judgeBudget(series, budget));
}

function judgeBudget(
  series: readonly BudgetSeries[],
  budget: ErrorBudget,
): { readonly passed: boolean; readonly message: string } {
  const burns = series.map((one) => ({ one, burn: burnOf(one, budget) }));
  const unknown = burns.filter(({ burn }) => burn === undefined).map(({ one }) => one.series);
  if (series.length === 0 || unknown.length > 0) {
    const where = unknown.length > 0 ? ` in ${unknown.join(', ')}` : '';
    return { passed: false, message: `not known: ${budget.sli} has no data${where} over its window, or its last hour` };
  }
  const known = burns.flatMap(({ burn }) => (burn === undefined ? [] : [burn]));
  const level = burnLevel(known);
  const of = `${budget.sli} ${budget.objective.text} over ${windowText(budget.windowMs)}`;
  return { passed: mayBegin(level), message: `${MEANING[level]} (${worstText(known, of)})` };
}

function worstText(burns: readonly Burn[], of: string): string {
  const spent = Math.max(...burns.map((burn) => burn.spent));
  const rate = Math.max(...burns.map((burn) => burn.rate));
  return `${percent(spent)} of what ${of} allows is spent, the last hour at ${Number(rate.toPrecision(2))} times that pace`;
}

function windowText(ms: number): string {
  const days = ms / 86_400_000;
  return Number.isInteger(days) ? `${days} ${days === 1 ? 'day' : 'days'}` : formatDuration(ms);
}
