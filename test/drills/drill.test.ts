import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json.js';
import type { Inventory } from '../../src/model/inventory.js';
import { drillOn, inventoryOf, openBench, planOn, readExperiment, STATE, type Around } from '../support/sim-drill.js';

/** What a drill may touch and must put back: everything but the instances that autoscaling added or took. */
function touchable({ regions, records }: Inventory): Json {
  return JSON.parse(
    JSON.stringify({
      records,
      regions: regions.map(({ region, subnets, groups }) => ({
        region,
        subnets,
        groups: groups.map(({ name, min, max, suspended }) => ({ name, min, max, suspended })),
      })),
    }),
  ) as Json;
}

describe('a drill in the simulated world', () => {
  it('is refused by a gate before anything is changed', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('kong-us-east-1', ['blastRadius.limits.instances=1']));
    const { result } = await drillOn(bench, plan);
    expect(result).toMatchObject({ outcome: 'refused', exitCode: 3, error: { code: 'BLAST_RADIUS_EXCEEDED' } });
    expect(bench.calls.counts().write).toBe(0);
    expect(result.summary).toContain('nothing was changed');
  });

  it('is refused when an SLI has no data', async () => {
    const bench = openBench();
    const experiment = readExperiment('kong-us-east-1', ['slis.latency-p99.cloudwatch.metric.name=LatencyP98']);
    const { result } = await drillOn(bench, await planOn(bench, experiment));
    expect(result).toMatchObject({ outcome: 'refused', exitCode: 3, error: { code: 'SLI_NO_DATA' } });
    expect(bench.calls.counts().write).toBe(0);
  });

  it('is refused when the steady state does not hold already', async () => {
    const bench = openBench();
    const experiment = readExperiment('kong-us-east-1', ['steadyState.0.expect=">= 99.99%"']);
    const { result } = await drillOn(bench, await planOn(bench, experiment));
    expect(result).toMatchObject({ outcome: 'refused', exitCode: 3, error: { code: 'STEADY_STATE_BROKEN' } });
    expect(bench.calls.counts().write).toBe(0);
  });

  it('darkens a region, sees members suffer and recover, and leaves everything as it was', async () => {
    const bench = openBench();
    const before = touchable(await inventoryOf(bench));
    const { result } = await drillOn(bench, await planOn(bench, readExperiment('kong-us-east-1')));
    expect(result.summary).toMatch(/^HELD/);
    expect(result).toMatchObject({
      outcome: 'held',
      exitCode: 0,
      abort: null,
      rollback: { reason: 'completed', conflicts: [], remaining: [] },
    });
    expect(result.rollback.restored).toBe(9);
    expect(result.slis['latency-p99']?.peak).toBeGreaterThan(1.3 * (result.slis['latency-p99']?.before ?? Infinity));
    expect(result.objectives.rto.met).toBe(true);
    expect(touchable(await inventoryOf(bench))).toEqual(before);
  });

  it('is aborted by a breach, and its first undo call leaves at once, not after the current step', async () => {
    const bench = openBench();
    const before = touchable(await inventoryOf(bench));
    const { result, events } = await drillOn(bench, await planOn(bench, readExperiment('kong-us-east-1-tight')));
    expect(result).toMatchObject({
      outcome: 'aborted',
      exitCode: 1,
      abort: { sli: 'latency-p99' },
      rollback: { reason: 'breach', remaining: [] },
    });
    const { timing, firstCallAfterBreachMs } = result.rollback;
    const { decidedMs, firstCallMs, lastCallMs, steadyMs } = timing ?? {};
    expect(timing?.breachAt).toBe(result.abort?.at);
    // a period's points can be read some seconds after its end, at the next poll
    expect(decidedMs).toBeGreaterThan(0);
    expect(decidedMs).toBeLessThan(30_000);
    expect(firstCallMs).toBeLessThan((decidedMs ?? 0) + 1_000);
    expect(firstCallAfterBreachMs).toBe(firstCallMs);
    expect(lastCallMs).toBeGreaterThanOrEqual(firstCallMs ?? Infinity);
    expect(steadyMs).toBeGreaterThan(0);
    const method = result.phases.find((phase) => phase.name === 'method');
    expect(Date.parse(method?.endedAt ?? '') - Date.parse(method?.startedAt ?? '')).toBeLessThan(120_000);
    expect(events.some((event) => event.type === 'stopping' && event.reason.kind === 'breach')).toBe(true);
    expect(touchable(await inventoryOf(bench))).toEqual(before);
  });

  it('says nothing of a slow recovery where it was stopped because nothing was measured', async () => {
    let isBlind = false;
    const around: Around = async (command, answer) => {
      const said = await answer();
      if (command === 'ReplaceNetworkAclAssociationCommand') isBlind = true;
      return isBlind && command === 'GetMetricDataCommand' ? withoutValues(said) : said;
    };
    const bench = openBench({ around });
    const { result } = await drillOn(bench, await planOn(bench, readExperiment('kong-us-east-1')));
    expect(result).toMatchObject({ outcome: 'aborted', abort: { value: null }, rollback: { remaining: [] } });
    expect(result.findings.map(({ id }) => id)).not.toContain('slow-recovery');
  });

  it('rolls back at once when it is interrupted in the middle of a traffic shift', async () => {
    const bench = openBench();
    const before = touchable(await inventoryOf(bench));
    const plan = await planOn(bench, readExperiment('kong-us-east-1'));
    const { result } = await drillOn(bench, plan, (event) => event.type === 'step' && event.title.startsWith('shift'));
    expect(result).toMatchObject({
      outcome: 'interrupted',
      exitCode: 130,
      rollback: { reason: 'interrupted', remaining: [] },
    });
    expect(touchable(await inventoryOf(bench))).toEqual(before);
  });

  it('gives the same events and result for the same seed, byte by byte', async () => {
    const run = async (): Promise<readonly [string, string]> => {
      const bench = openBench();
      const { result } = await drillOn(bench, await planOn(bench, readExperiment('gorilla-us-east-1a')));
      const events = bench.files.read(`${STATE}/runs/${result.run}/events.ndjson`) ?? '';
      return [events, bench.files.read(`${STATE}/runs/${result.run}/result.json`) ?? ''];
    };
    const [first, second] = [await run(), await run()];
    expect(first[0].length).toBeGreaterThan(1_000);
    expect(second).toEqual(first);
  });

  it('that loses a zone notices little, and holds', async () => {
    const bench = openBench();
    const { result } = await drillOn(bench, await planOn(bench, readExperiment('gorilla-us-east-1a')));
    expect(result.summary).toMatch(/^HELD/);
    expect(result.blastRadius).toMatchObject({ instances: 6, subnets: 1, autoScalingGroups: 3 });
  });

  it('that terminates an instance lists it as irreversible, and sees it replaced', async () => {
    const bench = openBench();
    const { result } = await drillOn(bench, await planOn(bench, readExperiment('monkey-playback')));
    expect(result).toMatchObject({ outcome: 'held', exitCode: 0, rollback: { remaining: [] } });
    expect(result.rollback.irreversible).toHaveLength(1);
    const group = (await inventoryOf(bench)).regions[0]?.groups.find((one) => one.name === 'playback');
    expect(group?.members.filter((member) => member.lifecycle === 'InService')).toHaveLength(group?.desired ?? -1);
  });

  it('rolls back from memory and says so when the disk fills up in the middle', async () => {
    const bench = openBench();
    const before = touchable(await inventoryOf(bench));
    const plan = await planOn(bench, readExperiment('kong-us-east-1'));
    let entries = 0;
    bench.files.beforeWrite = (path) => {
      if (path.endsWith('journal.ndjson') && ++entries > 12) throw new Error('no space left on device');
    };
    const { result, events } = await drillOn(bench, plan);
    expect(result.outcome).toBe('failed');
    expect(result.rollback.remaining).toEqual([]);
    expect(events.some((event) => event.type === 'warning' && event.message.includes('no space left'))).toBe(true);
    expect(touchable(await inventoryOf(bench))).toEqual(before);
  });
});

/** A reading of metrics in which there is nothing. */
function withoutValues<T>(answer: T): T {
  const { output } = answer as { output: { MetricDataResults?: object[] } };
  const MetricDataResults = (output.MetricDataResults ?? []).map((one) => ({ ...one, Timestamps: [], Values: [] }));
  return { ...answer, output: { ...output, MetricDataResults } };
}
