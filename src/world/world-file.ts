import { formatDiagnostic, type Diagnostic } from '../experiment/diagnostic.js';
import { applyOverrides } from '../experiment/overrides.js';
import { Problems } from '../experiment/problems.js';
import { parseYaml } from '../experiment/yaml.js';
import { checkAgainst } from '../experiment/zod-problems.js';
import { KongError } from '../model/errors.js';
import { count } from '../model/summary.js';
import { withFlaws } from './traffic/flaws.js';
import { buildWorldModel } from './world-build.js';
import { checkWorld } from './world-check.js';
import { worldSchema } from './world-schema.js';
import type { World } from './world.js';

/**
 * Reads a world file.
 *
 * @param file - its name, for the messages
 * @param overrides - `traffic.flaws.no-headroom=true`, applied in order before anything is checked
 * @throws KongError BAD_WORLD with every problem, each with its line, its column and what to do
 */
export function parseWorld(text: string, file: string, overrides: readonly string[] = []): World {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) throw badWorld(file, yaml.problems);
  const overridden = applyOverrides(yaml.document, overrides);
  if (!overridden.ok) throw badWorld(file, overridden.problems);
  const checked = checkAgainst(worldSchema, overridden.document);
  if (!checked.ok) throw badWorld(file, checked.problems);
  const problems = new Problems(overridden.document);
  checkWorld(checked.value, problems);
  if (problems.found.length > 0) throw badWorld(file, problems.found);
  return withFlaws(buildWorldModel(checked.value));
}

function badWorld(file: string, problems: readonly Diagnostic[]): KongError {
  return new KongError('BAD_WORLD', `${file} has ${count(problems.length, 'problem')}`, {
    detail: problems.map(formatDiagnostic),
    fix: 'correct the file, or the --set that changed it',
  });
}
