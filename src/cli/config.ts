import * as z from 'zod';
import { checkAgainst } from '../experiment/zod-problems.js';
import { formatDiagnostic } from '../experiment/diagnostic.js';
import { parseYaml } from '../experiment/yaml.js';
import { KongError } from '../model/errors.js';
import type { Files } from '../model/ports.js';

/** kong.yaml: where drills may run. Going to Amazon is a written decision, and this is where it is written. */
export interface Config {
  readonly aws: { readonly accounts: readonly string[]; readonly regions: readonly string[] };
  /** The tag that a target on Amazon must carry. */
  readonly optIn: { readonly key: string; readonly value: string };
}

const account = z.string().regex(/^\d{12}$/, 'has to be twelve digits in quotes | write "123456789012"');
const SCHEMA = z.strictObject({
  version: z.literal(1),
  aws: z
    .strictObject({ accounts: z.array(account).default([]), regions: z.array(z.string()).default([]) })
    .default({ accounts: [], regions: [] }),
  optIn: z.strictObject({ key: z.string().min(1), value: z.string() }).default({ key: 'kong:opt-in', value: 'true' }),
});

/** Where the configuration is looked for when nobody names one: it may be absent there. */
const DEFAULT_CONFIG = 'kong.yaml';

/**
 * Reads the configuration; where there is none, nothing on Amazon is allowed.
 * @throws KongError BAD_CONFIG with every problem and its place
 */
export function readConfig(path: string, files: Files): Config {
  const text = files.read(path);
  if (text === undefined && path !== DEFAULT_CONFIG) {
    throw new KongError('FILE_NOT_READABLE', `there is no ${path}`, { fix: 'check --config' });
  }
  if (text === undefined) return { aws: { accounts: [], regions: [] }, optIn: { key: 'kong:opt-in', value: 'true' } };
  const parsed = parseYaml(text, path);
  const checked = parsed.ok ? checkAgainst(SCHEMA, parsed.document) : parsed;
  if (checked.ok) return checked.value;
  throw new KongError('BAD_CONFIG', `${path} has ${checked.problems.length} problems`, {
    detail: checked.problems.map(formatDiagnostic),
  });
}
