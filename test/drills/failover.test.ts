import { GetHealthCheckCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import type { Cloud } from '../../src/aws/cloud.js';
import { activePassive } from '../support/active-passive.js';
import { drillOn, openBench, planOn, readExperiment } from '../support/sim-drill.js';

async function settingsOf(rival: Cloud, check: string): Promise<unknown> {
  const { HealthCheck } = await rival.route53().send(new GetHealthCheckCommand({ HealthCheckId: check }));
  return HealthCheck?.HealthCheckConfig;
}

describe('a shift over failover records', () => {
  it('takes the primary down by decree, stays so while its endpoint is dark, and gives its check back', async () => {
    // one region can carry it alone
    const bench = openBench({ set: ['traffic.populations.americas.peakRps=4500'] });
    const { rival, check } = await activePassive(bench);
    // us-east-1 has to grow to all of the traffic first
    await bench.clock.sleep(20 * 60_000);
    const plan = await planOn(
      bench,
      readExperiment('kong-us-east-1-prewarmed', ['blastRadius.limits.share=80%', 'method.0.prewarm.capacity=300%']),
    );
    const before = await settingsOf(rival, check);
    const changes = plan.steps.flatMap(({ batches }) => batches.flat());
    expect(changes.filter((one) => one.attribute === 'healthCheck.forced')).toHaveLength(2);
    let during: Promise<unknown> | undefined;
    let answers: readonly string[] = [];
    const { result } = await drillOn(bench, plan, (event) => {
      if (event.type === 'step' && event.title.startsWith('restore')) {
        during = settingsOf(rival, check);
        answers = bench.sim
          .look()
          .infra.answers.filter(({ domain, weight }) => domain === 'api.streaming.example' && weight > 0)
          .map(({ region }) => region);
      }
      return false;
    });
    expect(await during).toMatchObject({ Disabled: true, Inverted: true });
    expect(answers).toEqual(['us-west-2']);
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(await settingsOf(rival, check)).toEqual(before);
  });
});
