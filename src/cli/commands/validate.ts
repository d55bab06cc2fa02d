import { formatDiagnostic, type Diagnostic } from '../../experiment/diagnostic.js';
import type { Known } from '../../experiment/known.js';
import { parseExperiment } from '../../experiment/parse.js';
import { readConfig } from '../config.js';
import { knownFaults } from '../known-faults.js';
import type { CommonOptions } from '../options.js';
import { count } from '../../model/summary.js';
import { jsonText } from '../../report/json.js';
import { clean } from '../../report/plain.js';
import { isForWorld, readUserFile, thisOutside } from '../wire.js';

interface Checked {
  readonly file: string;
  readonly ok: boolean;
  readonly problems: readonly Diagnostic[];
}

/** `kong validate FILE…`: every problem of every file. Loads no AWS client. */
export async function validate(names: readonly string[], options: CommonOptions): Promise<number> {
  const { terminal, files } = thisOutside();
  const { switches, hooks, fisRole } = readConfig(options.config, files);
  const known = { faults: knownFaults(), switches, hooks, fisRole: fisRole !== undefined };
  const checked = names.map((file) => check(file, known, options));
  const ok = checked.every((one) => one.ok);
  if (options.format === 'json') terminal.out(jsonText({ schema: 'kong/validation/v1', ok, files: checked }));
  else terminal.out(checked.map(asText).join(''));
  return ok ? 0 : 2;
}

function check(file: string, known: Known, options: CommonOptions): Checked {
  const overrides = options.set.filter((one) => !isForWorld(one));
  const parsed = parseExperiment(readUserFile(file), file, { known, overrides });
  return parsed.ok ? { file, ok: true, problems: parsed.warnings } : { file, ok: false, problems: parsed.problems };
}

function asText({ file, ok, problems }: Checked): string {
  const shown = clean(file);
  const listed = problems.map((problem) => `${formatDiagnostic(problem)}\n`).join('\n');
  return ok
    ? `${listed}${shown}: ok\n`
    : `${listed}\n${shown}: ${count(problems.length, 'problem')}\n`;
}
