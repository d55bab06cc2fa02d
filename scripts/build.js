/**
 * Compiles src/cli/main.ts and everything that it needs, dependencies too, into dist/: ES modules that Node loads as
 * they are.
 *
 *     node scripts/build.js [ENTRY] [OUT]        by default src/cli/main.ts and dist
 *
 * What is imported with `await import()` becomes a chunk of its own, read only by the command that needs it.
 */
import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [entry = path.join(root, 'src/cli/main.ts'), out = path.join(root, 'dist')] = process.argv.slice(2);

// Dependencies that are CommonJS call require() for Node's own modules, which an ES module does not have.
const requireBanner = [
  "import { createRequire as kongCreateRequire } from 'node:module';",
  'const require = kongCreateRequire(import.meta.url);',
].join('\n');

/**
 * Writes the AWS SDK's schemas with literal keys: `{ [_it]: 1 }` becomes `{ "item": 1 }`. A computed key may run code, so
 * esbuild keeps every object that has one: 1 MB of EC2 schemas instead of the few that the imported commands use. An
 * unknown name is left as it is.
 */
const literalSchemaKeys = {
  name: 'literal-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/ }, async (file) => {
      const source = await readFile(file.path, 'utf8');
      const consts = source.matchAll(/^const (\w+) = (".*");$/gm);
      const literals = new Map(Array.from(consts, ([, name, text]) => [name, text]));
      const contents = source.replace(/\[(_\w+)\]:/g, (key, name) =>
        literals.has(name) ? `${literals.get(name)}:` : key,
      );
      return { contents, loader: 'js' };
    });
  },
};

if (!existsSync(entry)) {
  console.error(`nothing to build: ${entry} is not there`);
  process.exit(1);
}

rmSync(out, { recursive: true, force: true });
const result = await build({
  entryPoints: { main: entry },
  outdir: out,
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: 'linked',
  sourcesContent: false,
  keepNames: true,
  legalComments: 'none',
  treeShaking: true,
  // The AWS SDK's CommonJS build can't be shaken: a client then costs every command that its service has.
  mainFields: ['module', 'main'],
  conditions: ['module'],
  // A note to kong's developers about the Node of 2027, which the SDK would print to each user at each drill.
  define: { 'process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED': '"true"' },
  plugins: [literalSchemaKeys],
  banner: { js: requireBanner },
  metafile: true,
  logLevel: 'warning',
});

const bytes = Object.entries(result.metafile.outputs)
  .filter(([file]) => !file.endsWith('.map'))
  .reduce((sum, [, output]) => sum + output.bytes, 0);
console.log(`built ${path.relative(process.cwd(), out) || '.'} (${Math.round(bytes / 1024)} KB)`);
