import type { Conditions, ErrorBudget } from '../model/conditions.js';
import type { SliTable } from './build.js';
import type { Problems } from './problems.js';
import type { ExperimentFile } from './schema.js';
import { suggestion } from './zod-problems.js';

/** What an experiment asks for before it may begin; undefined where it asks for nothing. */
export function buildConditions(
  file: Pick<ExperimentFile, 'window' | 'blockingAlarms' | 'errorBudget' | 'capacity'>,
  table: SliTable,
  problems: Problems,
): Conditions | undefined {
  const { window: windows, blockingAlarms, errorBudget, capacity } = file;
  if (errorBudget) checkBudget(errorBudget, table, problems);
  const asked = windows.length + blockingAlarms.length > 0 || errorBudget !== undefined || capacity !== undefined;
  return asked ? { windows, freezes: [], blockingAlarms, errorBudget, capacity } : undefined;
}

/** The SLI of an error budget is there, and a share of a whole. */
export function checkBudget({ sli: id }: ErrorBudget, { slis, unread }: SliTable, problems: Problems): void {
  if (unread.includes(id)) return;
  const sli = slis.find((one) => one.id === id);
  const path = ['errorBudget', 'sli'];
  if (!sli) {
    const known = [...slis.map((one) => one.id), ...unread];
    problems.add(path, `no SLI ${id} is defined`, suggestion(id, known).fix);
  } else if (sli.unit !== 'percent') {
    problems.add(path, `${id} is in ${sli.unit}, and a budget is a share`, 'name an SLI in percent');
  }
}
