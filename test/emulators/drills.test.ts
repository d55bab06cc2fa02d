import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emulatorEnv, runKong, startKong, type KongExit, type RunningKong } from './kong.js';
import { missingMoto, startMoto, type Moto } from './moto.js';
import { snapshot, type Snapshot } from './snapshot.js';

const missing = await missingMoto();
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
const experiment = (name: string): string => path.resolve(`experiments/${name}.yaml`);

/** The same experiments in seconds instead of minutes: real time passes here. */
function fast(name: string): readonly string[] {
  const text = readFileSync(experiment(name), 'utf8');
  const slis = [...text.matchAll(/^ {2}([a-z0-9-]+):\n {4}title/gm)].map((match) => match[1] ?? '');
  const method = text.slice(text.indexOf('\nmethod:')).split('\n').filter((line) => line.startsWith('  - '));
  const steps = method.flatMap((line, index) => {
    if (line.includes('hold:')) return [`method.${index}.hold=4s`];
    return /shift:|return:/.test(line) ? [`method.${index}.${line.includes('shift:') ? 'shift' : 'return'}.every=1s`] : [];
  });
  const expectations = (text.match(/^ {2}- \{ sli: .*expect/gm) ?? []).map((_, index) => `steadyState.${index}.settle=30s`);
  const all = [
    ...slis.map((sli) => `slis.${sli}.cloudwatch.period=1s`), ...steps, ...expectations, 'poll=1s', 'baseline=20s',
    'abort.missingData=15s',
  ];
  return all.flatMap((one) => ['--set', one]);
}

describe.skipIf(missing !== undefined)('a drill over the wire', () => {
  let moto: Moto;
  let home: string;
  let world: RunningKong;
  let before: Snapshot;
  const kong = (args: readonly string[], more: Partial<Parameters<typeof runKong>[1]> = {}): Promise<KongExit> =>
    runKong(args, { cwd: home, env: emulatorEnv(moto.endpoint), ...more });
  const drill = (name: string, more: readonly string[] = []): readonly string[] =>
    ['drill', experiment(name), '--on', 'aws', '--endpoint-url', moto.endpoint, '--format', 'json', ...fast(name), ...more];

  beforeAll(async () => {
    moto = await startMoto();
    home = mkdtempSync(path.join(tmpdir(), 'kong-'));
    const settings = ['--set', 'world.metrics.period=1s', '--set', 'world.history=2m'];
    world = startKong(['world', 'up', '--endpoint-url', moto.endpoint, ...settings], {
      cwd: home, env: emulatorEnv(moto.endpoint), timeoutMs: 900_000,
    });
    await new Promise<void>((resolve, reject) => {
      world.child.stdout?.on('data', (text: Buffer) => { if (text.toString().includes('the world is up')) resolve(); });
      world.finished.then((exit) => { reject(new Error(`the world ended: ${exit.stderr}`)); }, reject);
    });
  });

  afterAll(async () => {
    world.child.kill('SIGINT');
    await world.finished.catch(() => undefined);
    await moto.stop();
    rmSync(home, { recursive: true, force: true });
  });

  beforeEach(async () => {
    before = await snapshot(moto.endpoint, REGIONS);
  });

  it.each([
    ['an unknown group', ['--set', 'blastRadius.select.groups=[plaback]'], 2, 'playback'],
    ['a blast radius over its limit', ['--set', 'blastRadius.limits.instances=1'], 3, 'limit 1'],
    ['an SLI without data', ['--set', 'slis.latency-p99.cloudwatch.metric.name=LatencyP98'], 3, 'latency-p99'],
    ['a wrong unit', ['--set', 'abort.when.0.breach="< 97ms"'], 2, 'unit ms'],
  ])('is refused for %s before anything was changed', async (_what, more, code, said) => {
    const exit = await kong(drill('gorilla-us-east-1a', more));
    expect(exit.stdout + exit.stderr).toContain(said);
    expect(exit.code).toBe(code);
    expect(await snapshot(moto.endpoint, REGIONS)).toEqual(before);
  });

  it.each(['gorilla-us-east-1a', 'kong-us-east-1', 'kong-us-east-1-prewarmed'])('%s moves the SLIs and puts everything back', async (name) => {
    const exit = await kong(drill(name));
    const result = resultOf(exit);
    expect(result.rollback.remaining).toEqual([]);
    expect(result.rollback.conflicts).toEqual([]);
    expect(result.outcome, exit.stderr).toMatch(/held|deviated/);
    expect(exit.code).toBe(result.exitCode);
    expect(await snapshot(moto.endpoint, REGIONS)).toEqual(withoutGained(before, await snapshot(moto.endpoint, REGIONS)));
  });

  it('is aborted by a breach, rolls back and says so with exit code 1', async () => {
    const exit = await kong(drill('kong-us-east-1-tight', ['--set', 'abort.when.0.for=1 of 1', '--set', 'abort.when.0.breach="> baseline + 5ms"']));
    const result = resultOf(exit);
    expect(result.outcome, exit.stderr).toBe('aborted');
    expect(exit.code).toBe(1);
    expect(result.rollback.remaining).toEqual([]);
    expect(result.rollback.firstCallAfterBreachMs).toBeLessThan(1_100);
    expect(await snapshot(moto.endpoint, REGIONS)).toEqual(before);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('rolls back on %s and ends with 130', async (signal) => {
    const args = drill('kong-us-east-1', ['--set', 'method.2.hold=60s']);
    const exit = await kong(args, { signalAfter: { output: /hold/, signal } });
    expect(exit.code, exit.stderr).toBe(130);
    expect(resultOf(exit).rollback.remaining).toEqual([]);
    expect(await snapshot(moto.endpoint, REGIONS)).toEqual(before);
  });

  it('that was killed is finished by kong rollback, which finds nothing left to do the second time', async () => {
    const args = drill('kong-us-east-1', ['--set', 'method.2.hold=60s']);
    const exit = await kong(args, { signalAfter: { output: /hold/, signal: 'SIGKILL' } });
    expect(exit.signal).toBe('SIGKILL');
    expect(await snapshot(moto.endpoint, REGIONS)).not.toEqual(before);
    expect((await kong(['status'])).code).toBe(4);
    expect((await kong(drill('gorilla-us-east-1a'))).code, 'a new drill must not take leftovers for the state before').toBe(3);
    const rollback = await kong(['rollback', '--format', 'json']);
    expect(rollback.code, rollback.stderr).toBe(0);
    expect(await snapshot(moto.endpoint, REGIONS)).toEqual(before);
    expect((await kong(['rollback'])).stdout).toContain('nothing to roll back');
    expect((await kong(['status'])).code).toBe(0);
  });

  it('is planned without a single mutating call', async () => {
    const exit = await kong(['plan', experiment('kong-us-east-1'), '--on', 'aws', '--endpoint-url', moto.endpoint]);
    expect(exit.code, exit.stderr).toBe(0);
    expect(exit.stdout).toContain('18 of 36 instances');
    expect(await snapshot(moto.endpoint, REGIONS)).toEqual(before);
    expect(readdirSync(home)).not.toContain('plan.json');
  });
});

interface ResultPart {
  readonly outcome: string;
  readonly exitCode: number;
  readonly rollback: { readonly remaining: unknown[]; readonly conflicts: unknown[]; readonly firstCallAfterBreachMs: number | null };
}

function resultOf(exit: KongExit): ResultPart {
  try {
    return JSON.parse(exit.stdout) as ResultPart;
  } catch {
    throw new Error(`no result: ${exit.stdout}\n${exit.stderr}`);
  }
}

/** An emulator lists ended instances for ever; those that a pre-warmed group gained and lost again are expected among them. */
function withoutGained(before: Snapshot, after: Snapshot): Snapshot {
  const regions = Object.entries(before.regions).map(([region, there]) => {
    const known = new Set(there.instances.map((instance) => instance.id));
    const gained = (after.regions[region]?.instances ?? []).filter((one) => !known.has(one.id) && one.state === 'terminated');
    const instances = [...there.instances, ...gained].sort((a, b) => (a.id < b.id ? -1 : 1));
    return [region, { ...there, instances }] as const;
  });
  return { ...before, regions: Object.fromEntries(regions) };
}
