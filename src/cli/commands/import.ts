import { formatDiagnostic, type Diagnostic } from '../../experiment/diagnostic.js';
import { fisTemplateSchema } from '../../experiment/fis-template.js';
import { toolkitDraft } from '../../experiment/import-chaostoolkit.js';
import { draftText, nameFrom, type Draft } from '../../experiment/import-draft.js';
import { fisDraft } from '../../experiment/import-fis.js';
import { onlyAction, onlyActivity } from '../../experiment/import-only.js';
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
  /** The one action of the file that is imported. */
  readonly only?: string;
}

interface Kind {
  readonly read: (document: YamlDocument, only: string | undefined) => Draft;
  /** What a file of it is. */
  readonly is: string;
  /** Keys that no other file has. */
  readonly keys: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  fis: {
    read: fromFis,
    is: 'a template of AWS FIS, as `aws fis get-experiment-template --id EXT…` prints it',
    keys: ['experimentTemplate', 'roleArn', 'stopConditions'],
  },
  chaostoolkit: {
    read: fromToolkit,
    is: 'an experiment of the Chaos Toolkit, as `chaos run` takes it',
    keys: ['steady-state-hypothesis', 'rollbacks'],
  },
};

/**
 * `kong import fis|chaostoolkit FILE`: an experiment of kong's on stdout, as far as it can be made of another tool's;
 * what could not be turned on stderr, and in it. Loads no AWS client.
 */
export function importFrom(kind: string, file: string, options: ImportOptions): number {
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!known) {
    const fix = `kong import ${Object.keys(KINDS).join('|')} FILE`;
    throw new KongError('BAD_ARGUMENT', `kong imports no ${kind}`, { fix });
  }
  const { terminal, files } = thisOutside(options);
  const parsed = parseYaml(readUserFile(file), file);
  if (!parsed.ok) throw badFile(file, parsed.problems, `write ${known.is}`);
  const draft = named(known.read(parsed.document, options.only), options.only);
  const text = draftText(draft, `${kind} ${file}`);
  if (options.out === undefined) terminal.out(text);
  else files.write(options.out, text);
  if (options.quiet !== true) {
    for (const { path, why } of draft.left) terminal.err(`${clean(file)}: ${clean(path)}: ${clean(why)}\n`);
    terminal.err(verdictOf(text, draft));
  }
  return 0;
}

/** What is made of one file is told apart by what it is made of. */
function named(draft: Draft, only: string | undefined): Draft {
  return only === undefined ? draft : { ...draft, name: nameFrom(`${draft.name}-${only}`, draft.name) };
}

/** What is left to a person; nothing where the file says it all. */
function verdictOf(text: string, { left }: Draft): string {
  if (!parseExperiment(text, 'draft.yaml', { known: { faults: knownFaults() } }).ok)
    return 'not whole: `kong validate` says what is to be filled in\n';
  return left.length > 0 ? 'valid as it is, without what could not be turned\n' : '';
}

/** As `aws fis get-experiment-template` prints it, or as `create-experiment-template` takes it. */
function fromFis(document: YamlDocument, only: string | undefined): Draft {
  const whole = fieldOf(document.data, 'experimentTemplate');
  const inner = whole === undefined ? document : { ...document, data: whole };
  const checked = checkAgainst(fisTemplateSchema, inner);
  if (!checked.ok) throw badFile(document.file, checked.problems, fixFor('fis', document));
  const tags = fieldOf(inner.data, 'tags');
  // the tags of what kong exported tell of all of it
  const texts = typeof tags === 'object' && tags !== null && only === undefined ? Object.entries(tags) : [];
  return fisDraft(onlyAction(checked.value, only), {
    tags: Object.fromEntries(texts.map(([key, value]) => [key, String(value)])),
    faults: knownFaults(),
  });
}

function fromToolkit(document: YamlDocument, only: string | undefined): Draft {
  const checked = checkAgainst(toolkitSchema, { ...document, data: substituted(document.data) });
  if (!checked.ok) throw badFile(document.file, checked.problems, fixFor('chaostoolkit', document));
  return toolkitDraft(onlyActivity(checked.value, only));
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** What a file should be, or what it is instead. */
function fixFor(kind: string, { data, file }: YamlDocument): string {
  const has = (key: string): boolean => fieldOf(data, key) !== undefined;
  if (has('experimentTemplates')) return 'it is a list: `aws fis get-experiment-template --id EXT…` prints one';
  if (has('blastRadius')) return `it is an experiment of kong's already: kong validate ${file}`;
  const other = Object.entries(KINDS).find(([name, { keys }]) => name !== kind && keys.some(has));
  return other ? `it looks like ${other[0]}: kong import ${other[0]} ${file}` : `write ${KINDS[kind]?.is ?? ''}`;
}

function badFile(file: string, problems: readonly Diagnostic[], fix: string): KongError {
  return new KongError('BAD_EXPERIMENT', `${file} has ${count(problems.length, 'problem')}`, {
    detail: problems.map(formatDiagnostic),
    fix,
  });
}
