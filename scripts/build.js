/**
 * Compiles src/cli/main.ts and everything that it needs, dependencies too, into dist/: ES modules that Node loads as
 * they are.
 *
 *     node scripts/build.js [ENTRY] [OUT]        by default src/cli/main.ts and dist
 *
 * The kong of the default also gets scripts of its own: state-worker.js, which is started as a thread, and
 * program-keeper.js, which is started as a process.
 *
 * What is imported with `await import()` becomes a chunk of its own, read only by the command that needs it.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

// Dependencies that are CommonJS call require() for Node's own modules, which an ES module does not have.
const requireBanner = [
  "import { createRequire as kongCreateRequire } from 'node:module';",
  'const require = kongCreateRequire(import.meta.url);',
].join('\n');

/**
 * Writes the AWS SDK's schemas with literal keys: `{ [_it]: 1 }` becomes `{ "item": 1 }`. A computed key may run code,
 * so esbuild keeps every object that has one: 1 MB of EC2 schemas instead of the few that the imported commands use.
 * An unknown name is left as it is.
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

/** Bundles, and says which files came out of it, from the root folder. */
async function bundle(entries, out) {
  const { metafile } = await build({
    entryPoints: entries,
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
    // The AWS SDK's CommonJS build can't be shaken: a client then costs every command that its service has.
    mainFields: ['module', 'main'],
    conditions: ['module'],
    plugins: [literalSchemaKeys],
    banner: { js: requireBanner },
    metafile: true,
    logLevel: 'warning',
  });
  return metafile.outputs;
}

/** Removes what an earlier build left: after the new one is whole, so that there is a kong to run at any time. */
function removeOthers(out, written) {
  const kept = new Set(Object.keys(written).map((file) => path.resolve(root, file)));
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(file)) rmSync(file);
  }
}

const kong = path.join(root, 'src/cli/main.ts');
const scriptsOfKong = {
  'state-worker': path.join(root, 'src/state/worker.ts'),
  'program-keeper': path.join(root, 'src/host/program-keeper.ts'),
};
const [entry = kong, out = path.join(root, 'dist')] = process.argv
  .slice(2)
  .map((name) => path.resolve(name));
if (!existsSync(entry)) throw new Error(`nothing to build: ${entry} is not there`);
try {
  const written = await bundle({ main: entry, ...(entry === kong ? scriptsOfKong : {}) }, out);
  removeOthers(out, written);
  const scripts = Object.entries(written).filter(([file]) => file.endsWith('.js'));
  const kilobytes = scripts.reduce((sum, [, { bytes }]) => sum + bytes, 0) / 1024;
  console.log(`built ${path.relative(process.cwd(), out)} (${Math.round(kilobytes)} KB)`);
} catch (error) {
  // what is wrong with the sources has been printed
  if (!error.errors) throw error;
  process.exitCode = 1;
}
