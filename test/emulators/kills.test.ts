import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../../src/host/random.js';
import type { Random } from '../../src/model/ports.js';
import { tally } from '../support/tally.js';
import { startKillWorld, type KillWorld } from './kill-world.js';
import type { Moment } from './killing-proxy.js';
import { missingMoto } from './moto.js';

const missing = await missingMoto();
/** How many drills are killed; every third has its rollback killed too, once or twice. */
const KILLS = Number(process.env.KONG_KILLS ?? 8);
const SEED = Number(process.env.KONG_KILLS_SEED ?? 1);
/** Two emulators at a time, so that one works while the other waits. */
const LANES = 2;
/** Those with something to undo. */
const EXPERIMENTS = [
  'kong-us-east-1',
  'gorilla-us-east-1a',
  'monkey-stop',
  'gorilla-power-us-east-1a',
  'monkey-isolate',
  'kong-us-east-1-prewarmed',
  'monkey-standby',
  'split-brain',
  'monkey-detach',
  'edge-down-us-east-1',
  'kong-us-east-1-tight',
] as const;

/** Kills that hit. */
interface Kills {
  drills: number;
  rollbacks: number;
}

/** A world with what its drills were seen to send, and how often it was killed in. */
interface Lane {
  readonly world: KillWorld;
  readonly before: unknown;
  readonly random: Random;
  readonly kills: Kills;
  /** The most writes that a moment is drawn from, by experiment. */
  readonly writes: Map<string, number>;
}

/** More than any of them sends: a drill that ends alive says how many there are. */
const AT_MOST = 24;
const upTo = (random: Random, most: number): number => 1 + Math.floor(random.next() * most);

function drawMoment(random: Random, most: number): Moment {
  const when = (['before', 'after', 'later'] as const)[upTo(random, 3) - 1] ?? 'later';
  return { write: upTo(random, most), when, laterMs: Math.floor(random.next() * 400) };
}

/** Kills one drill, and perhaps what puts it back; then all must be as it was. */
async function killOne(lane: Lane, index: number): Promise<void> {
  const { world, random, writes, kills } = lane;
  const name = EXPERIMENTS[index % EXPERIMENTS.length] ?? 'kong-us-east-1';
  const drill = ['drill', world.experiment(name), '--on', 'aws', '--format', 'json'];
  const passed = ['--override', 'survivors.room', '--reason', 'nothing measures load here'];
  for (let attempt = 1; ; attempt++) {
    const state = `state-${index}-${attempt}`;
    const moment = drawMoment(random, writes.get(name) ?? AT_MOST);
    const where = `KONG_KILLS_SEED=${SEED}: kill ${index}, ${name}, ${JSON.stringify(moment)}`;
    const end = await world.doomed([...drill, ...passed], state, moment);
    if (end.signal === 'SIGKILL') {
      kills.drills++;
      if (index % 3 === 2) kills.rollbacks += await killRollbacks(lane, state, index % 2 === 0 ? 2 : 1);
      return expectWhole(lane, state, where);
    }
    expect(end.code, `${where}: it ended alive\n${end.stdout}\n${end.stderr}`).toBe(0);
    expect(await world.snapshot(), `${where}: it ended alive`).toEqual(lane.before);
    expect(end.writes, where).toBeGreaterThan(0);
    writes.set(name, end.writes);
  }
}

/** Kills one rollback after the other; how many were still at work when it came. */
async function killRollbacks({ world, random }: Lane, state: string, times: number): Promise<number> {
  let killed = 0;
  for (let n = 0; n < times; n++) {
    const { signal } = await world.doomed(['rollback'], state, drawMoment(random, 4));
    if (signal === 'SIGKILL') killed++;
  }
  return killed;
}

async function expectWhole({ world, before }: Lane, state: string, where: string): Promise<void> {
  const rollback = await world.kong(['rollback', '--format', 'json'], state);
  expect(rollback.code, `${where}\n${rollback.stdout}\n${rollback.stderr}`).toBe(0);
  expect(await world.snapshot(), where).toEqual(before);
  const second = await world.kong(['rollback'], state);
  expect(second.stdout, where).toContain('nothing to roll back');
  expect((await world.kong(['status'], state)).code, where).toBe(0);
}

async function openLane(number: number): Promise<Lane> {
  const world = await startKillWorld();
  onTestFinished(() => world.stop());
  const kills = { drills: 0, rollbacks: 0 };
  const random = seededRandom(SEED * 1_000 + number);
  return { world, before: await world.snapshot(), random, kills, writes: new Map() };
}

describe.skipIf(missing !== undefined)('kill -9 over the wire', () => {
  it('at any moment of a drill, or of the rollback after it, leaves what kong rollback puts back', async () => {
    const lanes = await Promise.all(Array.from({ length: LANES }, (_, number) => openLane(number)));
    const run = async (lane: Lane, number: number): Promise<void> => {
      for (let index = number; index < KILLS; index += LANES) await killOne(lane, index);
    };
    await Promise.all(lanes.map(run));
    const drills = lanes.reduce((sum, { kills }) => sum + kills.drills, 0);
    const rollbacks = lanes.reduce((sum, { kills }) => sum + kills.rollbacks, 0);
    tally({ figure: 'real kills', what: 'a drill over the wire', tried: drills });
    tally({ figure: 'real kills', what: 'a rollback over the wire', tried: rollbacks });
    expect(drills).toBe(KILLS);
  }, 1_800_000);
});
