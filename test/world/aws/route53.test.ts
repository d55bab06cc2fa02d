import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourcesCommand,
  type Change,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { EAST, openSmall, present, SECOND, WEST, type Small } from './small-world.js';

const NAME = 'api.small.example.';

async function zoneId(route53: Route53Client): Promise<string> {
  const { HostedZones } = await route53.send(new ListHostedZonesCommand({}));
  return present(HostedZones?.[0]?.Id);
}

async function records(route53: Route53Client): Promise<readonly ResourceRecordSet[]> {
  const HostedZoneId = await zoneId(route53);
  const all: ResourceRecordSet[] = [];
  let from = {};
  for (;;) {
    const page = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId, ...from }));
    all.push(...present(page.ResourceRecordSets));
    if (!page.IsTruncated) return all;
    from = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
}

async function weights(route53: Route53Client): Promise<readonly (number | undefined)[]> {
  return (await records(route53)).filter((record) => record.Name === NAME).map((record) => record.Weight);
}

function weighted(region: string, Weight: number): ResourceRecordSet {
  return {
    Name: NAME,
    Type: 'CNAME',
    SetIdentifier: region,
    Weight,
    TTL: 60,
    ResourceRecords: [{ Value: `api.${region}.small.example` }],
  };
}

async function change(route53: Route53Client, ...Changes: Change[]): Promise<string> {
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId: await zoneId(route53),
    ChangeBatch: { Changes },
  });
  const { ChangeInfo } = await route53.send(command);
  return present(ChangeInfo?.Id);
}

function answers({ sim }: Small): readonly number[] {
  return sim.infra().answers.map((answer) => answer.weight);
}

describe('record changes that are refused', () => {
  it.each([
    ['a weight above 255', { Action: 'UPSERT', ResourceRecordSet: weighted(EAST, 256) }],
    ['creating what is there', { Action: 'CREATE', ResourceRecordSet: weighted(EAST, 50) }],
    ['deleting what is not there', { Action: 'DELETE', ResourceRecordSet: weighted('eu-west-1', 50) }],
    ['deleting what has other values', { Action: 'DELETE', ResourceRecordSet: weighted(EAST, 1) }],
    [
      'a name of another zone',
      { Action: 'UPSERT', ResourceRecordSet: { ...weighted(EAST, 1), Name: 'api.other.example' } },
    ],
    [
      'a weight without a set identifier',
      { Action: 'UPSERT', ResourceRecordSet: { ...weighted(EAST, 1), SetIdentifier: undefined } },
    ],
  ] satisfies [string, Change][])('refuses %s, and with it the whole batch', async (_what, wrong) => {
    const { route53 } = openSmall();
    const right: Change = { Action: 'UPSERT', ResourceRecordSet: weighted(WEST, 100) };
    await expect(change(route53, right, wrong)).rejects.toMatchObject({ name: 'InvalidChangeBatch' });
    expect(await weights(route53)).toEqual([50, 50]);
  });

  it('refuses a zone that is not there', async () => {
    const { route53 } = openSmall();
    const command = new ListResourceRecordSetsCommand({ HostedZoneId: 'Z0' });
    await expect(route53.send(command)).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('refuses a sixth call within a second', async () => {
    const { route53, pass } = openSmall({ throttle: { Route53: { burst: 5, perSecond: 5 } } });
    for (let i = 0; i < 5; i++) await zoneId(route53);
    await expect(zoneId(route53)).rejects.toMatchObject({ name: 'Throttling' });
    pass(200);
    await expect(zoneId(route53)).resolves.toMatch(/^\/hostedzone\/Z/);
  });
});

describe('records', () => {
  it('lists a zone with its own records and the weighted ones, over any pages', async () => {
    const whole = await records(openSmall().route53);
    expect(whole.map((record) => `${record.Type ?? ''} ${record.SetIdentifier ?? ''}`)).toEqual([
      'NS ',
      'SOA ',
      `CNAME ${EAST}`,
      `CNAME ${WEST}`,
    ]);
    expect(whole[2]).toEqual(weighted(EAST, 50));
    expect(await records(openSmall({ pageSize: 1 }).route53)).toEqual(whole);
  });

  it("tells a zone's tags by its bare id", async () => {
    const { route53 } = openSmall();
    const id = (await zoneId(route53)).replace('/hostedzone/', '');
    const { ResourceTagSets } = await route53.send(
      new ListTagsForResourcesCommand({ ResourceType: 'hostedzone', ResourceIds: [id] }),
    );
    expect(ResourceTagSets).toMatchObject([{ ResourceId: id, Tags: [{ Key: 'Name', Value: 'small.example' }] }]);
  });

  it('answers the new weights to callers at once, to resolvers when the change is in sync', async () => {
    const small = openSmall();
    const { route53, pass } = small;
    const id = await change(
      route53,
      { Action: 'UPSERT', ResourceRecordSet: weighted(EAST, 0) },
      { Action: 'UPSERT', ResourceRecordSet: weighted(WEST, 100) },
    );
    const status = async () => (await route53.send(new GetChangeCommand({ Id: id }))).ChangeInfo?.Status;
    expect(await weights(route53)).toEqual([0, 100]);
    expect(answers(small)).toEqual([50, 50]);
    expect(await status()).toBe('PENDING');
    const { version } = small.sim.infra();
    pass(5 * SECOND);
    expect(await status()).toBe('INSYNC');
    expect(answers(small)).toEqual([0, 100]);
    expect(small.sim.infra().version).toBe(version + 1);
  });

  it('replaces a record within one batch', async () => {
    const { route53 } = openSmall();
    await change(
      route53,
      { Action: 'DELETE', ResourceRecordSet: weighted(EAST, 50) },
      { Action: 'CREATE', ResourceRecordSet: weighted(EAST, 7) },
    );
    expect(await weights(route53)).toEqual([7, 50]);
  });
});
