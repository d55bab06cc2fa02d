import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newHome } from '../cli/home.js';
import { eachInput, mutated } from './mutate.js';

const KONG = path.resolve('bin/kong.js');
const MOST_MIB = 200;
/** Others may keep the machine busy: what counts is that it ends. */
const TIMEOUT_MS = 60_000;

interface Measured {
  readonly code: number | null;
  readonly out: string;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

/** Prints, after all else, what the process took. */
const METER = `process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  require('node:fs').writeSync(3, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS / 1024 })); });`;

/** The built CLI in a process with little memory, measured. */
function measured(args: readonly string[], cwd: string): Promise<Measured> {
  const meter = path.join(cwd, 'meter.cjs');
  writeFileSync(meter, METER);
  const child = spawn(process.execPath, ['--max-old-space-size=160', '--require', meter, KONG, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const said = ['', ''];
  for (const [index, stream] of [child.stdout, child.stderr, child.stdio[3]].entries())
    if (stream && 'on' in stream)
      stream.on(
        'data',
        (text: Buffer) => (said[index === 2 ? 1 + 1 : 0] = (said[index === 2 ? 2 : 0] ?? '') + text.toString()),
      );
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const took: unknown = JSON.parse(said[2] ?? '{}');
      const figure = (name: string): number =>
        typeof took === 'object' && took !== null
          ? Number(Object.entries(took).find(([key]) => key === name)?.[1])
          : NaN;
      resolve({ code, out: said[0] ?? '', cpuSeconds: figure('cpu'), peakMiB: figure('rss') });
    });
  });
}

function expectPlain({ code, out, peakMiB, cpuSeconds }: Measured, codes: readonly (number | null)[]): void {
  expect(codes, out.slice(0, 2_000)).toContain(code);
  expect(out).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(out).not.toContain('internal error');
  expect(out).not.toContain('Unhandled');
  expect(out.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  expect(peakMiB).toBeLessThan(MOST_MIB);
  expect(cpuSeconds).toBeLessThan(5);
}

describe('what is no file, or no good one, is refused with exit code 2, soon and with little memory', () => {
  const { home } = scene();
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each([
    [['validate', 'a-folder']],
    [['validate', 'a-pipe']],
    [['validate', '/dev/zero']],
    [['validate', 'huge.yaml']],
    [['validate', 'binary.yaml']],
    [['validate', '']],
    [['drill', 'a-folder']],
    [['drill', 'a-pipe']],
    [['drill', '/dev/zero']],
    [['drill', 'huge.json']],
    [['drill', 'binary.json']],
    [['drill', '']],
    [['drill', 'x'.repeat(100_000)]],
    [['drill', `${'x/'.repeat(3_000)}y.yaml`]],
    [['plan', 'us-east-1', '--world', 'a-folder']],
    [['plan', 'us-east-1', '--world', 'a-pipe']],
    [['plan', 'us-east-1', '--world', '/dev/zero']],
    [['plan', 'us-east-1', '--config', 'a-folder']],
    [['plan', 'us-east-1', '--config', 'a-pipe']],
    [['plan', 'us-east-1', '--config', '/dev/zero']],
    [['plan', 'us-east-1', '--config', 'huge.yaml']],
    [['plan', 'us-east-1', '--config', '']],
    [['plan', 'us-east-1', '--config', 'banana.yaml']],
    [['plan', 'us-east-1', '--out', 'a-folder']],
    [['drill', 'us-east-1', '--state', '']],
    [['plan', 'us-east-1', '--seed', '']],
    [['plan', 'us-east-1', '--seed', '1e400']],
    [['plan', 'us-east-1', '--seed', '0x10']],
    [['plan', 'us-east-1', '--seed', '99999999999999999999']],
    [['plan', 'us-east-1', '--speed', '0']],
    [['plan', 'us-east-1', '--speed', 'NaN']],
    [['plan', 'us-east-1', '--speed', '-1']],
    [['plan', 'us-east-1', '--set', '']],
    [['plan', 'us-east-1', '--set', '=']],
    [['plan', 'us-east-1', '--set', '__proto__.polluted=1']],
    [['plan', 'us-east-1', '--set', 'constructor.prototype.polluted=1']],
    [['plan', 'us-east-1', '--set', `${'a.'.repeat(5_000)}b=1`]],
    [['plan', 'us-east-1', '--set', `poll=${'['.repeat(5_000)}`]],
    [['plan', 'us-east-1', '--set', 'world.=1']],
    [['plan', 'us-\u001b[31meast-1']],
    [['rollback', '../../etc']],
    [['report', '..']],
    [['abort', '']],
  ])('kong %j', async (args) => {
    expectPlain(await measured(args, home), [2]);
  });

  it.each([
    ['drill', ['drill', 'us-east-1', '--state', 'binary.yaml']],
    ['status', ['status', '--state', 'binary.yaml']],
  ])('kong %s in a state that is a file is refused, and changes nothing', async (_what, args) => {
    expectPlain(await measured(args, home), [2, 5]);
  });

  it('with the nearest name of an option that is unknown', async () => {
    const { out } = await measured(['drill', 'us-east-1', '--wrold', 'x'], home);
    expect(out).toContain('Did you mean --world?');
  });

  function scene(): { readonly home: string } {
    const folder = path.resolve('.cache/hostile-files');
    mkdirSync(path.join(folder, 'a-folder'), { recursive: true });
    if (!readdirSync(folder).includes('a-pipe')) execFileSync('mkfifo', [path.join(folder, 'a-pipe')]);
    for (const name of ['huge.yaml', 'huge.json']) {
      writeFileSync(path.join(folder, name), '{');
      truncateSync(path.join(folder, name), 3 * 2 ** 30);
    }
    const noise = Buffer.from(Array.from({ length: 4_000 }, (_none, index) => (index * 7919 + (index >> 3)) % 256));
    for (const name of ['binary.yaml', 'binary.json']) writeFileSync(path.join(folder, name), noise);
    writeFileSync(path.join(folder, 'banana.yaml'), 'version: 1\naws: { regions: [banana] }\n');
    return { home: folder };
  }
});

describe('the whole process', () => {
  it('refuses what is damaged or takes it, and never falls over', async () => {
    const { home } = newHome();
    const sources = readdirSync('experiments').map((name) => readFileSync(`experiments/${name}`, 'utf8'));
    await eachInput('process', { sources, count: 15 }, async (text) => {
      writeFileSync(path.join(home, 'x.yaml'), text);
      expectPlain(await measured(['plan', 'x.yaml'], home), [0, 2, 3]);
    });
    const world = readFileSync('worlds/streaming.yaml', 'utf8');
    await eachInput('world process', { sources: [world], count: 8 }, async (text) => {
      writeFileSync(path.join(home, 'w.yaml'), text);
      expectPlain(await measured(['plan', 'us-east-1', '--world', 'w.yaml'], home), [0, 2, 3]);
    });
  });

  it('rolls back from a damaged journal, or says what it can not know', async () => {
    const { home, kong } = newHome();
    const killed = await kong(['drill', 'us-east-1', '--speed', '50'], {
      signalAfter: { output: /hold/, signal: 'SIGKILL' },
    });
    expect(killed.signal).toBe('SIGKILL');
    const [run = ''] = readdirSync(path.join(home, '.kong/runs'));
    const file = path.join(home, '.kong/runs', run, 'journal.ndjson');
    const [begin = '', ...rest] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [begin.slice(3), ...rest.slice(0, 3), ...rest.slice(4)].join('\n'));
    const status = await kong(['status']);
    expect(status.code).toBe(4);
    expect(status.stdout).toContain('are lost');
    const rollback = await kong(['rollback']);
    expect(rollback.code, rollback.stderr).toBe(4);
    expect(rollback.stdout).toMatch(/line 1 is not whole JSON/);
    expect(rollback.stdout).toContain('STILL CHANGED, maybe');
    expect((await kong(['status'])).code, 'it was told').toBe(0);
  });
});

const MARKS = [
  'AKIAMARKEDMARKED0001',
  'MARKEDsecretMARKEDsecretMARKEDsecret0001',
  'MARKEDtokenMARKEDtoken0001',
] as const;
const [KEY, SECRET, TOKEN] = MARKS;

describe('credentials', () => {
  it.each(['text', 'json', 'ndjson', 'markdown'])(
    'are in nothing that a drill in the simulator writes or says, with --format %s',
    async (format) => {
      const { home, kong, files } = newHome();
      const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN };
      const drill = await kong(['drill', 'us-east-1', '-v', '--format', format], { env });
      expect(drill.code, drill.stderr).toBe(0);
      const said = drill.stdout + drill.stderr;
      for (const mark of MARKS) {
        expect(said).not.toContain(mark);
        for (const file of files()) {
          const full = path.join(home, file);
          if (statSync(full).isFile()) expect(readFileSync(full, 'utf8'), file).not.toContain(mark);
        }
      }
      for (const file of files().filter((name) => name.startsWith('.kong'))) {
        const { mode } = statSync(path.join(home, file));
        expect(mode & 0o077, file).toBe(0);
      }
    },
  );

  it('are in no error either, when AWS can not be reached with them, from the environment or a profile', async () => {
    const { home, kong, files } = newHome();
    const env = {
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_SESSION_TOKEN: TOKEN,
      AWS_MAX_ATTEMPTS: '1',
    };
    mkdirSync(path.join(home, '.aws'));
    const profile = `[marked]\naws_access_key_id = ${KEY}\naws_secret_access_key = ${SECRET}\naws_session_token = ${TOKEN}\n`;
    writeFileSync(path.join(home, '.aws/credentials'), profile);
    const nowhere = ['--on', 'aws', '--endpoint-url', 'http://127.0.0.1:9', '-v'];
    const exits = [
      await kong(['drill', 'us-east-1', ...nowhere], { env }),
      await kong(['drill', 'us-east-1', ...nowhere, '--profile', 'marked']),
    ];
    for (const { code, stdout, stderr } of exits) {
      expect(code).toBe(5);
      for (const mark of MARKS) expect(stdout + stderr).not.toContain(mark);
    }
    const kept = files().filter((file) => !file.startsWith('.aws') && statSync(path.join(home, file)).isFile());
    for (const file of kept)
      for (const mark of MARKS) expect(readFileSync(path.join(home, file), 'utf8')).not.toContain(mark);
  });
});

// a mutation that changes nothing would prove nothing
it('damages nearly every input', () => {
  const same = Array.from(
    { length: 200 },
    (_none, seed) => mutated('a: 1\nb: 2\nc: 3\n', seed).text === 'a: 1\nb: 2\nc: 3\n',
  );
  expect(same.filter(Boolean).length).toBeLessThan(20);
});
