import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome } from './home.js';

const ESCAPE = ['drill', 'us-east-1', '--escape'] as const;

describe('kong drill --escape', () => {
  it.each([
    [[...ESCAPE], 'at full speed, the simulated traffic stays out for ever'],
    [[...ESCAPE, '--for', '3m', '--stay'], '--for and --stay'],
    [[...ESCAPE, '--for', 'long'], 'a duration is needed'],
    [[...ESCAPE, '--stay', '--watchdog'], '--watchdog would send traffic back'],
    [['drill', 'us-east-1', '--stay'], '--stay is of an escape'],
    [['drill', 'chaos-kong-us-east-1', '--escape'], 'is a drill, and no escape: it breaks us-east-1'],
    [['drill', 'chaos-kong-us-east-1', '--escape'], 'fix: kong drill us-east-1 --escape takes the traffic out'],
    [['drill', 'us-east-1a', '--escape'], 'fix: to leave a zone see az-evacuate'],
    [['drill', 'monkey-stop', '--escape'], 'an escape is of a region, and chaos-monkey-stop is of none'],
    [['drill', 'us-east-9', '--escape', '--stay'], 'us-east-9 is no region'],
  ])('%j is bad input', async (args, message) => {
    const { code, stderr } = await newHome().kong(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('says that a breach is told, and never that it aborts', async () => {
    const { kong } = newHome();
    const plan = await kong(['plan', 'us-east-1', '--escape']);
    expect(plan.stdout).toMatch(/Requests that fail .* told > 5% for 3 of 5\n/);
    const drill = await kong([...ESCAPE, '--for', '2m']);
    expect(drill.stderr).toContain('(expect <= 1%, told > 5%)');
    expect(plan.stdout + drill.stderr).not.toMatch(/abort >|never aborts/);
  });

  it('stays out through kong status, and returns step by step when kong abort says so', async () => {
    const home = newHome();
    const going = home.kong([...ESCAPE, '--speed', '600', '--format', 'ndjson']);
    const { run } = await untilOut(home);
    expect((await home.kong(['abort', run])).code).toBe(0);
    const { code, stdout } = await going;
    expect(stdout).toContain('kong abort: the traffic comes back, step by step');
    expect(stdout).toContain('return 5 → 25 → 50 → 100 %, 4 of 4');
    expect(code).toBe(0);
  });

  it('leaves the traffic out when its terminal closes', async () => {
    const home = newHome();
    const { code, stdout } = await home.kong([...ESCAPE, '--speed', '600', '--format', 'ndjson'], {
      signalAfter: { output: /"title":"stay out/, signal: 'SIGHUP' },
    });
    expect(code).toBe(4);
    expect(stdout).toContain('stopped by SIGHUP');
    const back = await home.kong(['rollback']);
    expect(back.code).toBe(0);
  });
});

/** Waits until the run that goes on has taken its traffic out. */
async function untilOut({ home, kong }: ReturnType<typeof newHome>): Promise<{ readonly run: string }> {
  for (;;) {
    await kong(['status']);
    const runs = path.join(home, '.kong/runs');
    const [run] = existsSync(runs) ? readdirSync(runs) : [];
    if (run === undefined) continue;
    // a run's folder is there a moment before its events are
    const file = path.join(runs, run, 'events.ndjson');
    if (existsSync(file) && readFileSync(file, 'utf8').includes('"title":"stay out')) return { run };
  }
}
