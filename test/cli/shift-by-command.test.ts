import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startKong } from '../emulators/kong.js';
import { newHome, type Home } from './home.js';
import { journalLines, killAtLine } from './kill-at-line.js';

const WRITE = 'printf %s "$1" > percent; printf "%s " "$1" >> told';
const DRILL = ['drill', 'own.yaml', '--quiet', '--speed', 'max'];

interface Place extends Home {
  /** What the command said last. */
  percent(): string;
  /** All that it was told, in order. */
  told(): string;
}

/** A folder with a command that keeps a percentage in a file, and a drill that shifts traffic by it. */
function newPlace(write = WRITE): Place {
  const home = newHome();
  const inHome = (name: string): string => path.join(home.home, name);
  writeFileSync(inHome('percent'), '100');
  writeFileSync(
    inHome('kong.yaml'),
    `version: 1
switches:
  split:
    command:
      read: [cat, percent]
      write: [sh, -c, ${JSON.stringify(write)}, --, "{value}"]
`,
  );
  const whole = readFileSync('experiments/kong-us-east-1.yaml', 'utf8');
  writeFileSync(
    inHome('own.yaml'),
    `${whole.slice(0, whole.indexOf('method:'))}method:
  - shift: { to: survivors, steps: [25%, 100%], every: 10s, via: split }
  - hold: 10s
  - return: { steps: [50%, 100%], every: 10s }
`,
  );
  const textOf = (name: string): string => (existsSync(inHome(name)) ? readFileSync(inHome(name), 'utf8').trim() : '');
  return { ...home, percent: () => textOf('percent'), told: () => textOf('told') };
}

function journalOf({ home }: Home): string {
  return journalLines(path.join(home, '.kong')).join('\n');
}

describe('a shift via a command', () => {
  it('fails where the command does nothing, and says so', async () => {
    const place = newPlace('true');
    const { code, stdout, stderr } = await place.kong(DRILL);
    expect(code, stdout + stderr).toBe(5);
    expect(stdout + stderr).toMatch(/split/);
    expect(place.percent()).toBe('100');
  });

  it('tells it the percent that is left, step by step, and touches no record', async () => {
    const place = newPlace();
    const planned = await place.kong(['plan', 'own.yaml']);
    expect(planned.code, planned.stdout).toBe(0);
    expect(place.told()).toBe('');
    const { code, stdout, stderr } = await place.kong(DRILL);
    expect(code, stdout + stderr).toBe(0);
    expect(place.told()).toBe('75 0 50 100');
    expect(journalOf(place)).not.toContain('record.weight');
  });

  it('is brought back by the next kong where the first one was killed in the middle of it', async () => {
    const whole = newPlace();
    await whole.kong(DRILL);
    const second = journalLines(path.join(whole.home, '.kong')).findIndex((line) => line.includes('"after":"0"'));
    expect(second).toBeGreaterThan(0);
    const place = newPlace();
    const { finished } = await killAtLine(path.join(place.home, '.kong'), second + 1, () =>
      startKong(DRILL, { cwd: place.home }),
    );
    expect((await finished).signal).toBe('SIGKILL');
    expect(place.told()).toMatch(/^75/);
    const { code, stdout, stderr } = await place.kong(['rollback', '--quiet']);
    expect(code, stdout + stderr).toBe(0);
    expect(place.percent()).toBe('100');
    expect((await place.kong(['status'])).code).toBe(0);
  });
});
