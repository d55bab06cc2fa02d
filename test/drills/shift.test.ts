import { ListResourceRecordSetsCommand, type Change, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { permitFor } from '../../src/aws/guard.js';
import { recordWeight } from '../../src/changes/record-weight.js';
import { readRecordSets } from '../../src/inventory/read-records.js';
import type { RunEvent } from '../../src/model/run.js';
import { changeRecords, rivalOf } from '../support/rival.js';
import { drillOn, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';

const NAMES = 750;
const REGIONS = ['us-east-1', 'us-west-2'] as const;

function answer(name: string, region: string, Weight: number): ResourceRecordSet {
  const ResourceRecords = [{ Value: `edge.${region}.streaming.example` }];
  return { Name: `${name}.streaming.example`, Type: 'CNAME', SetIdentifier: region, Weight, TTL: 60, ResourceRecords };
}

/** 1,500 weighted records, of which half answer for each of two regions. */
async function manyNames(bench: Bench): Promise<string> {
  const rival = rivalOf(bench);
  let zone = '';
  for (const region of REGIONS) {
    const changes = Array.from({ length: NAMES }, (_, i): Change => {
      return { Action: 'CREATE', ResourceRecordSet: answer(`n${i}`, region, 50) };
    });
    zone = await changeRecords(rival, changes);
    await bench.clock.sleep(2_000);
  }
  return zone;
}

describe('a shift of 1,500 records', () => {
  it('goes in batches that Route 53 takes, five calls a second, and none is throttled', async () => {
    const sent: number[] = [];
    const bench = openBench({
      around: (command, call) => {
        if (command === 'ChangeResourceRecordSetsCommand') sent.push(bench.clock.now());
        return call();
      },
    });
    const zone = await manyNames(bench);
    const permit = permitFor({ changes: ['c'] }, new AbortController().signal);
    const context = { cloud: bench.cloud, run: 'r', created: new Map(), permit, expiresAt: '2030-01-01T00:00:00Z' };
    const writes = REGIONS.flatMap((region) =>
      Array.from({ length: NAMES }, (_, i) => {
        const id = `${zone}/n${i}.streaming.example/CNAME/${region}`;
        const resource = { type: 'record', region: 'global', id } as const;
        return { change: id, resource, before: 50, after: 7, memo: null, to: 'after' as const };
      }),
    );
    const outcomes = await recordWeight.write(writes, context);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(sent).toHaveLength(3);
    const weights = (await readRecordSets(zone, bench.cloud)).flatMap((set) => set.Weight ?? []);
    expect(weights.filter((weight) => weight === 7)).toHaveLength(1_500);
    expect(bench.calls.counts().throttled).toBe(0);
  });

  it('never sends a sixth call of Route 53 within a second, reads and writes together', async () => {
    const sent: number[] = [];
    const bench = openBench({
      around: (command, call) => {
        if (command === 'ListResourceRecordSetsCommand') sent.push(bench.clock.now());
        return call();
      },
    });
    const HostedZoneId = await changeRecords(rivalOf(bench), [
      { Action: 'CREATE', ResourceRecordSet: answer('one', 'us-east-1', 1) },
    ]);
    await bench.clock.sleep(2_000);
    const list = new ListResourceRecordSetsCommand({ HostedZoneId });
    await Promise.all(Array.from({ length: 12 }, () => bench.cloud.route53().send(list)));
    expect(sent.filter((at, index) => at - (sent[index - 5] ?? -Infinity) < 1_000)).toEqual([]);
    expect((sent.at(-1) ?? 0) - (sent[0] ?? 0)).toBe(2_000);
  });
});

describe('a shift that Route 53 does not bring to its servers', () => {
  it('has not taken hold: the drill rolls back before anything is dark', async () => {
    const bench = openBench({ set: ['aws.dnsSync=4m'] });
    const plan = await planOn(bench, readExperiment('kong-us-east-1-prewarmed'));
    const { result, events } = await drillOn(bench, plan);
    expect(result.outcome).toBe('failed');
    expect(result.error).toMatchObject({ code: 'NOT_VERIFIED' });
    expect(result.error?.message).toContain('Route 53 was not in sync about C');
    expect(result.rollback.remaining).toEqual([]);
    expect(titles(events)).not.toContain('region-drain');
    const late = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(late.join()).toContain('everything is written back, but Route 53 was not in sync about');
  });

  it('is waited for between the steps of its ramp', async () => {
    const bench = openBench({ set: ['aws.dnsSync=40s'] });
    const plan = await planOn(bench, readExperiment('kong-us-east-1-prewarmed'));
    const { result, events } = await drillOn(bench, plan);
    expect(result.rollback.remaining).toEqual([]);
    const moves = events.flatMap((event) =>
      event.type === 'changes' && event.title.startsWith('shift') ? [event] : [],
    );
    const steps = [...new Map(moves.map((event) => [event.title, Date.parse(event.at)])).values()];
    // a minute by the experiment, after each 40 seconds until the step before was in sync
    expect(steps.map((at) => (at - (steps[0] ?? 0)) / 1_000)).toEqual([0, 100, 200, 300]);
  });
});

describe('a shift in tiers', () => {
  const TIERED = ['method.2.shift.tiers=[[play.streaming.example], rest]'];

  it('refuses a name that no record has, with the nearest', async () => {
    const experiment = readExperiment('kong-us-east-1-prewarmed', ['method.2.shift.tiers=[[ply.streaming.example]]']);
    await expect(planOn(openBench(), experiment)).rejects.toMatchObject({
      code: 'UNKNOWN_TARGET',
      message: 'no record has the name ply.streaming.example',
      fix: 'did you mean play.streaming.example?',
    });
  });

  it('moves one tier after the other within each step, and brings them back the other way round', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('kong-us-east-1-prewarmed', TIERED));
    const names = plan.steps
      .filter(({ step }) => step.kind === 'shift' || step.kind === 'return')
      .map(({ batches }) => batches.map((batch) => batch.map(({ resource }) => resource.name?.split('.')[0]).join()));
    const [there, back] = [
      ['play', 'api'],
      ['api', 'play'],
    ];
    expect(names).toEqual([
      [...there, ...there, ...there, ...there],
      [...back, ...back, ...back, ...back],
    ]);
    expect(plan.steps[2]?.title).toBe('shift 5 → 25 → 50 → 100 % to survivors, play.streaming.example before the rest');
    const { result, events } = await drillOn(bench, plan);
    expect(result.outcome).toBe('held');
    const moves = events.flatMap((event) => (event.type === 'changes' ? [event] : []));
    const shifts = moves.filter(({ title }) => title.startsWith('shift') && title.includes('1 of 4'));
    // the second tier moves once the first is in sync
    expect(shifts.map(({ title }) => title.slice(-11))).toEqual(['tier 1 of 2', 'tier 2 of 2']);
    expect(Date.parse(shifts[1]?.at ?? '') - Date.parse(shifts[0]?.at ?? '')).toBe(5_000);
  });
});

function titles(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'step' ? [event.title] : []));
}
