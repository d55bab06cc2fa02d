import { formatDiagnostic, type Diagnostic } from '../../experiment/diagnostic.js';
import { fisTemplateSchema } from '../../experiment/fis-template.js';
import { toolkitDraft } from '../../experiment/import-chaostoolkit.js';
import { draftText, type Draft } from '../../experiment/import-draft.js';
import { fisDraft } from '../../experiment/import-fis.js';
import { substituted, toolkitSchema } from '../../experiment/import-toolkit-schema.js';
import { parseExperiment } from '../../experiment/parse.js';
import { parseYaml, type YamlDocument } from '../../experiment/yaml.js';
import { checkAgainst } from '../../experiment/zod-problems.js';
import { KongError } from '../../model/errors.js';
import { count } from '../../model/summary.js';
import { clean } from '../../report/plain.js';
import { knownFaults } from '../known-faults.js';
import type { CommonOptions } from '../options.js';
import { readUserFile, thisOutside } from '../wire.js';

/** The options of `kong import`. */
export interface ImportOptions extends CommonOptions {
  readonly out?: string;
}

const KINDS: Readonly<Record<string, (document: YamlDocument) => Draft>> = { fis: fromFis, chaostoolkit: fromToolkit };

/**
 * `kong import fis|chaostoolkit FILE`: an experiment of kong's on stdout, as far as it can be made of another tool's;
 * what could not be turned on stderr, and in it. Loads no AWS client.
 */
export function importFrom(kind: string, file: string, options: ImportOptions): number {
  const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!read) {
    const fix = `kong import ${Object.keys(KINDS).join('|')} FILE`;
    throw new KongError('BAD_ARGUMENT', `kong imports no ${kind}`, { fix });
  }
  const { terminal, files } = thisOutside(options);
  const parsed = parseYaml(readUserFile(file), file);
  if (!parsed.ok) throw badFile(file, parsed.problems);
  const draft = read(parsed.document);
  const text = draftText(draft, `${kind} ${file}`);
  if (options.out === undefined) terminal.out(text);
  else files.write(options.out, text);
  if (options.quiet !== true) {
    for (const { path, why } of draft.left) terminal.err(`${clean(file)}: ${clean(path)}: ${clean(why)}\n`);
    terminal.err(verdictOf(text, draft));
  }
  return 0;
}

/** What is left to a person; nothing where the file says it all. */
function verdictOf(text: string, { left }: Draft): string {
  if (!parseExperiment(text, 'draft.yaml', { known: { faults: knownFaults() } }).ok)
    return 'not whole: `kong validate` says what is to be filled in\n';
  return left.length > 0 ? 'valid as it is, without what could not be turned\n' : '';
}

/** As `aws fis get-experiment-template` prints it, or as `create-experiment-template` takes it. */
function fromFis(document: YamlDocument): Draft {
  const whole = fieldOf(document.data, 'experimentTemplate');
  const inner = whole === undefined ? document : { ...document, data: whole };
  const checked = checkAgainst(fisTemplateSchema, inner);
  if (!checked.ok) throw badFile(document.file, checked.problems);
  const tags = fieldOf(inner.data, 'tags');
  const texts = typeof tags === 'object' && tags !== null ? Object.entries(tags) : [];
  return fisDraft(checked.value, {
    tags: Object.fromEntries(texts.map(([key, value]) => [key, String(value)])),
    faults: knownFaults(),
  });
}

function fromToolkit(document: YamlDocument): Draft {
  const checked = checkAgainst(toolkitSchema, { ...document, data: substituted(document.data) });
  if (!checked.ok) throw badFile(document.file, checked.problems);
  return toolkitDraft(checked.value);
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function badFile(file: string, problems: readonly Diagnostic[]): KongError {
  return new KongError('BAD_EXPERIMENT', `${file} has ${count(problems.length, 'problem')}`, {
    detail: problems.map(formatDiagnostic),
  });
}
