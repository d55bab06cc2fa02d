import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/model/run.js';
import { resultText } from '../../src/report/result-text.js';
import { drillOn, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';

/** A drill of one of the experiments, with what can't be undone in it as its result tells it. */
async function lossesOf(bench: Bench, name: string, set: readonly string[] = []) {
  const { result, events } = await drillOn(bench, await planOn(bench, readExperiment(name, set)));
  return { result, events, aftermaths: result.rollback.irreversible.map(({ aftermath }) => aftermath) };
}

/** A world whose instances take an hour to boot. */
const SLOW = { set: ['groups.playback.boot=1h'] };

describe("what became of what can't be undone", () => {
  it('stops the drill before the act when what is there can not be read', async () => {
    let reads = 0;
    const bench = openBench({
      around: (command, answer) => {
        if (command !== 'DescribeAutoScalingInstancesCommand') return answer();
        reads++;
        return Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' }));
      },
    });
    const { result } = await lossesOf(bench, 'monkey-playback');
    expect(reads).toBeGreaterThan(0);
    expect(result.outcome).toBe('failed');
    expect(bench.calls.counts().write).toBe(0);
  });

  it('is a finding when nothing replaced it before the end, for which no longer is waited than may be', async () => {
    const { result, aftermaths } = await lossesOf(openBench(SLOW), 'monkey-playback');
    expect(aftermaths).toEqual([{ state: 'missing', by: null, afterSeconds: null, noticed: [] }]);
    expect(result.findings.map(({ id }) => id)).toContain('not-replaced');
    const recovery = result.phases.find(({ name }) => name === 'recovery');
    const waited = Date.parse(recovery?.endedAt ?? '') - Date.parse(recovery?.startedAt ?? '');
    expect(waited).toBeGreaterThan(120_000);
    expect(waited).toBeLessThan(600_000);
  });

  it('names who replaced a terminated instance, how long that took, and that nobody noticed', async () => {
    const bench = openBench();
    const { result, events, aftermaths } = await lossesOf(bench, 'monkey-playback');
    const [aftermath] = aftermaths;
    expect(aftermath).toMatchObject({ state: 'replaced', noticed: [] });
    // booting and warming up take 55 seconds less what a group waits before it looks
    expect(aftermath?.afterSeconds).toBeGreaterThanOrEqual(30);
    expect(aftermath?.afterSeconds).toBeLessThan(180);
    const told = events.filter((event): event is Extract<RunEvent, { type: 'replaced' }> => event.type === 'replaced');
    expect(told.map(({ by }) => by)).toEqual([aftermath?.by]);
    expect(result.findings.map(({ id }) => id)).not.toContain('not-replaced');
  });

  it('names another one for each of several', async () => {
    const set = ['blastRadius.instance.count=2', 'blastRadius.limits.instances=2'];
    const { aftermaths } = await lossesOf(openBench(), 'monkey-playback', set);
    expect(aftermaths.map((one) => one?.state)).toEqual(['replaced', 'replaced']);
    expect(new Set(aftermaths.map((one) => one?.by)).size).toBe(2);
  });

  it('says which expectation was off meanwhile', async () => {
    const set = ['steadyState.2.expect="<= baseline + 5ms"', 'steadyState.2.settle=10m'];
    const { aftermaths } = await lossesOf(openBench(), 'monkey-playback', set);
    expect(aftermaths[0]?.noticed).toEqual(['latency-p99 <= baseline + 5ms']);
  });

  it('does not wait for another in the place of an instance that was only rebooted', async () => {
    const { aftermaths, events } = await lossesOf(openBench(), 'monkey-reboot');
    expect(aftermaths.map((one) => one?.state)).toEqual(['kept']);
    expect(events.filter(({ type }) => type === 'replaced')).toEqual([]);
  });

  it('costs no call where everything can be undone', async () => {
    const asked: string[] = [];
    const bench = openBench({
      around: (command, answer) => {
        asked.push(command);
        return answer();
      },
    });
    await lossesOf(bench, 'monkey-stop');
    expect(asked).not.toContain('DescribeAutoScalingInstancesCommand');
  });
});

describe("what may have been done that can't be undone", () => {
  /** A bench on which a command meets what `how` makes of it. */
  const benchWith = (command: string, how: (answer: () => Promise<unknown>) => Promise<unknown>): Bench =>
    openBench({
      around: async (name, answer) => {
        if (name === command) await how(answer);
        return answer();
      },
    });
  const refused = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('it is terminated'), { name: 'IncorrectState', $fault: 'client' }));
  const lost = (): Promise<never> => Promise.reject(Object.assign(new Error('hung up'), { name: 'ECONNRESET' }));
  const ids = ({ findings }: { readonly findings: readonly { readonly id: string }[] }): readonly string[] =>
    findings.map(({ id }) => id);

  it.each([
    ['RebootInstancesCommand', 'monkey-reboot'],
    ['TerminateInstancesCommand', 'monkey-playback'],
    ['SendCommandCommand', 'monkey-kill-process'],
  ])('is no loss where AWS refuses the %s, and nothing is missed', async (command, name) => {
    const bench = benchWith(command, refused);
    const { result } = await lossesOf(bench, name);
    expect(result).toMatchObject({ outcome: 'failed', rollback: { irreversible: [] } });
    expect(ids(result)).not.toContain('not-replaced');
    const journal = bench.files.read(`.kong/runs/${result.run}/journal.ndjson`) ?? '';
    expect(journal).toMatch(/"type":"failed".*IncorrectState: it is terminated/);
  });

  it('is no loss where there is no process of that name', async () => {
    const { result } = await lossesOf(openBench(), 'monkey-kill-process', ['method.0.fault.process=nope']);
    expect(result).toMatchObject({ outcome: 'failed', rollback: { irreversible: [] } });
    expect(ids(result)).not.toContain('not-replaced');
  });

  it.each([
    ['the answer is lost', 'TerminateInstancesCommand', 'monkey-playback', lost],
    ['the answer can not be read', 'RebootInstancesCommand', 'monkey-reboot', () => Promise.reject(new Error('<a'))],
    ['no look says how it went', 'ListCommandInvocationsCommand', 'monkey-kill-process', refused],
  ])('is said to be uncertain where %s', async (_what, command, name, how) => {
    const { result } = await lossesOf(benchWith(command, how), name);
    expect(result.outcome).toBe('failed');
    expect(result.rollback.irreversible).toMatchObject([{ uncertain: true }]);
    expect(resultText(result, { colour: false })).toContain('no answer came: may have lost');
  });

  it('is uncertain where it is refused only after an answer was lost', async () => {
    let tried = 0;
    const { result } = await lossesOf(
      benchWith('TerminateInstancesCommand', () => (tried++ === 0 ? lost() : refused())),
      'monkey-playback',
    );
    expect(tried).toBe(2);
    expect(result.rollback.irreversible).toMatchObject([{ uncertain: true }]);
  });

  it('is of those alone that were done before one was refused', async () => {
    let tried = 0;
    const bench = benchWith('TerminateInstancesCommand', () => (tried++ === 0 ? Promise.resolve() : refused()));
    const set = ['blastRadius.instance.count=3', 'blastRadius.limits.instances=3'];
    const { result, aftermaths } = await lossesOf(bench, 'monkey-playback', set);
    expect(result.outcome).toBe('failed');
    expect(aftermaths.map((one) => one?.state)).toEqual(['replaced']);
    expect(result.rollback.irreversible[0]?.uncertain).toBeUndefined();
    expect(ids(result)).not.toContain('not-replaced');
  });
});
