import type { FisTemplate } from '../model/fis-template.js';
import { KongError } from '../model/errors.js';
import type { ToolkitExperiment } from './import-toolkit-schema.js';

/**
 * A template with one of its actions alone, which then waits for none: what needs another blast radius is imported as
 * an experiment of its own.
 *
 * @throws KongError BAD_ARGUMENT where there is no such action
 */
export function onlyAction(template: FisTemplate, name: string | undefined): FisTemplate {
  if (name === undefined) return template;
  const found = Object.entries(template.actions).find(([one]) => one === name)?.[1];
  if (!found) throw unknown(name, Object.keys(template.actions));
  return { ...template, actions: { [name]: { ...found, startAfter: [] } } };
}

/** An experiment of the Chaos Toolkit with those of its method that are called so alone; the same otherwise. */
export function onlyActivity(file: ToolkitExperiment, name: string | undefined): ToolkitExperiment {
  if (name === undefined) return file;
  const method = file.method.filter((one) => one.name === name);
  if (method.length === 0) throw unknown(name, file.method.flatMap((one) => one.name ?? []));
  return { ...file, method };
}

function unknown(name: string, there: readonly string[]): KongError {
  return new KongError('BAD_ARGUMENT', `--only: there is no action ${name}`, { fix: `there are ${there.join(', ')}` });
}
