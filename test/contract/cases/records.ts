import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { expect } from 'vitest';
import { readRecordSets } from '../../../src/inventory/read-records.js';
import { eventually, refusal, there } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { API, EAST, WEST, ZONE } from '../contract-world.js';

const answer = (region: string, weight: number, name: string = API): ResourceRecordSet => ({
  Name: name,
  Type: 'CNAME',
  SetIdentifier: region,
  Weight: weight,
  TTL: 60,
  ResourceRecords: [{ Value: `api.${region}.small.example` }],
});

/** A name that is answered by load balancers. */
export const WWW = `www.${ZONE}`;

/** A weighted alias of a load balancer, whose health counts. */
export const aliasTo = (region: string, weight: number): ResourceRecordSet => ({
  Name: WWW,
  Type: 'A',
  SetIdentifier: region,
  Weight: weight,
  AliasTarget: {
    HostedZoneId: 'Z35SXDOTRQ7X7K',
    DNSName: `dualstack.web-1234567890.${region}.elb.amazonaws.com.`,
    EvaluateTargetHealth: true,
  },
});

const upsert = (set: ResourceRecordSet): Change => ({ Action: 'UPSERT', ResourceRecordSet: set });

async function change(cloud: CloudUnderTest, ...changes: readonly Change[]): Promise<string> {
  const batch = { HostedZoneId: await cloud.zone(), ChangeBatch: { Changes: [...changes] } };
  const { ChangeInfo } = await cloud.aws.route53().send(new ChangeResourceRecordSetsCommand(batch));
  return ChangeInfo?.Id ?? '';
}

/** The weights of the name, by set identifier. */
async function weights(cloud: CloudUnderTest): Promise<Readonly<Record<string, number | undefined>>> {
  const sets = await readRecordSets(await cloud.zone(), cloud.aws);
  const own = sets.filter((set) => set.Name === `${API}.` && set.Type === 'CNAME');
  return Object.fromEntries(own.map((set) => [set.SetIdentifier ?? '', set.Weight]));
}

const EVEN = { [EAST]: 50, [WEST]: 50 };

/** What shifting traffic, and putting it back, rests on. */
export const recordCases = casesOf('records', [
  {
    id: 'records/unknown-zone',
    title: 'a zone that does not exist is neither read nor written',
    async run(cloud) {
      await cloud.zone();
      const HostedZoneId = 'Z0000000000000NOBODY';
      const list = new ListResourceRecordSetsCommand({ HostedZoneId });
      expect(await refusal(cloud.aws.route53().send(list))).toBe('NoSuchHostedZone');
      const write = new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: { Changes: [upsert(answer(EAST, 0))] },
      });
      expect(await refusal(cloud.aws.route53().send(write))).toBe('NoSuchHostedZone');
    },
  },
  {
    id: 'records/weight-too-high',
    title: 'a weight above 255 is refused',
    async run(cloud) {
      expect(await refusal(change(cloud, upsert(answer(EAST, 256))))).not.toBe('not refused');
      expect(await weights(cloud)).toEqual(EVEN);
    },
  },
  {
    id: 'records/transaction',
    title: 'a batch with one change that can not be is refused as a whole',
    async run(cloud) {
      const gone: Change = { Action: 'DELETE', ResourceRecordSet: answer('nowhere', 1, `old.${ZONE}`) };
      expect(await refusal(change(cloud, upsert(answer(EAST, 0)), gone))).not.toBe('not refused');
      expect(await weights(cloud)).toEqual(EVEN);
    },
  },
  {
    id: 'records/delete-absent',
    title: 'a record that is not there is not deleted',
    async run(cloud) {
      const gone: Change = { Action: 'DELETE', ResourceRecordSet: answer('nowhere', 1, `old.${ZONE}`) };
      expect(await refusal(change(cloud, gone))).toBe('InvalidChangeBatch');
    },
  },
  {
    id: 'records/create-twice',
    title: 'a record that is there is not created again',
    async run(cloud) {
      const again: Change = { Action: 'CREATE', ResourceRecordSet: answer(EAST, 1) };
      expect(await refusal(change(cloud, again))).toBe('InvalidChangeBatch');
      expect(await weights(cloud)).toEqual(EVEN);
    },
  },
  {
    id: 'records/other-zone-name',
    title: 'a name outside of its zone is refused',
    async run(cloud) {
      const stranger = change(cloud, upsert(answer(EAST, 1, 'api.elsewhere.example')));
      expect(await refusal(stranger)).toBe('InvalidChangeBatch');
    },
  },
  {
    id: 'records/weights',
    title: 'an UPSERT sets the weight of one answer and leaves the other',
    async run(cloud) {
      expect(await weights(cloud)).toEqual(EVEN);
      await change(cloud, upsert(answer(EAST, 0)));
      expect(await weights(cloud)).toEqual({ [EAST]: 0, [WEST]: 50 });
      await change(cloud, upsert(answer(EAST, 0)));
      expect(await weights(cloud)).toEqual({ [EAST]: 0, [WEST]: 50 });
    },
  },
  {
    id: 'records/batch',
    title: 'two weights change in one batch, up to 255',
    async run(cloud) {
      await change(cloud, upsert(answer(EAST, 0)), upsert(answer(WEST, 255)));
      expect(await weights(cloud)).toEqual({ [EAST]: 0, [WEST]: 255 });
    },
  },
  {
    id: 'records/whole',
    title: 'a record is read whole, its name with the final dot, and can be sent back as it was read',
    async run(cloud) {
      const sets = await readRecordSets(await cloud.zone(), cloud.aws);
      const set = there(sets.find((one) => one.SetIdentifier === EAST));
      expect(set).toEqual({ ...answer(EAST, 50), Name: `${API}.` });
      await change(cloud, upsert({ ...set, Weight: 7 }));
      expect(await weights(cloud)).toEqual({ [EAST]: 7, [WEST]: 50 });
    },
  },
  {
    id: 'records/alias',
    title: 'a weighted alias is read with its target and whether its health counts, and can be sent back',
    async run(cloud) {
      await change(cloud, { Action: 'CREATE', ResourceRecordSet: aliasTo(EAST, 30) });
      const read = async (): Promise<ResourceRecordSet> => {
        const sets = await readRecordSets(await cloud.zone(), cloud.aws);
        return there(sets.find((one) => one.Name === `${WWW}.`));
      };
      const set = await read();
      expect(set).toEqual({ ...aliasTo(EAST, 30), Name: `${WWW}.` });
      await change(cloud, upsert({ ...set, Weight: 0 }));
      expect(await read()).toEqual({ ...aliasTo(EAST, 0), Name: `${WWW}.` });
    },
  },
  {
    id: 'records/delete',
    title: 'a record is deleted by its exact value',
    async run(cloud) {
      await cloud.zone();
      await change(cloud, { Action: 'DELETE', ResourceRecordSet: answer(EAST, 50) });
      expect(await weights(cloud)).toEqual({ [WEST]: 50 });
    },
  },
  {
    id: 'records/delete-other-value',
    title: 'a record is not deleted by a value that it does not have',
    async run(cloud) {
      const old: Change = { Action: 'DELETE', ResourceRecordSet: answer(EAST, 49) };
      expect(await refusal(change(cloud, old))).toBe('InvalidChangeBatch');
      expect(await weights(cloud)).toEqual(EVEN);
    },
  },
  {
    id: 'records/in-sync',
    title: 'a change is in sync after a while',
    async run(cloud) {
      const id = await change(cloud, upsert(answer(EAST, 1)));
      const read = async (): Promise<string | undefined> =>
        (await cloud.aws.route53().send(new GetChangeCommand({ Id: id }))).ChangeInfo?.Status;
      expect(await eventually(cloud, read, (status) => status === 'INSYNC')).toBe('INSYNC');
    },
  },
  {
    id: 'records/zone-listed',
    title: 'a hosted zone is listed by its name, with its id',
    async run(cloud) {
      const id = await cloud.zone();
      const { HostedZones = [] } = await cloud.aws.route53().send(new ListHostedZonesCommand({}));
      const zone = HostedZones.find((one) => one.Name === `${ZONE}.`);
      expect(zone?.Id).toBe(`/hostedzone/${id}`);
    },
  },
  {
    id: 'records/pages',
    title: 'a listing that is cut goes on by name, type and set identifier',
    async run(cloud) {
      await change(cloud, ...[1, 2, 3].map((n) => upsert(answer(EAST, n, `n${n}.${ZONE}`))));
      const seen: string[] = [];
      let next: object | undefined = {};
      while (next) {
        const page: object = next;
        const list = new ListResourceRecordSetsCommand({ HostedZoneId: await cloud.zone(), MaxItems: 1, ...page });
        const part = await cloud.aws.route53().send(list);
        expect(part.ResourceRecordSets).toHaveLength(1);
        seen.push(...(part.ResourceRecordSets ?? []).map((set) => `${set.Name} ${set.Type} ${set.SetIdentifier ?? ''}`));
        next = part.IsTruncated
          ? {
              StartRecordName: part.NextRecordName,
              StartRecordType: part.NextRecordType,
              StartRecordIdentifier: part.NextRecordIdentifier,
            }
          : undefined;
        if (seen.length > 20) break;
      }
      // SOA and NS of the zone, two answers of the name, and the three
      expect(seen).toHaveLength(7);
      expect(new Set(seen).size).toBe(7);
    },
  },
]);
