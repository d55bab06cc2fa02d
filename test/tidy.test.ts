import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { filesUnder, importsOf, parse, undocumentedExports, type SourceText } from './tidy-source.js';

const LINES_PER_FILE = 300;

/** Top to bottom: a folder may import those after it, never those before. */
const LAYERS = [
  'cli',
  'report',
  'gameday',
  'doctor',
  'drill',
  'plan',
  'faults',
  'changes',
  'sli',
  'inventory',
  'experiment',
  'aws',
  'model',
];

/** Folders with their own list: the three outsides, and what only renders. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  report: ['model', 'experiment'],
  world: ['inventory', 'experiment', 'aws', 'model'],
  host: ['model'],
  state: ['aws', 'model'],
};

const WIRE = 'src/cli/wire.ts';

/** What these commands load must not hold an AWS client: they cost what Node costs. */
const LIGHT_ENTRIES = [
  'src/cli/main.ts',
  'src/cli/commands/validate.ts',
  'src/cli/commands/schema.ts',
  'src/cli/commands/import.ts',
];

const TERMINAL_PACKAGES = new Set(['chalk', 'ora']);

const src = filesUnder('src', '.ts');
const everything = [...src, ...filesUnder('test', '.ts'), ...filesUnder('scripts', '.js')];

/** A rule says what is wrong with one file; nothing is well. */
type Rule = (source: SourceText, all: readonly SourceText[]) => readonly string[];

const folderOf = (file: string): string => file.split('/')[1] ?? '';

const dependencyDirection: Rule = (source) =>
  importsOf(source)
    .filter(({ target }) => target.startsWith('src/') && !mayImport(source.file, target))
    .map(({ target }) => `imports ${target}`);

function mayImport(file: string, target: string): boolean {
  const [from, to] = [folderOf(file), folderOf(target)];
  if (from === to) return true;
  if (to === 'world' || to === 'host' || to === 'state') return file === WIRE;
  return MAY_IMPORT[from]?.includes(to) ?? LAYERS.indexOf(to) > LAYERS.indexOf(from);
}

const knownFolder: Rule = ({ file }) =>
  [...LAYERS, ...Object.keys(MAY_IMPORT)].includes(folderOf(file)) ? [] : [`${folderOf(file)}/ is in no layer`];

const noBarrels: Rule = (source) => [
  ...(/\/index\.ts$/.test(source.file) ? ['is an index.ts'] : []),
  ...parse(source)
    .statements.filter(isWholeReExport)
    .map((statement) => statement.getText()),
];

function isWholeReExport(statement: ts.Statement): boolean {
  if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) return false;
  return !statement.exportClause || ts.isNamespaceExport(statement.exportClause);
}

const namedExportsOnly: Rule = (source) =>
  parse(source)
    .statements.filter((one) => ts.isExportAssignment(one) || /^export default\b/.test(one.getText()))
    .map((statement) => statement.getText().slice(0, 60));

const shortFiles: Rule = ({ text }) => {
  const lines = text.trimEnd().split('\n').length;
  return lines > LINES_PER_FILE ? [`has ${lines} lines, ${LINES_PER_FILE} are the limit`] : [];
};

const kebabCase: Rule = ({ file }) =>
  file
    .split('/')
    .filter((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?(\.(ts|js))?$/.test(part))
    .map((part) => `${part} is not kebab-case`);

const tellingNames: Rule = ({ file }) =>
  file
    .split(/[/.-]/)
    .filter((word) => /^(utils?|helpers?|managers?|misc|common)$/.test(word))
    .map((word) => `"${word}" says nothing`);

const documented: Rule = (source) => undocumentedExports(source).map((name) => `${name} has no doc comment`);

const terminalOnlyInReport: Rule = (source) =>
  importsOf(source)
    .filter(({ target }) => TERMINAL_PACKAGES.has(target) && folderOf(source.file) !== 'report')
    .map(({ target }) => `imports ${target}`);

/** Every way from a file to an AWS client that is walked before the first line runs. */
const noEagerSdk: Rule = (source, all) => {
  const byFile = new Map(all.map((one) => [one.file, one]));
  const seen = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] => {
    const one = byFile.get(file);
    if (!one || seen.has(file)) return [];
    seen.add(file);
    return importsOf(one)
      .filter(({ typeOnly, dynamic }) => !typeOnly && !dynamic)
      .flatMap(({ target }) => {
        const further = [...way, target];
        return target.startsWith('@aws-sdk/') ? [further.join(' → ')] : walk(target, further);
      });
  };
  return walk(source.file, [source.file]);
};

interface Checked {
  readonly rule: Rule;
  readonly title: string;
  readonly files: readonly SourceText[];
  /** Files that break the rule; the first is checked among all of them. */
  readonly broken: readonly [SourceText, ...SourceText[]];
}

const made = (file: string, text = ''): SourceText => ({ file, text });

const CHECKS: readonly Checked[] = [
  {
    rule: dependencyDirection,
    title: 'imports only what is below it',
    files: src,
    broken: [made('src/plan/a.ts', "import type { A } from '../drill/drill.js';")],
  },
  { rule: knownFolder, title: 'is in a layer', files: src, broken: [made('src/extra/a.ts')] },
  { rule: noBarrels, title: 'is no barrel', files: src, broken: [made('src/plan/a.ts', "export * from './b.js';")] },
  {
    rule: namedExportsOnly,
    title: 'has named exports only',
    files: src,
    broken: [made('src/plan/a.ts', 'export default function plan() {}')],
  },
  {
    rule: shortFiles,
    title: 'is short',
    files: everything,
    broken: [made('src/plan/a.ts', 'a\n'.repeat(LINES_PER_FILE + 1))],
  },
  { rule: kebabCase, title: 'has a kebab-case name', files: everything, broken: [made('src/plan/aPlan.ts')] },
  {
    rule: tellingNames,
    title: 'is named for what it holds',
    files: everything,
    broken: [made('src/plan/date-utils.ts')],
  },
  {
    rule: documented,
    title: 'explains its exports',
    files: src,
    broken: [made('src/plan/a.ts', 'export const a = 1;')],
  },
  {
    rule: terminalOnlyInReport,
    title: 'leaves colours and spinners to the reports',
    files: src,
    broken: [made('src/cli/run.ts', "import chalk from 'chalk';")],
  },
  {
    rule: noEagerSdk,
    title: 'starts without an AWS client',
    files: src.filter(({ file }) => LIGHT_ENTRIES.includes(file)),
    broken: [
      made('src/cli/main.ts', "import { b } from '../aws/b.js';"),
      made('src/aws/b.ts', "import { type EC2Client } from '@aws-sdk/client-ec2';"),
    ],
  },
];

const BY_TITLE = CHECKS.map((check) => [check.title, check] as const);

describe('the tidiness check', () => {
  it.each(BY_TITLE)('refuses a file unless it %s', (_title, { rule, broken }) => {
    expect(rule(broken[0], broken)).not.toEqual([]);
  });

  it.each(['world', 'host', 'state'])('refuses an import of the %s from anywhere but the wiring', (outside) => {
    const late = `const { it } = await import('../${outside}/it.js');`;
    expect(dependencyDirection(made('src/cli/run.ts', late), [])).not.toEqual([]);
    expect(dependencyDirection(made(WIRE, late), [])).toEqual([]);
  });

  it('lets a command load the AWS clients when it needs them', () => {
    const lazy = made('src/cli/main.ts', "const { b } = await import('../aws/b.js');");
    expect(noEagerSdk(lazy, [lazy, made('src/aws/b.ts', "import '@aws-sdk/client-ec2';")])).toEqual([]);
  });
});

describe('every source file', () => {
  it.each(BY_TITLE)('%s', (_title, { rule, files }) => {
    const wrong = files.flatMap((source) => rule(source, src).map((what) => `${source.file}: ${what}`));
    expect(wrong).toEqual([]);
  });

  it('is looked at', () => {
    expect(src.length).toBeGreaterThan(50);
    expect(src.map(({ file }) => file)).toEqual(expect.arrayContaining(LIGHT_ENTRIES));
  });
});
