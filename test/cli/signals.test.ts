import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome } from './home.js';

const DRILL = `${JSON.stringify(process.execPath)} ${JSON.stringify(path.resolve('bin/kong.js'))} drill us-east-1`;

describe('a drill that nobody reads', () => {
  it.each([
    ['its stdout is closed after a line', `{ ${DRILL} --format ndjson; echo $? >exit; } | head -n 1`],
    ['both streams are closed after a line', `{ ${DRILL} -v 2>&1; echo $? >exit; } | head -n 1`],
    ['it has none', `${DRILL} >&- 2>&-; echo $? >exit`],
  ])('goes on to its end where %s, and restores everything', (_how, script) => {
    const { home } = newHome();
    spawnSync('sh', ['-c', script], { cwd: home, env: { PATH: process.env.PATH, HOME: home }, stdio: 'ignore' });
    const [run = ''] = readdirSync(path.join(home, '.kong/runs'));
    const result: unknown = JSON.parse(readFileSync(path.join(home, '.kong/runs', run, 'result.json'), 'utf8'));
    expect(result).toMatchObject({ outcome: 'held', exitCode: 0, rollback: { remaining: [], conflicts: [] } });
    expect(readFileSync(path.join(home, 'exit'), 'utf8')).toBe('0\n');
  });
});
