import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  ListHostedZonesCommand,
} from '@aws-sdk/client-route-53';
import type { Cloud } from '../../aws/cloud.js';
import type { World, WorldDomain } from '../world.js';

/** A world's hosted zones and weighted records; existing zones are used, their records set to the world's weights. */
export async function seedRecords(world: World, cloud: Cloud): Promise<void> {
  const zones = await zoneIds(cloud);
  for (const zone of [...new Set(world.domains.map((domain) => domain.zone))]) {
    const id = zones.get(zone) ?? (await createZone(world, zone, cloud));
    const domains = world.domains.filter((domain) => domain.zone === zone);
    await cloud.route53().send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: id,
        ChangeBatch: {
          Changes: domains.flatMap(recordsOf).map((set) => ({ Action: 'UPSERT' as const, ResourceRecordSet: set })),
        },
      }),
    );
  }
}

/** Zone name without its dot, to id. */
export async function zoneIds(cloud: Cloud): Promise<ReadonlyMap<string, string>> {
  const answer = await cloud.route53().send(new ListHostedZonesCommand({}));
  return new Map(
    (answer.HostedZones ?? []).map((zone) => [
      (zone.Name ?? '').replace(/\.$/, ''),
      (zone.Id ?? '').replace('/hostedzone/', ''),
    ]),
  );
}

async function createZone(world: World, zone: string, cloud: Cloud): Promise<string> {
  const made = await cloud
    .route53()
    .send(new CreateHostedZoneCommand({ Name: zone, CallerReference: `kong-${world.name}-${zone}` }));
  const id = (made.HostedZone?.Id ?? '').replace('/hostedzone/', '');
  await cloud.route53().send(
    new ChangeTagsForResourceCommand({
      ResourceType: 'hostedzone',
      ResourceId: id,
      AddTags: [{ Key: 'kong:opt-in', Value: 'true' }],
    }),
  );
  return id;
}

/** A domain's answers as weighted records. */
export function recordsOf(domain: WorldDomain): readonly RecordSet[] {
  return domain.answers.map(({ region, target, weight }) => ({
    Name: domain.name,
    Type: 'CNAME',
    SetIdentifier: region,
    Weight: weight,
    TTL: domain.ttlSeconds,
    ResourceRecords: [{ Value: target }],
  }));
}

interface RecordSet {
  readonly Name: string;
  readonly Type: 'CNAME';
  readonly SetIdentifier: string;
  readonly Weight: number;
  readonly TTL: number;
  readonly ResourceRecords: { readonly Value: string }[];
}
