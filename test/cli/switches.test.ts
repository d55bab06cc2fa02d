import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startKong } from '../emulators/kong.js';
import { newHome, type Home } from './home.js';
import { killAtLine } from './kill-at-line.js';

const READ = "process.stdout.write(require('fs').readFileSync(process.argv[1], 'utf8'))";
/** Slow enough to be killed in the middle of. */
const WRITE = "setTimeout(() => require('fs').writeFileSync(process.argv[1], process.argv[2]), 400)";

interface Place extends Home {
  value(): string;
  /** Writes kong.yaml; `more`: what else it says of the switch. */
  configure(name: string, more?: string): void;
}

/** A folder with a switch that is a file's text, and a drill that sets it. */
function newPlace(): Place {
  const home = newHome();
  const file = path.join(home.home, 'value');
  const node = JSON.stringify(process.execPath);
  const inHome = (name: string, text: string): void => writeFileSync(path.join(home.home, name), text);
  const configure = (name: string, more = ''): void => {
    inHome(
      'kong.yaml',
      `version: 1
switches:
  ${name}:
    ${more}
    command:
      read: [${node}, -e, ${JSON.stringify(READ)}, ${JSON.stringify(file)}]
      write: [${node}, -e, ${JSON.stringify(WRITE)}, --, ${JSON.stringify(file)}, "{value}"]
`,
    );
  };
  inHome('value', 'us-east-1');
  configure('edge-rules');
  const whole = readFileSync('experiments/kong-us-east-1.yaml', 'utf8');
  inHome(
    'own.yaml',
    `${whole.slice(0, whole.indexOf('method:'))}method:
  - fault: region-dark
  - switch: { name: edge-rules, to: us-west-2 }
  - hold: 2m
`,
  );
  return { ...home, configure, value: () => readFileSync(file, 'utf8') };
}

const DRILL = ['drill', 'own.yaml', '--quiet', '--speed', 'max'];

/** Kills a drill when its journal has so many lines. */
async function killed({ home }: Place, line: number): Promise<void> {
  const { finished } = await killAtLine(path.join(home, '.kong'), line, () => startKong(DRILL, { cwd: home }));
  expect((await finished).signal).toBe('SIGKILL');
}

/** After begin, three groups, an ACL and three subnets, each announced and done. */
const LINE_OF_THE_INTENT = 16;

describe('a switch in kong.yaml', () => {
  it('is refused by its nearest name, with its place, where it has another', async () => {
    const place = newPlace();
    place.configure('edge-rule');
    const { code, stdout } = await place.kong(['validate', 'own.yaml']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/own\.yaml:\d+:\d+/);
    expect(stdout).toContain('kong.yaml has no switch edge-rules');
    expect(stdout).toContain('did you mean edge-rule?');
  });

  it('refuses the plan where its own limit of time leaves the rollback too little', async () => {
    const place = newPlace();
    place.configure('edge-rules', 'timeout: 30s');
    const { code, stdout } = await place.kong(['plan', 'own.yaml']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/a rollback takes 9\ds at worst, limit 60s/);
  });

  it('refuses the plan where what it says now is not among its values, and no --override helps', async () => {
    const place = newPlace();
    place.configure('edge-rules', 'values: [us-west-2, eu-west-1]');
    const { code, stdout } = await place.kong(['plan', 'own.yaml']);
    expect(code).toBe(3);
    expect(stdout).toContain('edge-rules: "us-east-1" is none of us-west-2, eu-west-1');
    const overridden = await place.kong(['plan', 'own.yaml', '--override', 'switch.values', '--reason', 'sure']);
    expect(overridden.code).toBe(2);
  });

  it('is named where its command fails, with what to mend', async () => {
    const place = newPlace();
    const config = path.join(place.home, 'kong.yaml');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace(JSON.stringify(WRITE), '"process.exit(3)"'));
    const { code, stdout } = await place.kong(DRILL);
    expect(code).toBe(5);
    expect(stdout).toMatch(/FAILED .*switch edge-rules could not be set: ".*" ended with exit code 3/);
    expect(stdout).toContain('fix: mend switches.edge-rules.command.write in kong.yaml, or what it calls');
    writeFileSync(config, text.replace(JSON.stringify(READ), '"process.exit(4)"'));
    const plan = await place.kong(['plan', 'own.yaml']);
    expect(plan.stdout.replace(/\s+/g, ' ')).toMatch(/can't be read: edge-rules: "[^"]*" ended with exit code 4/);
  });

  it('is drift for a saved plan once it is another', async () => {
    const place = newPlace();
    expect((await place.kong(['plan', 'own.yaml', '--out', 'plan.json', '--quiet'])).code).toBe(0);
    const config = path.join(place.home, 'kong.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('400)', '401)'));
    const { code, stdout } = await place.kong(['drill', 'plan.json', '--quiet']);
    expect(code).toBe(3);
    expect(stdout).toContain('plan.drift');
    expect(stdout).toContain('kong.yaml has it otherwise now');
    expect(place.value()).toBe('us-east-1');
  });
});

describe('a drill with a command that is killed outright', () => {
  it.each([LINE_OF_THE_INTENT - 1, LINE_OF_THE_INTENT, LINE_OF_THE_INTENT + 1])(
    'at line %i of its journal is rolled back by the command',
    async (line) => {
      const place = newPlace();
      await killed(place, line);
      const { code, stderr, stdout } = await place.kong(['rollback', '--quiet']);
      expect(code, stdout + stderr).toBe(0);
      expect(place.value()).toBe('us-east-1');
      expect((await place.kong(['status'])).code).toBe(0);
    },
  );

  it('stays changed, and says so, while kong.yaml lacks the switch; and is rolled back once it has it', async () => {
    const place = newPlace();
    await killed(place, LINE_OF_THE_INTENT + 1);
    place.configure('another');
    const without = await place.kong(['rollback', '--quiet']);
    expect(without.code).toBe(4);
    expect(without.stdout).toContain('kong.yaml has no switch edge-rules any more');
    place.configure('edge-rules');
    expect((await place.kong(['rollback', '--quiet'])).code).toBe(0);
    expect(place.value()).toBe('us-east-1');
  });
});
