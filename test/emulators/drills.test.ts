import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KongExit } from './kong.js';
import { missingMoto } from './moto.js';
import type { Snapshot } from './snapshot.js';
import { startWireWorld, type WireWorld } from './wire-world.js';

const missing = await missingMoto();
const experiment = (name: string): string => path.resolve(`experiments/${name}.yaml`);

/** The same experiments in seconds instead of minutes: real time passes here. */
function fast(name: string): readonly string[] {
  const text = readFileSync(experiment(name), 'utf8');
  const slis = [...text.matchAll(/^ {2}([a-z0-9-]+):\n {4}title/gm)].map((match) => match[1] ?? '');
  const method = text
    .slice(text.indexOf('\nmethod:'))
    .split('\n')
    .filter((line) => line.startsWith('  - '));
  const steps = method.flatMap((line, index) => {
    if (line.includes('hold:')) return [`method.${index}.hold=4s`];
    return /shift:|return:/.test(line)
      ? [`method.${index}.${line.includes('shift:') ? 'shift' : 'return'}.every=1s`]
      : [];
  });
  const expectations = (text.match(/^ {2}- \{ sli: .*expect/gm) ?? []).map(
    (_, index) => `steadyState.${index}.settle=30s`,
  );
  const all = [
    ...slis.map((sli) => `slis.${sli}.cloudwatch.period=1s`),
    ...steps,
    ...expectations,
    'poll=1s',
    'baseline=20s',
    'abort.missingData=15s',
  ];
  return all.flatMap((one) => ['--set', one]);
}

/** A world of its own for each test: what one breaks and restores is another one's "before". */
async function newWorld(): Promise<WireWorld> {
  const world = await startWireWorld();
  onTestFinished(() => world.stop());
  return world;
}

function drill(world: WireWorld, name: string, more: readonly string[] = []): readonly string[] {
  return [
    'drill',
    experiment(name),
    '--on',
    'aws',
    '--endpoint-url',
    world.endpoint,
    '--format',
    'json',
    ...fast(name),
    ...more,
  ];
}

/** Kong in the middle of its hold, which lasts long enough to be disturbed. */
const IN_THE_HOLD = /step 3 of 5: hold/;
const LONG_HOLD = ['--set', 'method.2.hold=60s'];

describe.skipIf(missing !== undefined)('a drill over the wire', () => {
  it('is refused before anything was changed, with the exit code that says why', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const cases = [
      ['--set', 'blastRadius.select.groups=[plaback]', 2, 'playback'],
      ['--set', 'blastRadius.limits.instances=1', 3, 'limit 1'],
      ['--set', 'slis.latency-p99.cloudwatch.metric.name=LatencyP98', 3, 'latency-p99'],
      ['--set', 'abort.when.0.breach="< 97ms"', 2, 'unit ms'],
      ['--set', 'method.0.fault=az-blakout', 2, 'az-blackout'],
    ] as const;
    for (const [flag, value, code, said] of cases) {
      const exit = await world.kong(drill(world, 'gorilla-us-east-1a', [flag, value]));
      expect(exit.stdout + exit.stderr).toContain(said);
      expect(exit.code, value).toBe(code);
    }
    expect(await world.snapshot()).toEqual(before);
  });

  it('is planned without a single mutating call', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const exit = await world.kong([
      'plan',
      experiment('kong-us-east-1'),
      '--on',
      'aws',
      '--endpoint-url',
      world.endpoint,
    ]);
    expect(exit.code, exit.stderr).toBe(0);
    expect(exit.stdout).toContain('18 of 36 instances');
    expect(await world.snapshot()).toEqual(before);
  });

  it.each(['gorilla-us-east-1a', 'kong-us-east-1', 'kong-us-east-1-prewarmed'])(
    '%s moves the SLIs and puts everything back',
    async (name) => {
      const world = await newWorld();
      const before = await world.snapshot();
      const exit = await world.kong(drill(world, name));
      const result = resultOf(exit);
      expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
      expect(result.outcome, exit.stderr).toBe('held');
      expect(exit.code).toBe(result.exitCode);
      const after = await world.snapshot();
      expect(after).toEqual(withGained(before, after));
    },
  );

  it('is aborted by a breach, rolls back and says so with exit code 1', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const exit = await world.kong(
      drill(world, 'kong-us-east-1-tight', ['--set', 'abort.when.0.for=1 of 1', ...LONG_HOLD]),
    );
    const result = resultOf(exit);
    expect(result.outcome, exit.stderr).toBe('aborted');
    expect(exit.code).toBe(1);
    expect(result.rollback.remaining).toEqual([]);
    const { decidedMs, firstCallMs, lastCallMs } = result.rollback.timing ?? {};
    // a second until the datapoint is there, and another until the next poll; how fast is what the bench measures
    expect(decidedMs).toBeLessThan(10_000);
    expect(firstCallMs).toBeLessThan((decidedMs ?? 0) + 1_100);
    expect(lastCallMs).toBeGreaterThanOrEqual(firstCallMs ?? Infinity);
    expect(await world.snapshot()).toEqual(before);
  });

  it('rolls back on SIGTERM and ends with 130', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const exit = await world.kong(drill(world, 'kong-us-east-1', LONG_HOLD), {
      signalAfter: { output: IN_THE_HOLD, signal: 'SIGTERM' },
    });
    expect(exit.code, exit.stderr).toBe(130);
    expect(resultOf(exit).rollback.remaining).toEqual([]);
    expect(await world.snapshot()).toEqual(before);
  });

  it('that was killed is finished by kong rollback, which finds nothing left to do the second time', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const killed = { signalAfter: { output: IN_THE_HOLD, signal: 'SIGKILL' as const } };
    const exit = await world.kong(drill(world, 'kong-us-east-1', LONG_HOLD), killed);
    expect(exit.signal, exit.stderr).toBe('SIGKILL');
    expect(await world.snapshot()).not.toEqual(before);
    expect((await world.kong(['status'])).code).toBe(4);
    const next = await world.kong(drill(world, 'gorilla-us-east-1a'));
    expect(next.code, 'a new drill must not take leftovers for the state before').toBe(3);
    expect(next.stdout).toContain('kong rollback');
    const rollback = await world.kong(['rollback', '--format', 'json']);
    expect(rollback.code, rollback.stderr).toBe(0);
    expect(await world.snapshot()).toEqual(before);
    expect((await world.kong(['rollback'])).stdout).toContain('nothing to roll back');
    expect((await world.kong(['status'])).code).toBe(0);
  });
});

interface ResultPart {
  readonly outcome: string;
  readonly exitCode: number;
  readonly rollback: {
    readonly remaining: unknown[];
    readonly conflicts: unknown[];
    readonly timing: null | Readonly<Record<'decidedMs' | 'firstCallMs' | 'lastCallMs', number>>;
  };
}

function resultOf(exit: KongExit): ResultPart {
  try {
    return JSON.parse(exit.stdout) as ResultPart;
  } catch {
    throw new Error(`no result: ${exit.stdout}\n${exit.stderr}`);
  }
}

/**
 * An emulator lists ended instances for ever; those that a pre-warmed group gained and lost again are expected among
 * them.
 */
function withGained(before: Snapshot, after: Snapshot): Snapshot {
  const regions = Object.entries(before.regions).map(([region, there]) => {
    const known = new Set(there.instances.map((instance) => instance.id));
    const gained = (after.regions[region]?.instances ?? []).filter(
      (one) => !known.has(one.id) && one.state === 'terminated',
    );
    const instances = [...there.instances, ...gained].sort((a, b) => (a.id < b.id ? -1 : 1));
    return [region, { ...there, instances }] as const;
  });
  return { ...before, regions: Object.fromEntries(regions) };
}
