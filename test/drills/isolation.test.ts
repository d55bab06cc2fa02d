import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/model/run.js';
import { drillOn, openBench, planOn, readExperiment, type Bench, type Drilled } from '../support/sim-drill.js';

const STORMY = { set: ['traffic.flaws.cascade-retries=true'] };
const PARAMETER = '/streaming/isolation';

async function isolationOf({ cloud }: Bench): Promise<string | undefined> {
  const { Parameter } = await cloud.ssm('us-west-2').send(new GetParameterCommand({ Name: PARAMETER }));
  return Parameter?.Value;
}

async function drilled(bench: Bench, set: readonly string[] = []): Promise<Drilled> {
  return drillOn(bench, await planOn(bench, readExperiment('kong-us-east-1-isolated', set)));
}

const findings = ({ findings }: Result): readonly string[] => findings.map(({ id }) => id);

describe('a dark region, where retries are out of hand', () => {
  it('takes the survivor down by a retry storm, where nothing isolates it', async () => {
    const bench = openBench(STORMY);
    const { result } = await drilled(bench, ['method.1.isolate.to=off']);
    expect(result.outcome).toBe('aborted');
    expect(result.slis['retry-rate']?.peak).toBeGreaterThan(100);
    expect(result.slis['latency-p99']?.peak).toBeGreaterThan(400);
    const storm = result.findings.find(({ id }) => id === 'retry-storm');
    expect(storm?.evidence).toMatch(/\d+(\.\d+)? %.* instead of 0\.\d+ %/);
    expect(storm?.suggestion).toContain('isolate');
    expect(await isolationOf(bench)).toBe('off');
  });

  it('is served by the survivor without a storm, where it is isolated', async () => {
    const bench = openBench(STORMY);
    const { result } = await drilled(bench);
    expect(result.outcome).toBe('held');
    expect(result.slis['retry-rate']?.peak).toBeLessThan(1);
    expect(findings(result)).not.toContain('retry-storm');
    expect(await isolationOf(bench)).toBe('off');
  });

  it('calls no other region while it is isolated, and does again once that is lifted', async () => {
    const bench = openBench();
    const { result } = await drilled(bench);
    const points = result.slis['cross-region-calls']?.series.flatMap((one) => one.points) ?? [];
    const values = points.map(({ value }) => value ?? 0);
    const first = values.findIndex((value) => value > 100);
    // four minutes of a region whose every second member is a visitor, and not one call
    expect(first).toBeGreaterThan(values.length / 2);
  });
});

describe('what an abort puts back', () => {
  it('lifts the isolation before it sends traffic back, and after the region is whole', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('kong-us-east-1-isolated'));
    const order: string[] = [];
    bench.calls.listen(({ command, write, region }) => {
      if (write) order.push(`${command} ${region}`);
    });
    const { result } = await drillOn(bench, plan, (event) => event.type === 'step' && event.title.startsWith('hold'));
    expect(result.outcome).toBe('interrupted');
    const last = (start: string): number => order.findLastIndex((one) => one.startsWith(start));
    const lifted = last('PutParameterCommand us-west-2');
    expect(lifted).toBeGreaterThan(last('ReplaceNetworkAclAssociationCommand'));
    expect(lifted).toBeLessThan(last('ChangeResourceRecordSetsCommand'));
    expect(await isolationOf(bench)).toBe('off');
  });
});
