import { formatDuration } from './duration.js';

/**
 * One parameter of a fault: what it means, which values it takes, and what holds where it is left out.
 *
 * `default`: undefined where it has to be given, unless it is `optional`, which says in words what holds without it.
 */
export type Param = ParamWords & (NumberParam | ChoiceParam | TextParam);

/** What every parameter has. */
export interface ParamWords {
  readonly means: string;
  readonly optional?: string;
  /**
   * Without which it would have no effect, and so can't be given: other parameters, with their values; true: that the
   * other is given at all. Undefined: it always has one.
   */
  readonly appliesWhen?: Readonly<Record<string, string | true>>;
  /** What it names, where that must be there; undefined: it names nothing. */
  readonly named?: Named;
}

/** What a text names: one Auto Scaling group, or buckets with commas between them. */
export type Named = 'group' | 'buckets';

/**
 * `whole`: written `503`. `percent`: written `80%`, and given to the fault as 80. `duration`: written `200ms`, and
 * given in milliseconds. Bounds and default are as the fault gets them; both bounds are allowed.
 */
export interface NumberParam {
  readonly kind: 'whole' | 'percent' | 'duration';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** One of a few words. */
export interface ChoiceParam {
  readonly kind: 'choice';
  readonly of: readonly string[];
  readonly default?: string;
}

/** A text that matches a pattern, as a whole. */
export interface TextParam {
  readonly kind: 'text';
  /** The source of a regular expression, without anchors. */
  readonly pattern: string;
  /** One that is right. */
  readonly example: string;
  /** All that are known, and what to do about another; undefined: whatever matches the pattern. */
  readonly known?: { readonly names: readonly string[]; readonly otherwise: string };
  readonly default?: string;
}

/** Parameters by name. */
export type Params = Readonly<Record<string, Param>>;

/** What a step gives them, each as its kind says, those left out by their defaults. */
export type ParamValues = Readonly<Record<string, string | number | boolean>>;

/** The names in a text, each once. */
export function namesIn(text: string, named: Named): readonly string[] {
  return named === 'group' ? [text] : [...new Set(text.split(',').map((name) => name.trim()))];
}

/** A number as the file has it: `80%`, `200ms`, `503`. */
export function numberText(kind: NumberParam['kind'], value: number): string {
  switch (kind) {
    case 'whole':
      return String(value);
    case 'percent':
      return `${value}%`;
    case 'duration':
      return formatDuration(value);
  }
}

/** Which values a parameter takes: `400 to 599`, `SIGTERM or SIGKILL`. */
export function valuesText(param: Param): string {
  switch (param.kind) {
    case 'whole':
    case 'percent':
    case 'duration':
      return `${numberText(param.kind, param.min)} to ${numberText(param.kind, param.max)}`;
    case 'choice':
      return param.of.join(', ').replace(/, ([^,]*)$/, ' or $1');
    case 'text':
      return `like ${param.example}`;
  }
}

/** What a parameter means, and what it goes with where it does not always apply. */
export function meansText({ means, appliesWhen = {} }: Param): string {
  const conditions = Object.entries(appliesWhen).map(conditionText);
  return conditions.length === 0 ? means : `${means}; only with ${conditions.join(' and ')}`;
}

/** A condition of `appliesWhen`, as a person writes it: `by: rule`. */
export function conditionText([name, value]: readonly [string, string | true]): string {
  return value === true ? name : `${name}: ${value}`;
}

/** What holds where a parameter is left out: its default, other words, or that it can't be. */
export function defaultText(param: Param): string {
  const { default: value, optional, kind } = param;
  if (value === undefined) return optional ?? 'has to be given';
  return typeof value === 'number' && (kind === 'whole' || kind === 'percent' || kind === 'duration')
    ? numberText(kind, value)
    : String(value);
}
