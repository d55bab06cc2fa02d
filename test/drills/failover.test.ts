import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  GetHealthCheckCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { makeClients } from '../../src/aws/clients.js';
import type { Cloud } from '../../src/aws/cloud.js';
import { answerFrom } from '../../src/world/aws/middleware.js';
import { drillOn, openBench, planOn, readExperiment, REGIONS, type Bench } from '../support/sim-drill.js';

/** The same world without kong's rules: somebody else's clients. */
function rivalOf({ sim, clock }: Bench): Cloud {
  return makeClients({
    endpoint: undefined,
    profile: undefined,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    install: (stack, region) => answerFrom(stack, region, sim, clock),
  });
}

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
    const weighted = ResourceRecordSets.filter((set) => set.Weight !== undefined);
    const deleted = weighted.map((set) => ({ Action: 'DELETE' as const, ResourceRecordSet: set }));
    const paired = weighted
      .filter((set) => REGIONS.includes(set.SetIdentifier ?? ''))
      .map(({ Weight: _weight, ...set }) => {
        const isFirst = set.SetIdentifier === 'us-east-1';
        const role = isFirst ? { Failover: 'PRIMARY' as const, HealthCheckId: check } : { Failover: 'SECONDARY' as const };
        return { Action: 'CREATE' as const, ResourceRecordSet: { ...set, ...role } };
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
    const bench = openBench();
    const { rival, check } = await activePassive(bench);
    await bench.clock.sleep(60_000);
    const plan = await planOn(bench, readExperiment('kong-us-east-1'));
    const before = await settingsOf(rival, check);
    const forced = plan.steps.flatMap(({ batches }) => batches.flat()).filter((one) => one.attribute === 'healthCheck.forced');
    expect(forced).toHaveLength(2);
    let during: Promise<unknown> | undefined;
    let answers: readonly unknown[] = [];
    const { result } = await drillOn(bench, plan, (event) => {
      if (event.type === 'step' && event.title.startsWith('restore')) {
        during = settingsOf(rival, check);
        answers = bench.sim.look().infra.answers.filter(({ weight }) => weight > 0);
      }
      return false;
    });
    expect(await during).toMatchObject({ Disabled: true, Inverted: true });
    expect(answers.length).toBeGreaterThan(0);
    expect(answers).toEqual(answers.map(() => expect.objectContaining({ region: 'us-west-2' })));
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(await settingsOf(rival, check)).toEqual(before);
  });
});
