import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import type { Cloud } from '../../src/aws/cloud.js';
import { rivalOf } from './rival.js';
import { REGIONS, type Bench } from './sim-drill.js';

/** Makes failover pairs of all weighted records: us-east-1 leads, and us-west-2 stands by. */
export async function activePassive(bench: Bench): Promise<{ readonly rival: Cloud; readonly check: string }> {
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
