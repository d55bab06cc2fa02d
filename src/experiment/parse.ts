import type { Experiment } from '../model/experiment.js';
import { buildExperiment } from './build.js';
import type { Diagnostic } from './diagnostic.js';
import type { Known } from './known.js';
import { applyOverrides } from './overrides.js';
import { problemsOfParts } from './parts.js';
import { experimentSchema } from './schema.js';
import { parseYaml } from './yaml.js';
import { checkAgainst, inOrder } from './zod-problems.js';

/** An experiment, or every problem of its file. */
export type Parsed =
  | { readonly ok: true; readonly experiment: Experiment; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** What a file is checked against, and what is set in it first. */
export interface ParseOptions {
  readonly known: Known;
  /** `--set KEY=VALUE`, in order. */
  readonly overrides?: readonly string[];
}

/**
 * Reads an experiment file: its YAML, its parts, and what ties them together. Reports all problems at once, each with
 * its place. Never throws for what a file holds.
 */
export function parseExperiment(text: string, file: string, { known, overrides = [] }: ParseOptions): Parsed {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const overridden = applyOverrides(yaml.document, overrides);
  if (!overridden.ok) return overridden;
  const checked = checkAgainst(experimentSchema, overridden.document);
  if (!checked.ok) {
    const between = problemsOfParts(overridden.document, known);
    return { ok: false, problems: inOrder([...checked.problems, ...between]) };
  }
  return buildExperiment(checked.value, overridden.document, known);
}
