import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Check, Checkup } from '../../src/model/checkup.js';
import { newHome } from './home.js';

const checkup = (text: string): Checkup => JSON.parse(text) as Checkup;
const named = (text: string, start: string): readonly Check[] =>
  checkup(text).checks.filter(({ name }) => name.startsWith(start));
const NOWHERE = ['--on', 'aws', '--endpoint-url', 'http://127.0.0.1:1'];

describe('kong doctor', () => {
  it('refuses a target that is none, and a configuration that is wrong, as every command does', async () => {
    const { kong, home } = newHome();
    expect((await kong(['doctor', 'us-esat-1'])).code).toBe(2);
    writeFileSync(path.join(home, 'kong.yaml'), 'version: 9\n');
    expect((await kong(['doctor'])).code).toBe(2);
  });

  it('of an endpoint that does not answer says so, and looks at the rest: exit code 5', async () => {
    const { code, stdout } = await newHome().kong(['doctor', 'us-east-1', ...NOWHERE, '--format', 'json']);
    expect(code).toBe(5);
    expect(checkup(stdout)).toMatchObject({ schema: 'kong/doctor/v1', on: 'aws', where: null, account: null });
    expect(named(stdout, 'endpoint')).toMatchObject([{ status: 'failed', code: 'NETWORK' }]);
    expect(named(stdout, 'state.folder')).toMatchObject([{ status: 'ok' }]);
  });

  it('of a run that was left half done names the command that finishes it: exit code 4', async () => {
    const { kong, home } = newHome();
    const killed = await kong(['drill', 'us-east-1a', '--speed', '60'], {
      signalAfter: { output: /hold/, signal: 'SIGKILL' },
    });
    expect(killed.signal).toBe('SIGKILL');
    const [run = ''] = readdirSync(path.join(home, '.kong/runs'));
    const { code, stdout } = await kong(['doctor', '--format', 'json']);
    expect(code).toBe(4);
    expect(named(stdout, 'state.runs')).toMatchObject([{ status: 'failed', fix: `kong rollback ${run}` }]);
    expect(named(stdout, 'state.locks').map(({ status }) => status)).toContain('warning');
    await kong(['rollback']);
    expect((await kong(['doctor'])).code).toBe(0);
  });

  it('of a state that is no folder fails: exit code 5', async () => {
    const { kong, home } = newHome();
    writeFileSync(path.join(home, 'taken'), '');
    const { code, stdout } = await kong(['doctor', '--state', 'taken', '--format', 'json']);
    expect(code).toBe(5);
    expect(named(stdout, 'state.folder')).toMatchObject([{ status: 'failed', code: 'STATE_NOT_WRITABLE' }]);
  });

  it('says by which role AWS FIS would act, and that it answers with room for one more', async () => {
    const { kong } = newHome();
    const file = path.resolve('experiments/monkey-cpu-by-fis.yaml');
    const other = ['--set', 'fis.role=arn:aws:iam::999999999999:role/fis'];
    const foreign = await kong(['doctor', file, '--format', 'json', ...other]);
    expect(named(foreign.stdout, 'fis.role')).toMatchObject([{ status: 'failed' }]);
    const { code, stdout } = await kong(['doctor', file, '--format', 'json']);
    expect(code).toBe(0);
    expect(named(stdout, 'fis')).toMatchObject([
      { status: 'ok', message: 'answers in us-east-1, with 0 active experiments of 5' },
      { name: 'fis.role', status: 'unknown' },
    ]);
  });

  it('never prints a credential', async () => {
    const { kong } = newHome();
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-test-0000000000000000000000',
      AWS_SESSION_TOKEN: 'token-of-the-test',
    };
    for (const args of [
      ['doctor', ...NOWHERE, '-v'],
      ['doctor', 'us-east-1a', '-v', '--format', 'json'],
    ]) {
      const { stdout, stderr } = await kong(args, { env });
      for (const secret of Object.values(env)) expect(stdout + stderr).not.toContain(secret);
    }
  });

  it('of the simulated world finds everything well, leaves the folder as it was, and counts: exit code 0', async () => {
    const { kong, home, files } = newHome();
    mkdirSync(path.join(home, '.kong'));
    const { code, stdout, stderr } = await kong(['doctor', 'us-east-1']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^us-east-1, on the simulated world streaming/);
    expect(stdout).toMatch(/\n\d+ ok\n$/);
    expect(files()).toEqual(['.kong']);
  });

  it('writes a line of JSON for each check, and a table for a report', async () => {
    const { kong } = newHome();
    const lines = (await kong(['doctor', 'us-east-1a', '--format', 'ndjson'])).stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Check).name)).toContain('clock');
    expect((await kong(['doctor', 'us-east-1a', '--format', 'markdown'])).stdout).toContain('| ok | clock |');
  });
});
