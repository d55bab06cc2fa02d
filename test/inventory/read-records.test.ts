import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { weightedRecords } from '../../src/inventory/read-records.js';
import type { Inventory } from '../../src/model/inventory.js';
import { movableRecords } from '../../src/plan/shift.js';
import { recordInventory } from '../support/record-inventory.js';

const REGIONS = ['us-east-1', 'us-west-2'];
const alias = (host: string): Pick<ResourceRecordSet, 'AliasTarget'> => ({
  AliasTarget: { HostedZoneId: 'Z35SXDOTRQ7X7K', DNSName: host, EvaluateTargetHealth: true },
});

function inventoryOf(sets: readonly ResourceRecordSet[]): Inventory {
  const zonesLeftAlone = [{ what: 'hosted zone other.example', why: 'carries the tag kong:protect' }];
  return { ...recordInventory(sets), zonesLeftAlone };
}

function leftAlone(...sets: readonly ResourceRecordSet[]): readonly string[] {
  const select = { tags: {}, groups: [], domains: [] };
  const { leftAlone: left } = movableRecords('us-east-1', ['us-west-2'], inventoryOf(sets), select);
  return left.map(({ what, why }) => `${what} ${why}`);
}

describe('records that a shift does not move', () => {
  const east = {
    Name: 'api.example.com.',
    Type: 'A',
    SetIdentifier: 'one',
    ...alias('lb-1.us-east-1.elb.amazonaws.com.'),
  } as const;
  const weightsAlone = 'a shift moves weights and failover primaries alone';

  it.each([
    ['chosen by latency', { Region: 'us-east-1' }],
    ["chosen by the member's place", { GeoLocation: { CountryCode: 'US' } }],
    ['chosen by the distance to the member', { GeoProximityLocation: { AWSRegion: 'us-east-1' } }],
    ['one of several answers at once', { MultiValueAnswer: true }],
    ["chosen by the member's network", { CidrRoutingConfig: { CollectionId: 'c', LocationName: 'l' } }],
    ['the one answer of its name', { SetIdentifier: undefined }],
  ] satisfies [string, Partial<ResourceRecordSet>][])('are told: %s', (why, policy) => {
    expect(leftAlone({ ...east, ...policy }).join()).toContain(`is ${why}: ${weightsAlone}`);
  });

  it('are those of a traffic policy, which Route 53 does not let anybody change', () => {
    const left = leftAlone({ ...east, Weight: 10, TrafficPolicyInstanceId: 't' });
    expect(left.join()).toContain('belongs to a traffic policy');
  });

  it('are primaries whose health check fails something else as well', () => {
    const primary = { ...east, Failover: 'PRIMARY', HealthCheckId: 'h1' } as const;
    const other = { ...east, Name: 'www.example.com.', Weight: 1, HealthCheckId: 'h1' };
    expect(leftAlone(primary, other).join()).toContain(
      'is failed by a health check that is also that of www.example.com',
    );
  });

  it('are not a name of the region itself, nor what leads nowhere', () => {
    const regional = {
      Name: 'edge.us-east-1.example.com.',
      Type: 'A',
      ...alias('lb-1.us-east-1.elb.amazonaws.com.'),
    } as const;
    const text: ResourceRecordSet = {
      Name: 'example.com.',
      Type: 'TXT',
      TTL: 60,
      ResourceRecords: [{ Value: '"x.us-east-1.y"' }],
    };
    expect(leftAlone(regional, text)).toEqual(['hosted zone other.example carries the tag kong:protect']);
  });
});

describe('the region of an alias', () => {
  it.each([
    ['dualstack.web-123.us-east-1.elb.amazonaws.com.', 'us-east-1'],
    ['net-0a1.elb.us-west-2.amazonaws.com.', 'us-west-2'],
    ['d-abc.execute-api.us-east-1.amazonaws.com.', 'us-east-1'],
    ['d123.cloudfront.net.', undefined],
  ])('%s is %s', (host, region) => {
    const set: ResourceRecordSet = { Name: 'a.example.com.', Type: 'A', SetIdentifier: 'x', Weight: 1, ...alias(host) };
    expect(weightedRecords('Z1', [set], REGIONS)).toMatchObject([{ region, weight: 1 }]);
  });
});
