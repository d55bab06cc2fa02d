import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/host/random.js';
import type { Change } from '../../src/model/change.js';
import type { Plan } from '../../src/model/plan.js';
import { startKong } from '../emulators/kong.js';
import { tally } from '../support/tally.js';
import { newHome, type Home } from './home.js';
import { journalLines, killAtLine } from './kill-at-line.js';

const EXPERIMENTS = readdirSync('experiments').map((file) => path.resolve('experiments', file));
/** With nothing to put back. */
const ONE_WAY = ['db-failover', 'monkey-playback', 'monkey-reboot', 'monkey-kill-process'];
const KILLS = Number(process.env.KONG_KILLS ?? 12);
const SEED = Number(process.env.KONG_KILLS_SEED ?? 1);
/** Minutes become seconds: enough time passes to be killed in. */
const SPEED = ['--speed', '120'];
const random = seededRandom(SEED);
const upTo = (most: number): number => 1 + Math.floor(random.next() * most);

/** Where each kill comes, drawn once, so that the order of the tests changes nothing. */
const DRAWN = Array.from({ length: KILLS }, (_, index) => {
  const file = EXPERIMENTS[index % EXPERIMENTS.length] ?? '';
  return {
    index,
    name: path.basename(file, '.yaml'),
    file,
    at: random.next(),
    undoLine: upTo(6),
    twice: index % 3 === 0,
  };
});

/** What a drill would change and put back now. */
async function planned({ kong }: Home, file: string): Promise<readonly Change[]> {
  const exit = await kong(['plan', file, '--seed', String(SEED), '--format', 'json']);
  expect(exit.code, exit.stderr + exit.stdout).toBe(0);
  return changesOf(exit.stdout);
}

/** What the drill that was killed was to change, as it found the world. */
function plannedByDrill({ home }: Home): readonly Change[] {
  const runs = path.join(home, '.kong/runs');
  return changesOf(readFileSync(path.join(runs, readdirSync(runs)[0] ?? '', 'plan.json'), 'utf8'));
}

/** Without what autoscaling may have moved meanwhile. */
function changesOf(plan: string): readonly Change[] {
  const { steps } = JSON.parse(plan) as Plan;
  return steps
    .flatMap((step) => step.batches.flat())
    .filter((change): change is Change => change.kind === 'reversible')
    .filter(({ attribute }) => !['asg.desiredCapacity', 'asg.minSize'].includes(attribute));
}

/** Kills `kong drill` at a share of its journal's lines; a shorter journal than thought makes it try again. */
async function killDrill(file: string, at: number): Promise<Home> {
  for (let most = 40; ;) {
    const there = newHome();
    const state = path.join(there.home, '.kong');
    const args = ['drill', file, '--seed', String(SEED), '--format', 'json', ...SPEED];
    const line = 1 + Math.floor(at * most);
    const { finished } = await killAtLine(state, line, () => startKong(args, { cwd: there.home }));
    const { signal, stdout, stderr } = await finished;
    if (signal === 'SIGKILL') return there;
    // the last line says that it is over
    const lines = journalLines(state).length - 1;
    expect(lines, `${stdout}${stderr}`).toBeGreaterThan(0);
    most = Math.min(lines, most - 1);
  }
}

/** Kills `kong rollback` so many lines later; false: it had ended by then. */
async function killRollback(home: string, lines: number): Promise<boolean> {
  const state = path.join(home, '.kong');
  const line = journalLines(state).length + lines;
  const { finished } = await killAtLine(state, line, () => startKong(['rollback', ...SPEED], { cwd: home }));
  return (await finished).signal === 'SIGKILL';
}

describe('kill -9 of a drill in the simulator', () => {
  const killed: string[] = [];
  afterAll(() => {
    if (killed.length >= KILLS) tally({ figure: 'real kills', what: 'in the simulator', tried: killed.length });
  });

  it.each(DRAWN)('no. $index, of $name, leaves what kong rollback puts back', async ({ file, at, twice, undoLine }) => {
    const where = `KONG_KILLS_SEED=${SEED}`;
    const there = await killDrill(file, at);
    const before = plannedByDrill(there);
    expect(before.length + ONE_WAY.filter((one) => file.includes(one)).length, where).toBeGreaterThan(0);
    const hitTwice = twice && (await killRollback(there.home, undoLine));
    const rollback = await there.kong(['rollback', '--format', 'json']);
    expect(rollback.code, where + rollback.stdout + rollback.stderr).toBe(0);
    expect((await there.kong(['rollback'])).stdout, where).toContain('nothing to roll back');
    expect((await there.kong(['status'])).code, where).toBe(0);
    expect(await planned(there, file), where).toEqual(before);
    killed.push(...(hitTwice ? ['drill', 'rollback'] : ['drill']));
  });
});
