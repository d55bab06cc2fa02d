import { KongError } from '../model/errors.js';
import type { Params, ParamValues } from '../model/param.js';

/**
 * A parameter that is a number; its default where the step does not have it.
 *
 * @throws KongError BAD_PLAN where it has none and was not given: the experiment's parser would have refused that
 */
export function numberOf<T extends Params>(specs: T, name: keyof T & string, given: ParamValues): number {
  const value = given[name] ?? specs[name]?.default;
  if (typeof value === 'number') return value;
  throw missing(name, value);
}

/** The same for a text or a choice. */
export function textOf<T extends Params>(specs: T, name: keyof T & string, given: ParamValues): string {
  const value = given[name] ?? specs[name]?.default;
  if (typeof value === 'string') return value;
  throw missing(name, value);
}

function missing(name: string, value: unknown): KongError {
  return new KongError('BAD_PLAN', `the parameter ${name} of a fault is ${JSON.stringify(value)}`, {
    fix: 'plan the experiment again',
  });
}
