import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/host/run-program.js';
import { isAlive } from '../../src/host/compare-and-swap.js';

const KEEPER = 'dist/program-keeper.js';
const LIMITS = { timeoutMs: 15_000, maxOutputBytes: 1_000 };

/** A program of Node's own. */
const run = (script: string, args: readonly string[] = [], limits = LIMITS): Promise<string> =>
  runProgram(KEEPER, [process.execPath, '-e', script, '--', ...args], limits);

const inFolder = (): string => path.join(mkdtempSync(path.join(tmpdir(), 'kong-run-')), 'pid');

async function gone(file: string): Promise<boolean> {
  const pid = Number(readFileSync(file, 'utf8'));
  for (let left = 100; left > 0 && isAlive(pid); left--) await new Promise((resolve) => setTimeout(resolve, 50));
  return !isAlive(pid);
}

describe('a program of the user', () => {
  it.each([
    [
      'is not there',
      () => runProgram(KEEPER, ['/no/such/program'], LIMITS),
      'exit code 127: spawn /no/such/program ENOENT',
    ],
    ['fails', () => run('console.error("no token\\nat line 7"); process.exit(3)'), 'ended with exit code 3: no token'],
    ['is killed', () => run('process.kill(process.pid, "SIGKILL")'), 'ended with exit code 127'],
    ['prints what is no UTF-8', () => run('process.stdout.write(Buffer.from([0xc3, 0x28]))'), 'no UTF-8'],
  ])('is an error where it %s', async (_what, ran, message) => {
    await expect(ran()).rejects.toThrow(message);
  });

  it('is ended where it prints without an end, of which no more is kept than may be', async () => {
    const file = inFolder();
    const endless = `require('fs').writeFileSync(process.argv[1], String(process.pid));
      const more = () => process.stdout.write('x'.repeat(65536), more); more();`;
    await expect(run(endless, [file])).rejects.toThrow('printed more than 1000 bytes');
    expect(await gone(file)).toBe(true);
  });

  it('is ended with all that it started where it takes too long', async () => {
    const file = inFolder();
    const forks = `const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'inherit' });
      require('fs').writeFileSync(process.argv[1], String(child.pid));
      process.on('SIGTERM', () => 0); setInterval(() => 0, 1000)`;
    await expect(run(forks, [file], { ...LIMITS, timeoutMs: 2_500 })).rejects.toThrow('did not end within 2.5s');
    expect(await gone(file)).toBe(true);
  });

  it('is over when it ends, whatever it leaves behind: that is ended too', async () => {
    const file = inFolder();
    const leaves = `const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'inherit' });
      require('fs').writeFileSync(process.argv[1], String(child.pid)); child.unref();
      process.stdout.write('on'); process.exit(0)`;
    expect(await run(leaves, [file])).toBe('on');
    expect(await gone(file)).toBe(true);
  });

  it.each([
    'it\'s "quoted"',
    'two words',
    '; touch /tmp/kong-was-here',
    '$(id) `id` $HOME',
    'a\nb',
    '--flag',
    '{value}',
    '%s\\n',
  ])('gets %j as one argument, as it is', async (value) => {
    expect(await run('process.stdout.write(JSON.stringify(process.argv.slice(1)))', [value])).toBe(
      JSON.stringify([value]),
    );
    expect(existsSync('/tmp/kong-was-here')).toBe(false);
  });
});
