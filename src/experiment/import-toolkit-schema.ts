import * as z from 'zod';

const seconds = z.union([z.number(), z.string()]).optional();

const provider = z.looseObject({
  type: z.string(),
  module: z.string().optional(),
  func: z.string().optional(),
  // those of a process are a text or a list
  arguments: z.union([z.record(z.string(), z.unknown()), z.string(), z.array(z.unknown())]).nullish(),
});

const activity = z.looseObject({
  type: z.enum(['action', 'probe']).optional(),
  name: z.string().optional(),
  ref: z.string().optional(),
  provider: provider.optional(),
  tolerance: z.unknown().optional(),
  pauses: z.looseObject({ before: seconds, after: seconds }).optional(),
});

/**
 * An experiment of the Chaos Toolkit, as far as it is read.
 * @see https://chaostoolkit.org/reference/api/experiment/
 */
export const toolkitSchema = z.looseObject({
  title: z.string(),
  description: z.string().optional(),
  configuration: z.record(z.string(), z.unknown()).optional(),
  'steady-state-hypothesis': z
    .looseObject({ title: z.string().optional(), probes: z.array(activity).default([]) })
    .optional(),
  method: z.array(activity),
  rollbacks: z.array(activity).optional(),
  controls: z.array(z.looseObject({ name: z.string().optional(), provider: provider.optional() })).optional(),
  runtime: z.unknown().optional(),
  extensions: z.unknown().optional(),
  secrets: z.unknown().optional(),
  dry: z.unknown().optional(),
});

/** The same, read. */
export type ToolkitExperiment = z.infer<typeof toolkitSchema>;

/** One action or probe. */
export type ToolkitActivity = z.infer<typeof activity>;

/** What a function is given, by name; undefined: a text or a list, as a process takes them. */
export function namedArguments(provider: ToolkitActivity['provider']): Readonly<Record<string, unknown>> | undefined {
  const given = provider?.arguments ?? {};
  return typeof given === 'string' || Array.isArray(given) ? undefined : given;
}

/**
 * A file with `${name}` replaced by what its configuration says: a value, or the default of an environment variable.
 * The environment itself is not read; a name without a value stays as it is.
 */
export function substituted(data: unknown): unknown {
  const values = configurationOf(data);
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return inText(value, values);
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
  };
  const whole = replace(data);
  return typeof whole === 'object' && whole !== null && 'configuration' in whole
    ? { ...whole, configuration: Object.fromEntries(values) }
    : whole;
}

type Scalar = string | number | boolean;

function inText(text: string, values: ReadonlyMap<string, Scalar>): Scalar {
  const [, only] = /^\$\{(\w+)\}$/.exec(text) ?? [];
  const whole = only === undefined ? undefined : values.get(only);
  if (whole !== undefined) return whole;
  return text.replace(/\$\{(\w+)\}/g, (as, name: string) => String(values.get(name) ?? as));
}

function configurationOf(data: unknown): ReadonlyMap<string, Scalar> {
  const configuration: unknown =
    typeof data === 'object' && data !== null ? Reflect.get(data, 'configuration') : undefined;
  if (typeof configuration !== 'object' || configuration === null) return new Map();
  return new Map(
    Object.entries(configuration).flatMap(([name, value]: [string, unknown]) => {
      const given: unknown = typeof value === 'object' && value !== null && 'default' in value ? value.default : value;
      return isScalar(given) ? [[name, given] as const] : [];
    }),
  );
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
