import {
  DescribeNetworkAclsCommand,
  CreateNetworkAclCommand,
  ReplaceNetworkAclAssociationCommand,
} from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  UpdateHealthCheckCommand,
  type Change,
  type HealthCheckConfig,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { EAST, MINUTE, openSmall, present, SECOND, WEST, type Small } from './small-world.js';

const CONFIG: HealthCheckConfig = {
  Type: 'HTTPS',
  FullyQualifiedDomainName: `api.${EAST}.small.example`,
  RequestInterval: 10,
  FailureThreshold: 3,
};

async function check({ route53 }: Small, config: Partial<HealthCheckConfig> = {}): Promise<string> {
  const HealthCheckConfig = { ...CONFIG, ...config };
  const CallerReference = JSON.stringify(config);
  const command = new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig });
  return present((await route53.send(command)).HealthCheck?.Id);
}

async function change({ route53, pass }: Small, ...Changes: Change[]): Promise<void> {
  const { HostedZones } = await route53.send(new ListHostedZonesCommand({}));
  const HostedZoneId = HostedZones?.[0]?.Id;
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  pass(5 * SECOND);
}

function recordOf(region: string, routing: Partial<ResourceRecordSet>): ResourceRecordSet {
  return {
    Name: 'api.small.example.',
    Type: 'CNAME',
    SetIdentifier: region,
    TTL: 60,
    ResourceRecords: [{ Value: `api.${region}.small.example` }],
    ...routing,
  };
}

const weighted = (region: string, HealthCheckId?: string): ResourceRecordSet =>
  recordOf(region, { Weight: 50, HealthCheckId });

function answers({ sim }: Small): Readonly<Record<string, number>> {
  return Object.fromEntries(sim.infra().answers.map(({ region, weight }) => [region, weight]));
}

/** Swaps the ACL of every subnet for one that denies all; what it gives puts them back. */
async function darken({ ec2 }: Small): Promise<() => Promise<void>> {
  const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand({}));
  const [before] = present(NetworkAcls);
  const { NetworkAcl } = await ec2.send(new CreateNetworkAclCommand({ VpcId: before?.VpcId }));
  const swap = async (AssociationId: string | undefined, NetworkAclId: string | undefined): Promise<string> => {
    const command = new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId });
    return present((await ec2.send(command)).NewAssociationId);
  };
  const swapped: string[] = [];
  for (const { NetworkAclAssociationId } of before?.Associations ?? [])
    swapped.push(await swap(NetworkAclAssociationId, NetworkAcl?.NetworkAclId));
  return async () => {
    for (const association of swapped) await swap(association, before?.NetworkAclId);
  };
}

describe('health check calls that are refused', () => {
  it('refuses an update of another version, and changes nothing', async () => {
    const small = openSmall();
    const { route53 } = small;
    const HealthCheckId = await check(small);
    await route53.send(new UpdateHealthCheckCommand({ HealthCheckId, HealthCheckVersion: 1, Disabled: true }));
    const stale = new UpdateHealthCheckCommand({ HealthCheckId, HealthCheckVersion: 1, Inverted: true });
    await expect(route53.send(stale)).rejects.toMatchObject({ name: 'HealthCheckVersionMismatch' });
    const { HealthCheck } = await route53.send(new GetHealthCheckCommand({ HealthCheckId }));
    expect(HealthCheck).toMatchObject({
      HealthCheckVersion: 2,
      HealthCheckConfig: { Disabled: true, Inverted: false },
    });
  });

  it('refuses a reference that is taken by other settings, and gives the same check for the same ones', async () => {
    const { route53 } = openSmall();
    const create = (FailureThreshold: number) =>
      route53.send(
        new CreateHealthCheckCommand({ CallerReference: 'one', HealthCheckConfig: { ...CONFIG, FailureThreshold } }),
      );
    const first = await create(2);
    expect((await create(2)).HealthCheck?.Id).toBe(first.HealthCheck?.Id);
    await expect(create(5)).rejects.toMatchObject({ name: 'HealthCheckAlreadyExists' });
  });

  it('refuses checks that are not there, also in records, and types that it does not know', async () => {
    const small = openSmall();
    const gone = { name: 'NoSuchHealthCheck' };
    await expect(small.route53.send(new GetHealthCheckCommand({ HealthCheckId: 'none' }))).rejects.toMatchObject(gone);
    const set = { Action: 'UPSERT', ResourceRecordSet: weighted(EAST, 'none') } as const;
    await expect(change(small, set)).rejects.toMatchObject(gone);
    await expect(check(small, { Type: 'CALCULATED' })).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('health checks', () => {
  it('lists them over any pages, and no longer those that are deleted', async () => {
    const small = openSmall({ pageSize: 1 });
    const { route53 } = small;
    const ids = [await check(small, { Port: 443 }), await check(small, { Port: 8443 })];
    const first = await route53.send(new ListHealthChecksCommand({}));
    const second = await route53.send(new ListHealthChecksCommand({ Marker: first.NextMarker }));
    expect([...present(first.HealthChecks), ...present(second.HealthChecks)].map(({ Id }) => Id)).toEqual(ids);
    await route53.send(new DeleteHealthCheckCommand({ HealthCheckId: ids[0] }));
    expect((await route53.send(new ListHealthChecksCommand({}))).HealthChecks).toMatchObject([{ Id: ids[1] }]);
  });

  it('takes a region that goes dark out of the answers after its threshold, and back once it is there', async () => {
    const small = openSmall();
    const HealthCheckId = await check(small);
    await change(small, { Action: 'UPSERT', ResourceRecordSet: weighted(EAST, HealthCheckId) });
    const light = await darken(small);
    small.pass(19 * SECOND);
    expect(answers(small)).toEqual({ [EAST]: 50, [WEST]: 50 });
    small.pass(11 * SECOND);
    expect(answers(small)).toEqual({ [EAST]: 0, [WEST]: 50 });
    const status = await small.route53.send(new GetHealthCheckStatusCommand({ HealthCheckId }));
    expect(status.HealthCheckObservations?.[0]?.StatusReport?.Status).toMatch(/^Failure/);
    await light();
    small.pass(30 * SECOND);
    expect(answers(small)).toEqual({ [EAST]: 50, [WEST]: 50 });
  });

  it('forgets failures that end before the threshold', async () => {
    const small = openSmall();
    const HealthCheckId = await check(small);
    await change(small, { Action: 'UPSERT', ResourceRecordSet: weighted(EAST, HealthCheckId) });
    const light = await darken(small);
    small.pass(15 * SECOND);
    await light();
    small.pass(5 * MINUTE);
    expect(answers(small)).toEqual({ [EAST]: 50, [WEST]: 50 });
  });

  it('takes a region out when its check is inverted, and answers with all where none is healthy', async () => {
    const small = openSmall();
    const ids = [await check(small), await check(small, { FullyQualifiedDomainName: `api.${WEST}.small.example` })];
    await change(
      small,
      { Action: 'UPSERT', ResourceRecordSet: weighted(EAST, ids[0]) },
      { Action: 'UPSERT', ResourceRecordSet: weighted(WEST, ids[1]) },
    );
    const invert = (HealthCheckId: string | undefined) =>
      small.route53.send(new UpdateHealthCheckCommand({ HealthCheckId, Inverted: true }));
    await invert(ids[0]);
    expect(answers(small)).toEqual({ [EAST]: 0, [WEST]: 50 });
    await invert(ids[1]);
    expect(answers(small)).toEqual({ [EAST]: 50, [WEST]: 50 });
  });

  it('takes a disabled check for healthy, and one that is inverted too for unhealthy', async () => {
    const small = openSmall();
    const HealthCheckId = await check(small, { Disabled: true });
    await change(small, { Action: 'UPSERT', ResourceRecordSet: weighted(EAST, HealthCheckId) });
    await darken(small);
    small.pass(5 * MINUTE);
    expect(answers(small)).toEqual({ [EAST]: 50, [WEST]: 50 });
    await small.route53.send(new UpdateHealthCheckCommand({ HealthCheckId, Inverted: true }));
    expect(answers(small)).toEqual({ [EAST]: 0, [WEST]: 50 });
  });
});

describe('failover records', () => {
  async function failover(small: Small): Promise<void> {
    const HealthCheckId = await check(small);
    const { HostedZones } = await small.route53.send(new ListHostedZonesCommand({}));
    const HostedZoneId = HostedZones?.[0]?.Id;
    const { ResourceRecordSets } = await small.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
    const old = present(ResourceRecordSets).filter(({ SetIdentifier }) => SetIdentifier !== undefined);
    await change(small, ...old.map((set): Change => ({ Action: 'DELETE', ResourceRecordSet: set })));
    await change(
      small,
      { Action: 'CREATE', ResourceRecordSet: recordOf(EAST, { Failover: 'PRIMARY', HealthCheckId }) },
      { Action: 'CREATE', ResourceRecordSet: recordOf(WEST, { Failover: 'SECONDARY' }) },
    );
  }

  it('answers with the primary, and with the secondary while the primary is dark', async () => {
    const small = openSmall();
    await failover(small);
    expect(answers(small)).toEqual({ [EAST]: 1, [WEST]: 0 });
    const light = await darken(small);
    small.pass(30 * SECOND);
    expect(answers(small)).toEqual({ [EAST]: 0, [WEST]: 1 });
    await light();
    small.pass(30 * SECOND);
    expect(answers(small)).toEqual({ [EAST]: 1, [WEST]: 0 });
  });
});
