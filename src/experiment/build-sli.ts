import type { Expression, Metric, Sli } from '../model/experiment.js';
import { columnOf, metricsIn, parseExpression } from './expression.js';
import type { Problems } from './problems.js';
import type { SliFile } from './schema-sli.js';
import { suggestion } from './zod-problems.js';

const NOTHING: Expression = { kind: 'number', value: 0 };
/** The name of an SLI's only metric. */
const ONLY = 'value';

/** What an SLI is checked against. */
export interface SliContext {
  readonly problems: Problems;
  /** The region that goes dark; undefined: none does. */
  readonly dark: string | undefined;
}

/** An SLI with its expression read, whose names are all metrics of it, and that is not read where nothing will be. */
export function buildSli(id: string, file: SliFile, { problems, dark }: SliContext): Sli {
  const { cloudwatch } = file;
  const path = ['slis', id, 'cloudwatch'];
  const { region, per } = cloudwatch;
  if (region !== undefined) checkRegion(region, per, { path: [...path, 'region'], problems, dark });
  return {
    id,
    title: file.title ?? id,
    unit: file.unit,
    metrics: metricsOf(cloudwatch),
    expression: expressionOf(cloudwatch, path, problems),
    periodMs: cloudwatch.period,
    per: cloudwatch.per,
    region: cloudwatch.region,
    missing: file.missing,
  };
}

function checkRegion(region: string, per: 'region' | 'global', { path, problems, dark }: At & SliContext): void {
  if (per === 'region') {
    const fix = 'take it away: per: region reads the SLI in every survivor';
    problems.add(path, 'region goes with per: global only', fix);
  } else if (region === dark) problems.add(path, `${region} goes dark: a global SLI can't be read there`, 'name a survivor, or take region away');
}

function metricsOf({ namespace, metric, metrics }: SliFile['cloudwatch']): readonly Metric[] {
  const all = metric ? [[ONLY, metric] as const] : Object.entries(metrics ?? {});
  return all.map(([id, { name, stat, dimensions }]) => ({ id, namespace, name, stat, dimensions }));
}

function expressionOf(
  { metric, metrics, expression }: SliFile['cloudwatch'],
  path: readonly PropertyKey[],
  problems: Problems,
): Expression {
  if (metric && (metrics ?? expression) !== undefined) {
    problems.add(path, 'either metric, or metrics with an expression', 'leave one of them away');
    return NOTHING;
  }
  if (metric) return { kind: 'metric', id: ONLY };
  const names = Object.keys(metrics ?? {});
  if (names.length === 0) {
    problems.add(path, 'no metric is named', 'add metric: { name: …, stat: … }');
    return NOTHING;
  }
  if (expression === undefined) {
    if (names.length === 1) return { kind: 'metric', id: names[0] ?? ONLY };
    problems.add(path, 'several metrics need an expression', `add expression: ${names.join(' / ')}`);
    return NOTHING;
  }
  return readExpression(expression, names, { path: [...path, 'expression'], problems });
}

interface At {
  readonly path: readonly PropertyKey[];
  readonly problems: Problems;
}

function readExpression(text: string, names: readonly string[], { path, problems }: At): Expression {
  const parsed = parseExpression(text);
  if ('message' in parsed) {
    const fix = 'there are + - * / ( ), numbers, metric names, min and max';
    problems.addAt(path, { message: `${parsed.message} in the expression`, fix, within: parsed.column - 1 });
    return NOTHING;
  }
  for (const used of new Set(metricsIn(parsed.expression))) {
    if (!names.includes(used)) problems.addAt(path, { message: `no metric ${used} is defined`, within: columnOf(used, text) - 1, ...suggestion(used, names) });
  }
  return parsed.expression;
}
