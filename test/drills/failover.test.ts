import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  GetHealthCheckCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import type { Cloud } from '../../src/aws/cloud.js';
import { rivalOf } from '../support/rival.js';
import { drillOn, openBench, planOn, readExperiment, REGIONS, type Bench } from '../support/sim-drill.js';

/** Makes failover pairs of all weighted records: us-east-1 leads, and us-west-2 stands by. */
async function activePassive(bench: Bench): Promise<{ readonly rival: Cloud; readonly check: string }> {
  const rival = rivalOf(bench);
  const route53 = rival.route53();
  const endpoint = { Type: 'HTTPS', FullyQualifiedDomainName: 'edge.us-east-1.example.com' } as const;
  const { HealthCheck } = await route53.send(
    new CreateHealthCheckCommand({ CallerReference: 'test', HealthCheckConfig: { ...endpoint, RequestInterval: 10 } }),
  );
  const check = HealthCheck?.Id ?? '';
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}));
  for (const { Id } of HostedZones) {
    const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }));
    const led = new Set(ResourceRecordSets.flatMap((set) => (set.SetIdentifier === 'us-east-1' ? [set.Name] : [])));
    const weighted = ResourceRecordSets.filter((set) => set.Weight !== undefined && led.has(set.Name));
    const deleted = weighted.map((set) => ({ Action: 'DELETE' as const, ResourceRecordSet: set }));
    const paired = weighted
      .filter((set) => REGIONS.includes(set.SetIdentifier ?? ''))
      .map((set) => {
        const leads = set.SetIdentifier === 'us-east-1';
        const role = leads
          ? ({ Failover: 'PRIMARY', HealthCheckId: check } as const)
          : ({ Failover: 'SECONDARY' } as const);
        return { Action: 'CREATE' as const, ResourceRecordSet: { ...set, Weight: undefined, ...role } };
      });
    if (weighted.length === 0) continue;
    const ChangeBatch = { Changes: [...deleted, ...paired] };
    await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: Id, ChangeBatch }));
  }
  return { rival, check };
}

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
