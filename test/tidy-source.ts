import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The checkout's root folder. */
export const REPO = path.resolve(import.meta.dirname, '..');

/** One file of the checkout. */
export interface SourceText {
  /** From the checkout's root, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** One `import` or `export … from`. */
export interface Import {
  /** The path from the checkout's root for a relative import, else the package's name as written. */
  readonly target: string;
  /** Erased by the compiler: `import type`. An `import { type A }` is not, it still loads the module. */
  readonly typeOnly: boolean;
  /** `await import()`: loads when it is reached, not at the start. */
  readonly dynamic: boolean;
}

/** Every file with this ending under a folder of the checkout. */
export function filesUnder(folder: string, ending: string): readonly SourceText[] {
  return fs
    .readdirSync(path.join(REPO, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({ file: path.posix.join(folder, name.split(path.sep).join('/')), name }))
    .map(({ file }) => ({ file, text: fs.readFileSync(path.join(REPO, file), 'utf8') }));
}

/** The file's syntax tree. */
export function parse({ file, text }: SourceText): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
}

/** What a file imports, in order. */
export function importsOf(source: SourceText): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, kind: Omit<Import, 'target'>): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const relative = specifier.text.startsWith('.');
    const joined = path.posix.join(path.posix.dirname(source.file), specifier.text).replace(/\.js$/, '.ts');
    found.push({ target: relative ? joined : specifier.text, ...kind });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      add(node.moduleSpecifier, { typeOnly, dynamic: false });
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, { typeOnly: node.isTypeOnly, dynamic: false });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], { typeOnly: false, dynamic: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(source));
  return found;
}

/** Exported names of a file, types too, that have no doc comment in front of them. */
export function undocumentedExports(source: SourceText): readonly string[] {
  const tree = parse(source);
  return tree.statements
    .filter((statement) => isExported(statement) && !isDocumented(statement, tree))
    .flatMap((statement) => namesOf(statement));
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** A second overload is read under the comment of the first. */
function isDocumented(statement: ts.Statement, tree: ts.SourceFile): boolean {
  const index = tree.statements.indexOf(statement);
  const before = tree.statements[index - 1];
  const overload = before && ts.isFunctionDeclaration(before) && !before.body && ts.isFunctionDeclaration(statement);
  if (overload && before.name?.text === statement.name?.text) return isDocumented(before, tree);
  return ts.getJSDocCommentsAndTags(statement).length > 0;
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return named && statement.name ? [statement.name.text] : [];
}
