import type { z } from 'zod';
import type { Step } from '../model/experiment.js';
import { buildBlastRadius } from './build-blast.js';
import { checkBudget } from './build-conditions.js';
import { buildMethod } from './build-method.js';
import { buildSli } from './build-sli.js';
import { buildExpectation, buildRule, darkRegion, type SliTable } from './build.js';
import type { Diagnostic } from './diagnostic.js';
import type { Known } from './known.js';
import { Problems } from './problems.js';
import { blastRadiusSchema } from './schema-blast.js';
import { errorBudgetSchema } from './schema-conditions.js';
import { stepSchema } from './schema-method.js';
import { sliSchema } from './schema-sli.js';
import { abortRuleSchema, expectationSchema } from './schema.js';
import type { YamlDocument } from './yaml.js';
import { valueAt } from './zod-problems.js';

interface Reading {
  readonly document: YamlDocument;
  readonly known: Known;
  readonly problems: Problems;
}

/**
 * What does not fit together in a file that has malformed parts: whatever can be read is checked as in a whole file, so
 * that a person learns of all mistakes at once. What hangs on a part that could not be read is left out.
 */
export function problemsOfParts(document: YamlDocument, known: Known): readonly Diagnostic[] {
  const reading = { document, known, problems: new Problems(document) };
  const { problems } = reading;
  const blast = part(reading, ['blastRadius'], blastRadiusSchema);
  if (blast) buildBlastRadius(blast, problems);
  const dark = blast && darkRegion(blast);
  const table = tableOf(reading, dark);
  for (const [index, one] of items(reading, ['steadyState'], expectationSchema).entries()) {
    if (one) buildExpectation(one, table, { path: ['steadyState', index], problems });
  }
  for (const [index, one] of items(reading, ['abort', 'when'], abortRuleSchema).entries()) {
    if (one) buildRule(one, table, { path: ['abort', 'when', index], problems });
  }
  const budget = part(reading, ['errorBudget'], errorBudgetSchema);
  if (budget) checkBudget(budget, table, problems);
  checkMethod(reading, blast);
  return problems.found;
}

function tableOf(reading: Reading, dark: string | undefined): SliTable {
  const there = valueAt(reading.document.data, ['slis']);
  const isMapping = typeof there === 'object' && there !== null && !Array.isArray(there);
  const ids = isMapping ? Object.keys(there).slice(0, MOST_ITEMS) : [];
  const read = ids.map((id) => ({ id, sli: part(reading, ['slis', id], sliSchema) }));
  return {
    slis: read.flatMap(({ id, sli }) => (sli ? [buildSli(id, sli, { problems: reading.problems, dark })] : [])),
    unread: read.filter(({ sli }) => !sli).map(({ id }) => id),
  };
}

function checkMethod(reading: Reading, blast: z.infer<typeof blastRadiusSchema> | undefined): readonly Step[] {
  const { known, problems } = reading;
  const steps = items(reading, ['method'], stepSchema);
  const scope = blast?.scope;
  // without survivors that can be read, none are asked for
  const survivors = blast?.survivors ?? ['unread'];
  return buildMethod(steps.map((step) => step ?? {}), {
    scope,
    dark: blast && darkRegion(blast),
    whole: steps.every((step) => step !== undefined),
    survivors,
    domains: blast?.select.domains ?? [],
    byFis: valueAt(reading.document.data, ['engine']) === 'fis',
    known,
    problems,
  });
}

/** Items of a malformed list that are still looked at. */
const MOST_ITEMS = 200;

function items<T>(reading: Reading, path: readonly PropertyKey[], schema: z.ZodType<T>): readonly (T | undefined)[] {
  const there = valueAt(reading.document.data, path);
  if (!Array.isArray(there)) return [];
  return there.slice(0, MOST_ITEMS).map((_item, index) => part(reading, [...path, index], schema));
}

function part<T>({ document }: Reading, path: readonly PropertyKey[], schema: z.ZodType<T>): T | undefined {
  const read = schema.safeParse(valueAt(document.data, path));
  return read.success ? read.data : undefined;
}
