import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startKong } from '../emulators/kong.js';
import { openToldServer, type ToldServer } from '../support/told-server.js';
import { newHome, type Home } from './home.js';
import { journalLines, killAtLine } from './kill-at-line.js';

const DRILL = ['drill', 'own.yaml', '--quiet', '--speed', 'max'];
const CALLED = 'POST /warm/us-west-2 {"where":"us-west-2"}';
const UNDONE = 'DELETE /warm/us-west-2';

const overHttp = ({ url }: ToldServer): string => `
    http: { url: "${url}/warm/{region}", body: { where: "{region}" } }
    undo: { http: { method: DELETE, url: "${url}/warm/{region}" } }`;
const onInstances = (script: string, tags = '{ app: playback }'): string => `
    ssm: { document: AWS-RunShellScript, parameters: { commands: ${JSON.stringify(script)} }, tags: ${tags} }
    undo: { ssm: { document: AWS-RunShellScript, parameters: { commands: sleep 2 }, tags: ${tags} } }`;

/** A folder with a drill that warms caches, moves all traffic, and brings it back. */
function newPlace(hook: string, name = 'warm-playback'): Home & { configure(hook: string, name?: string): void } {
  const home = newHome();
  const configure = (text: string, as = 'warm-playback'): void => {
    writeFileSync(path.join(home.home, 'kong.yaml'), `version: 1\nhooks:\n  ${as}:${text}\n`);
  };
  configure(hook, name);
  const whole = readFileSync('experiments/kong-us-east-1-prewarmed.yaml', 'utf8');
  writeFileSync(
    path.join(home.home, 'own.yaml'),
    `${whole.slice(0, whole.indexOf('method:'))}method:
  - prewarm: { capacity: 150%, caches: warm-playback }
  - shift: { to: survivors, steps: [50%], every: 20s }
  - hold: 2m
  - return: { steps: [100%] }
`,
  );
  return { ...home, configure };
}

/** Which line of a journal is the first that has a text in it; -1: none. */
function lineOf(home: Home, text: string): number {
  return journalLines(path.join(home.home, '.kong')).findIndex((line) => line.includes(text));
}

/** The line before which the hook's intent is on disk, counted from 1. */
async function lineOfIntent(): Promise<number> {
  const server = await openToldServer();
  const place = newPlace(overHttp(server));
  await place.kong(DRILL);
  return lineOf(place, 'hook.called') + 1;
}

describe('a hook that warms caches', () => {
  it('is refused by its nearest name, with its place, where kong.yaml has another', async () => {
    const server = await openToldServer();
    const { kong } = newPlace(overHttp(server), 'warm-playbacks');
    for (const args of [['validate', 'own.yaml'], ['plan', 'own.yaml'], DRILL]) {
      const { code, stdout, stderr } = await kong(args);
      expect(code).toBe(2);
      const said = stdout + stderr;
      expect(said).toMatch(/own\.yaml:\d+:\d+/);
      expect(said).toContain('kong.yaml has no hook warm-playback');
      expect(said).toContain('did you mean warm-playbacks?');
    }
    expect(server.told).toEqual([]);
  });

  it('counts its own limit of time in the rollback that the plan foretells', async () => {
    const server = await openToldServer();
    const place = newPlace(`${overHttp(server)}\n    timeout: 1m`);
    const { code, stdout } = await place.kong(['plan', 'own.yaml']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/a rollback takes [6-9]\ds at worst, limit 60s/);
    place.configure(overHttp(server).replace(/\n {4}undo.*/, '\n    timeout: 1m'));
    expect((await place.kong(['plan', 'own.yaml'])).code).toBe(0);
  });

  it('stops the drill before anything is shifted where it fails, and is undone all the same', async () => {
    const server = await openToldServer();
    server.answer('POST', 500);
    const place = newPlace(overHttp(server));
    const { code, stdout, stderr } = await place.kong(DRILL);
    expect(code, stdout + stderr).toBe(5);
    expect(stdout + stderr).toContain('hook warm-playback in us-west-2');
    expect(stdout + stderr).toContain('answers with status 500');
    expect(lineOf(place, 'record.weight')).toBe(-1);
    expect(server.told[0]).toBe(CALLED);
    expect(server.told.filter((one) => one === CALLED)).toHaveLength(1);
    expect(server.told).toContain(UNDONE);
  });

  it('is called between capacity and shift, and undone when the traffic is back', async () => {
    const server = await openToldServer();
    const place = newPlace(overHttp(server));
    const planned = await place.kong(['plan', 'own.yaml']);
    expect(planned.code, planned.stderr).toBe(0);
    expect(planned.stdout).toContain('caches by warm-playback');
    expect(planned.stdout).toContain('and not simulated: in each survivor it sends POST');
    expect(server.told).toEqual([]);
    const { code, stdout, stderr } = await place.kong(DRILL);
    expect(code, stdout + stderr).toBe(0);
    expect(server.told).toEqual([CALLED, UNDONE]);
    expect(lineOf(place, 'hook.called')).toBeGreaterThan(lineOf(place, 'asg.minSize'));
    expect(lineOf(place, 'hook.called')).toBeLessThan(lineOf(place, 'record.weight'));
  });

  it('says that there is nothing to undo where it has no undo', async () => {
    const server = await openToldServer();
    const place = newPlace(overHttp(server).replace(/\n {4}undo.*/, ''));
    expect((await place.kong(['plan', 'own.yaml'])).stdout).toContain('called, and nothing to undo');
    expect((await place.kong(DRILL)).code).toBe(0);
    expect(server.told).toEqual([CALLED]);
  });

  it('is drift for a saved plan once it is another', async () => {
    const server = await openToldServer();
    const place = newPlace(overHttp(server));
    expect((await place.kong(['plan', 'own.yaml', '--out', 'plan.json', '--quiet'])).code).toBe(0);
    place.configure(overHttp(server).replaceAll('/warm/', '/hot/'));
    const { code, stdout } = await place.kong(['drill', 'plan.json', '--quiet']);
    expect(code).toBe(3);
    expect(stdout).toContain('kong.yaml has it otherwise now');
    expect(server.told).toEqual([]);
  });

  it('stays in what remains while its undo fails, and a rollback finishes the job', async () => {
    const server = await openToldServer();
    server.answer('DELETE', 503);
    const place = newPlace(overHttp(server));
    const { code, stdout } = await place.kong(DRILL);
    expect(code).toBe(4);
    expect(stdout).toContain('hook us-west-2/warm-playback');
    server.answer('DELETE', 204);
    expect((await place.kong(['rollback', '--quiet'])).code).toBe(0);
  });
});

describe('a drill with a hook that is killed outright', () => {
  it.each([-1, 0, 1])('%i lines from its intent is rolled back, and its undo called where it may be', async (off) => {
    const line = (await lineOfIntent()) + off;
    const server = await openToldServer();
    const place = newPlace(overHttp(server));
    const { finished } = await killAtLine(path.join(place.home, '.kong'), line, () =>
      startKong(DRILL, { cwd: place.home }),
    );
    expect((await finished).signal).toBe('SIGKILL');
    const { code, stdout, stderr } = await place.kong(['rollback', '--quiet']);
    expect(code, stdout + stderr).toBe(0);
    if (off >= 0) expect(server.told.at(-1)).toBe(UNDONE);
    expect((await place.kong(['status'])).code).toBe(0);
  });

  it('stays changed, and says so, while kong.yaml lacks the hook; and is rolled back once it has it', async () => {
    const line = (await lineOfIntent()) + 1;
    const server = await openToldServer();
    const place = newPlace(overHttp(server));
    const { finished } = await killAtLine(path.join(place.home, '.kong'), line, () =>
      startKong(DRILL, { cwd: place.home }),
    );
    expect((await finished).signal).toBe('SIGKILL');
    place.configure(overHttp(server), 'another');
    const without = await place.kong(['rollback', '--quiet']);
    expect(without.code).toBe(4);
    expect(without.stdout).toContain('kong.yaml has no hook warm-playback any more');
    expect(server.told).not.toContain(UNDONE);
    place.configure(overHttp(server));
    expect((await place.kong(['rollback', '--quiet'])).code).toBe(0);
    expect(server.told).toContain(UNDONE);
  });
});

describe('a hook on instances', () => {
  it.each([
    ['false', '{ app: playback }', 'Failed'],
    ['sleep 5', '{ app: nobody }', 'no instance has its tags'],
  ])('stops the drill where %s on %s comes to nothing', async (script, tags, why) => {
    const place = newPlace(onInstances(script, tags));
    const { code, stdout, stderr } = await place.kong(DRILL);
    expect(stdout + stderr).toContain(why);
    expect(code).not.toBe(0);
    expect(lineOf(place, 'record.weight')).toBe(-1);
  });

  it('is waited for, and its undo does not wait for instances that the group gives up meanwhile', async () => {
    const place = newPlace(onInstances('sleep 25'));
    const { code, stdout, stderr } = await place.kong([...DRILL, '--format', 'json']);
    expect(code, stdout + stderr).toBe(0);
    const at = (text: string): number => {
      const line = journalLines(path.join(place.home, '.kong'))[lineOf(place, text)];
      return Date.parse(/"at":"([^"]+)"/.exec(line ?? '')?.[1] ?? '');
    };
    expect(at('record.weight') - at('hook.called')).toBeGreaterThanOrEqual(25_000);
    const [, started = '', ended = ''] =
      /"startedAt": ?"([^"]+)",\s*"endedAt": ?"([^"]+)",\s*"firstCall/.exec(stdout) ?? [];
    expect(Date.parse(ended) - Date.parse(started)).toBeLessThan(30_000);
  });

  it('has its document and what reads its fate in the policy', async () => {
    const place = newPlace(onInstances('sleep 5'));
    const policy = await place.kong(['policy', 'own.yaml', '--format', 'json']);
    expect(policy.stdout).toContain('document/AWS-RunShellScript');
    expect(policy.stdout).toContain('ssm:ListCommands');
  });
});
