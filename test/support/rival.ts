import { ChangeResourceRecordSetsCommand, ListHostedZonesCommand, type Change } from '@aws-sdk/client-route-53';
import { makeClients } from '../../src/aws/clients.js';
import type { Cloud } from '../../src/aws/cloud.js';
import { answerFrom } from '../../src/world/aws/middleware.js';
import type { Bench } from './sim-drill.js';

/** The same world without kong's rules: somebody else's clients. */
export function rivalOf({ sim, clock }: Bench): Cloud {
  return makeClients({
    endpoint: undefined,
    profile: undefined,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    install: (stack, region) => answerFrom(stack, region, sim, clock),
  });
}

/** Changes records of the world's first hosted zone, whose id it answers. */
export async function changeRecords(cloud: Cloud, changes: readonly Change[]): Promise<string> {
  const { HostedZones = [] } = await cloud.route53().send(new ListHostedZonesCommand({}));
  const id = (HostedZones[0]?.Id ?? '').replace('/hostedzone/', '');
  const ChangeBatch = { Changes: [...changes] };
  await cloud.route53().send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch }));
  return id;
}
