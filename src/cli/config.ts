import * as z from 'zod';
import { checkAgainst } from '../experiment/zod-problems.js';
import { formatDiagnostic } from '../experiment/diagnostic.js';
import {
  blockingAlarmsSchema,
  capacitySchema,
  errorBudgetSchema,
  freezeSchema,
  windowSchema,
} from '../experiment/schema-conditions.js';
import { roleArn } from '../experiment/schema-fis.js';
import { region } from '../experiment/schema-values.js';
import { parseYaml } from '../experiment/yaml.js';
import { NO_CONDITIONS, type Conditions } from '../model/conditions.js';
import { KongError, messageOf } from '../model/errors.js';
import type { HookDefinition } from '../model/hook.js';
import type { ResolverSettings } from '../model/resolution.js';
import type { SwitchDefinition } from '../model/switch.js';
import type { Files } from '../model/ports.js';
import { count } from '../model/summary.js';
import { hooksOf, hooksSchema } from './config-hooks.js';
import { resolverOf, resolverSchema } from './config-resolver.js';
import { switchesOf, switchesSchema } from './config-switches.js';
import { isFile, readUserFile } from './wire.js';

/** kong.yaml: where drills may run. Going to Amazon is a written decision, and this is where it is written. */
export interface Config {
  readonly aws: { readonly accounts: readonly string[]; readonly regions: readonly string[] };
  /** The tag that a target on Amazon must carry. */
  readonly optIn: { readonly key: string; readonly value: string };
  /** What must hold before any drill begins, wherever it runs. */
  readonly conditions: Conditions;
  /** What experiments may switch: they name it, and only this is ever run. */
  readonly switches: readonly SwitchDefinition[];
  /** What experiments may have called: they name it, and only this is ever called. */
  readonly hooks: readonly HookDefinition[];
  /** The IAM role by which AWS FIS acts where an experiment names none. */
  readonly fisRole?: string;
  /** Whom to ask whether members follow a shift; undefined: nobody. */
  readonly resolver?: ResolverSettings;
}

const account = z.string().regex(/^\d{12}$/, 'has to be twelve digits in quotes | write "123456789012"');
const SCHEMA = z.strictObject({
  version: z.literal(1),
  aws: z
    .strictObject({ accounts: z.array(account).default([]), regions: z.array(region).default([]) })
    .default({ accounts: [], regions: [] }),
  windows: z.array(windowSchema).default([]),
  freezes: z.array(freezeSchema).default([]),
  blockingAlarms: blockingAlarmsSchema,
  errorBudget: errorBudgetSchema.optional(),
  capacity: capacitySchema.optional(),
  switches: switchesSchema,
  hooks: hooksSchema,
  fis: z.strictObject({ role: roleArn }).optional(),
  resolver: resolverSchema,
  optIn: z.strictObject({ key: z.string().min(1), value: z.string() }).default({ key: 'kong:opt-in', value: 'true' }),
});

const NOWHERE: Config['aws'] = { accounts: [], regions: [] };
const USUAL_OPT_IN: Config['optIn'] = { key: 'kong:opt-in', value: 'true' };

const NOTHING_SAID: Config = {
  aws: NOWHERE,
  optIn: USUAL_OPT_IN,
  conditions: NO_CONDITIONS,
  switches: [],
  hooks: [],
};

/** Where the configuration is looked for when nobody names one: it may be absent there. */
const DEFAULT_CONFIG = 'kong.yaml';

/**
 * Reads the configuration; where there is none, nothing on Amazon is allowed.
 * @throws KongError BAD_CONFIG with every problem and its place
 */
export function readConfig(path: string, files: Files): Config {
  const text = textOf(path, files);
  if (text === undefined) return NOTHING_SAID;
  const parsed = parseYaml(text, path);
  const checked = parsed.ok ? checkAgainst(SCHEMA, parsed.document) : parsed;
  if (checked.ok) return configOf(checked.value);
  throw new KongError('BAD_CONFIG', `${path} has ${count(checked.problems.length, 'problem')}`, {
    detail: checked.problems.map(formatDiagnostic),
  });
}

/** @throws KongError FILE_NOT_READABLE where it is no file, or too large for one, or was named and is not there */
function textOf(path: string, files: Files): string | undefined {
  const text = isFile(path) ? readUserFile(path) : readOther(path, files);
  if (text !== undefined || path === DEFAULT_CONFIG) return text;
  throw new KongError('FILE_NOT_READABLE', `there is no file '${path}'`, { fix: 'check --config' });
}

/** What is there and is no file, a folder or a pipe, is refused by its reader. */
function readOther(path: string, files: Files): string | undefined {
  if (path === '') return undefined;
  try {
    return files.read(path);
  } catch (cause) {
    throw new KongError('FILE_NOT_READABLE', messageOf(cause), { cause, fix: 'check --config' });
  }
}

function configOf({
  aws,
  optIn,
  windows,
  freezes,
  blockingAlarms,
  errorBudget,
  capacity,
  switches,
  hooks,
  fis,
  resolver: asked,
}: z.infer<typeof SCHEMA>): Config {
  const resolver = resolverOf(asked);
  return {
    aws,
    optIn,
    conditions: { windows, freezes, blockingAlarms, errorBudget, capacity },
    switches: switchesOf(switches),
    hooks: hooksOf(hooks),
    ...(fis === undefined ? {} : { fisRole: fis.role }),
    ...(resolver === undefined ? {} : { resolver }),
  };
}
