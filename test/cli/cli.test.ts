import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runKong, startKong, type KongExit, type KongOptions } from '../emulators/kong.js';

const EXPERIMENT = path.resolve('experiments/kong-us-east-1.yaml');

/** The built CLI in an empty folder of its own. */
function newHome(): {
  home: string;
  kong: (args: readonly string[], more?: Partial<KongOptions>) => Promise<KongExit>;
} {
  const home = mkdtempSync(path.join(tmpdir(), 'kong-'));
  onTestFinished(() => {
    rmSync(home, { recursive: true, force: true });
  });
  return { home, kong: (args, more = {}) => runKong(args, { cwd: home, ...more }) };
}

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name));

describe('the command line', () => {
  it.each([
    [['frobnicate'], 'unknown command'],
    [['drill'], 'missing required argument'],
    [['drill', 'us-east-1', '--sped', 'max'], '--speed'],
    [['drill', 'us-east-1', '--speed', 'fast'], 'max, realtime'],
    [['drill', 'us-east-1', '--on', 'azure'], 'sim, aws'],
    [['drill', 'us-eest-1'], 'us-east-1'],
    [['drill', 'platform'], 'us-east-1/platform'],
    [['drill', 'nowhere.yaml'], 'nowhere.yaml'],
    [['drill', 'us-east-1', '--config', 'nope.yaml'], 'nope.yaml'],
    [['drill', 'us-east-1', '--state', 's3://UPPER_case/prefix'], 's3://'],
    [['drill', 'us-east-1', '--endpoint-url', 'notaurl'], 'a URL is needed'],
    [['drill', 'us-east-1', '--set', 'method.9.hold=1s'], '--set'],
    [['rollback', 'no-such-run'], 'no run no-such-run'],
    [['schema', 'experimnt'], 'experiment'],
    [['world', 'sideways'], 'up, kong world status'],
  ])('refuses %j with exit code 2, what is wrong, and no stack trace', async (args, said) => {
    const { home, kong } = newHome();
    const exit = await kong(args);
    expect(exit.code, exit.stderr).toBe(2);
    expect(exit.stderr).toContain(said);
    expect(exit.stdout).toBe('');
    expect(exit.stderr).not.toMatch(/^\s+at /m);
    expect(files(home)).toEqual([]);
  });

  it('says every problem of a file with its place', async () => {
    const { home, kong } = newHome();
    const file = path.join(home, 'bad.yaml');
    const text = readFileSync(EXPERIMENT, 'utf8');
    writeFileSync(file, text.replace('region-dark', 'region-drak').replace('survivors:', 'survivours:'));
    const exit = await kong(['validate', file]);
    expect(exit.code).toBe(2);
    expect(exit.stdout).toMatch(/bad\.yaml:\d+:\d+: unknown key survivours/);
    expect(exit.stdout).toMatch(/bad\.yaml:\d+:\d+: unknown fault region-drak/);
    expect(exit.stdout).toContain('did you mean region-dark?');
  });

  it('says where a role for AWS FIS is missing, unless kong.yaml names one', async () => {
    const { home, kong } = newHome();
    const file = path.join(home, 'fis.yaml');
    writeFileSync(file, readFileSync('experiments/gorilla-fis-action.yaml', 'utf8').replace(/^fis: .*$/m, ''));
    for (const command of ['validate', 'plan']) {
      const exit = await kong([command, file]);
      expect(exit.code).toBe(2);
      expect(exit.stdout + exit.stderr).toMatch(/fis\.yaml:\d+:\d+: AWS FIS needs an IAM role to act by/);
    }
    writeFileSync(path.join(home, 'kong.yaml'), 'version: 1\nfis: { role: "arn:aws:iam::123456789012:role/fis" }\n');
    expect((await kong(['validate', file])).code).toBe(0);
    expect((await kong(['plan', file])).code).toBe(0);
  });

  it('prints its version, and its help, as answers', async () => {
    const { kong } = newHome();
    const version = await kong(['--version']);
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(version.stdout).toBe(
      `${(JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version}\n`,
    );
    const help = await kong(['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('rollback');
  });
});

describe('kong drill', () => {
  it('prints one JSON document, which is result.json, and keeps the run in private files', async () => {
    const { home, kong } = newHome();
    const exit = await kong(['drill', 'us-east-1', '--format', 'json']);
    expect(exit.code, exit.stderr).toBe(0);
    const result = JSON.parse(exit.stdout) as { run: string; rollback: { remaining: unknown[] }; outcome: string };
    expect(result).toMatchObject({ outcome: 'held', rollback: { remaining: [] } });
    const folder = path.join(home, '.kong/runs', result.run);
    expect(readdirSync(folder).sort()).toEqual(['events.ndjson', 'journal.ndjson', 'plan.json', 'result.json']);
    expect(JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8'))).toEqual(result);
    const modes = files(path.join(home, '.kong')).filter((name) => statSync(name).isFile());
    expect(modes.filter((name) => (statSync(name).mode & 0o077) !== 0)).toEqual([]);
  });

  it('prints one event a line with --format ndjson', async () => {
    const { kong } = newHome();
    const exit = await kong(['drill', 'us-east-1a', '--format', 'ndjson']);
    const events = exit.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(events[0]?.type).toBe('run-started');
    expect(events.at(-1)?.type).toBe('run-ended');
  });

  it('applies a saved plan exactly, and refuses one that was edited', async () => {
    const { home, kong } = newHome();
    expect((await kong(['plan', 'us-east-1a', '--out', 'plan.json', '--format', 'json'])).code).toBe(0);
    expect((await kong(['drill', 'plan.json', '--format', 'json'])).code).toBe(0);
    const file = path.join(home, 'plan.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('us-east-1a', 'us-east-1b'));
    const edited = await kong(['drill', 'plan.json']);
    expect(edited.code, edited.stderr).toBe(2);
    expect(edited.stderr).toContain('was changed after kong wrote it');
    await kong(['plan', 'us-east-1', '--set', 'blastRadius.limits.instances=5', '--out', 'refused.json']);
    const refused = path.join(home, 'refused.json');
    writeFileSync(refused, readFileSync(refused, 'utf8').replaceAll('"passed": false', '"passed": true'));
    expect((await kong(['drill', 'refused.json'])).code, 'nor are its gates opened by hand').toBe(2);
  });

  it('is refused while another one goes on in the same world, with the name of the holder', async () => {
    const { home, kong } = newHome();
    const first = startKong(['drill', 'us-east-1', '--speed', '20'], { cwd: home });
    await new Promise<void>((resolve) => {
      first.child.stderr?.on('data', (text: Buffer) => {
        if (text.toString().includes('hold')) resolve();
      });
    });
    const second = await kong(['drill', 'us-east-1a']);
    expect(second.code, second.stderr).toBe(3);
    expect(second.stderr).toContain('holds the lock');
    expect((await kong(['rollback'])).code, 'a drill that is alive rolls itself back').toBe(3);
    first.child.kill('SIGINT');
    expect((await first.finished).code).toBe(130);
    expect((await kong(['status'])).code).toBe(0);
  });

  it('is made to roll back by kong abort from another process, and told by kong report afterwards', async () => {
    const { home, kong } = newHome();
    expect((await kong(['report'])).code).toBe(2);
    const drill = startKong(['drill', 'us-east-1', '--speed', '20'], { cwd: home });
    const run = await new Promise<string>((resolve) => {
      let said = '';
      drill.child.stderr?.on('data', (text: Buffer) => {
        said += text.toString();
        const name = /run (\S+),/.exec(said)?.[1];
        if (name !== undefined && said.includes('hold')) resolve(name);
      });
    });
    const abort = await kong(['abort', run]);
    expect(abort.code, abort.stderr).toBe(0);
    const exit = await drill.finished;
    expect(exit.code, exit.stderr).toBe(130);
    expect(exit.stdout).toContain('INTERRUPTED');
    expect((await kong(['report', run])).stdout).toBe(exit.stdout);
    expect((await kong(['history'])).stdout).toContain('interrupted');
    expect((await kong(['abort', run])).code, 'it has ended').toBe(2);
  });

  it('that was killed is finished by kong rollback in another process', async () => {
    const { kong } = newHome();
    const killed = await kong(['drill', 'us-east-1', '--speed', '50'], {
      signalAfter: { output: /hold/, signal: 'SIGKILL' },
    });
    expect(killed.signal).toBe('SIGKILL');
    const status = await kong(['status']);
    expect(status.code).toBe(4);
    expect((await kong(['drill', 'us-east-1'])).code).toBe(3);
    expect((await kong(['world', 'down'])).code, 'the changes are in that world').toBe(3);
    const rollback = await kong(['rollback', '--format', 'json']);
    expect(rollback.code, rollback.stderr).toBe(0);
    const { runs } = JSON.parse(rollback.stdout) as {
      runs: { restored: number; already: number; remaining: unknown[] }[];
    };
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ restored: 9, remaining: [] });
    expect((await kong(['status'])).code).toBe(0);
    expect((await kong(['drill', 'us-east-1'])).code).toBe(0);
  });
});

describe('a folder that is deleted under a running drill', () => {
  it('does not keep it from coming to its end', async () => {
    const { home } = newHome();
    const drill = startKong(['drill', 'us-east-1', '--speed', '100'], { cwd: home, timeoutMs: 40_000 });
    await new Promise<void>((resolve) => {
      drill.child.stderr?.on('data', (text: Buffer) => {
        if (text.toString().includes('hold')) resolve();
      });
    });
    // the drill may write a file into it meanwhile
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
    const exit = await drill.finished;
    expect(exit.code, exit.stderr).not.toBeNull();
  });
});
