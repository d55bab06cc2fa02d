/**
 * Writes a page for every fault into docs/faults/, from what the faults and their drivers say of themselves.
 *
 *     npm run docs
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, 'docs/faults');

function kong(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'bin/kong.js'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const experiments = readdirSync(path.join(root, 'experiments')).map((file) => `experiments/${file}`);

/** The experiments of this repository that use a fault. */
function usersOf(name) {
  const step = new RegExp(`fault: (\\{ name: )?${name}\\b`);
  return experiments.filter((file) => step.test(readFileSync(path.join(root, file), 'utf8')));
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { faults } = JSON.parse(kong('faults', '--format', 'json'));
for (const { name } of faults) {
  const users = usersOf(name).map((file) => `- [\`${file}\`](../../${file})`);
  const page = kong('faults', name, '--format', 'markdown');
  writeFileSync(path.join(folder, `${name}.md`), `${page}${['', '## Experiments', '', ...users].join('\n')}\n`);
}
const list = faults.map(({ name, title, scopes }) => `| [${name}](${name}.md) | ${title} | ${scopes.join(', ')} |`);
const index = ['# Faults', '', '| fault | what happens | scope |', '| --- | --- | --- |', ...list, ''];
writeFileSync(path.join(folder, 'README.md'), index.join('\n'));
