import { UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { permitFor } from '../../src/aws/guard.js';
import type { Write, WriteContext, WriteOutcome } from '../../src/changes/driver.js';
import { driverOf } from '../../src/changes/registry.js';
import { batchesOf } from '../../src/changes/stages.js';
import { recordId } from '../../src/inventory/read-records.js';
import type { AttributeKind } from '../../src/model/change.js';
import type { Inventory } from '../../src/model/inventory.js';
import type { Json } from '../../src/model/json.js';
import type { ResourceRef } from '../../src/model/resource.js';
import { Lab, type ProcessCall } from '../crash/lab.js';
import { inventoryIn } from '../crash/snapshot.js';

const RUN = '20260101T000000Z-driver';

interface Bench {
  readonly lab: Lab;
  readonly context: WriteContext;
  readonly calls: readonly ProcessCall[];
  readonly inventory: Inventory;
}

/** A world whose answers have at most two items a page. */
async function bench(): Promise<Bench> {
  const lab = new Lab({ pageSize: 2, throttle: {} });
  const inventory = await inventoryIn(lab.process().cloud, lab.world);
  const calls: ProcessCall[] = [];
  const { cloud } = lab.process((call, answer) => {
    calls.push(call);
    return answer();
  });
  const permit = permitFor({ changes: ['c'] }, new AbortController().signal);
  const expiresAt = '2026-03-07T00:00:00.000Z';
  return { lab, inventory, calls, context: { cloud, run: RUN, created: new Map(), permit, expiresAt } };
}

function undoOf(resource: ResourceRef, before: Json, after: Json): Write {
  return { change: resource.id, resource, before, after, memo: null, to: 'before' };
}

function succeeded(outcomes: readonly WriteOutcome[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(outcomes.map(({ change, ok }) => [change, ok]));
}

function subnetsOf({ inventory }: Bench): readonly ResourceRef[] {
  return inventory.regions.flatMap(({ region, subnets }) => subnets.map(({ id }) => ({ type: 'subnet', region, id })));
}

function instancesOf({ inventory }: Bench): readonly ResourceRef[] {
  return inventory.regions.flatMap(({ region, instances }) =>
    instances.map(({ id }) => ({ type: 'instance', region, id })),
  );
}

function recordsOf({ inventory }: Bench): readonly ResourceRef[] {
  return inventory.records.map((record) => ({ type: 'record', region: 'global', id: recordId(record) }));
}

function groupsOf({ inventory }: Bench): readonly ResourceRef[] {
  return inventory.regions.flatMap(({ region, groups }) =>
    groups.map(({ name }) => ({ type: 'asg', region, id: name })),
  );
}

function reads({ calls }: Bench): readonly unknown[] {
  return calls.filter((call) => call.command.startsWith('Describe'));
}

/** Ids that look real and are not. */
function missing(like: ResourceRef, count: number): readonly ResourceRef[] {
  return Array.from({ length: count }, (_, i) => ({ ...like, id: `${like.id}-gone-${i}` }));
}

function nth<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}

describe('a driver', () => {
  const kinds: readonly (readonly [AttributeKind, (from: Bench) => readonly ResourceRef[]])[] = [
    ['subnet.networkAcl', subnetsOf],
    ['instance.state', instancesOf],
    ['record.weight', recordsOf],
    ['asg.minSize', (from) => groupsOf(from).slice(0, 3)],
    ['asg.suspendedProcesses', (from) => groupsOf(from).slice(0, 3)],
    ['asg.desiredCapacity', (from) => groupsOf(from).slice(0, 3)],
  ];

  it.each(kinds)('of %s reads all pages, and leaves out what is not there', async (kind, resources) => {
    const at = await bench();
    const there = resources(at);
    const read = await driverOf(kind).readMany([...missing(nth(there, 0), 3), ...there], at.context);
    expect([...read.keys()].sort()).toEqual(there.map((one) => one.id).sort());
  });

  it('of instance.state reads any number of instances of a zone from its listing of states', async () => {
    const at = await bench();
    const last = nth(instancesOf(at), 0);
    const driver = driverOf('instance.state');
    expect([...(await driver.readMany([...missing(last, 250), last], at.context))]).toEqual([[last.id, 'running']]);
    const pages = reads(at).length;
    await driver.readMany([...missing(last, 1_450), last], at.context);
    expect(reads(at)).toHaveLength(2 * pages);
  });

  it('of subnet.networkAcl reads any number of subnets with one listing', async () => {
    const at = await bench();
    const last = nth(subnetsOf(at), 0);
    const read = await driverOf('subnet.networkAcl').readMany([...missing(last, 450), last], at.context);
    expect([...read.keys()]).toEqual([last.id]);
    expect(reads(at)).toHaveLength(1);
  });

  it.each([
    ['asg.subnets', 'asg.suspendedProcesses', groupsOf],
    ['subnet.networkAcl', 'networkAcl.exists', subnetsOf],
  ] as const)('of %s shares a listing with %s within a look, and reads again in the next', async (one, other, of) => {
    const at = await bench();
    const resources = of(at).filter(({ region }) => region === 'us-east-1');
    await driverOf(one).readMany(resources.slice(0, 1), { ...at.context, look: { resources } });
    const single = reads(at).length;
    const look = { resources };
    await driverOf(one).readMany(resources.slice(0, 1), { ...at.context, look });
    const began = reads(at).length;
    expect(began).toBe(2 * single);
    await driverOf(other).readMany(resources, { ...at.context, look });
    expect(reads(at)).toHaveLength(began);
  });

  it('of a subnet puts back the others when one is gone', async () => {
    const at = await bench();
    const [first, second] = [nth(subnetsOf(at), 0), nth(subnetsOf(at), 1)];
    const gone = nth(missing(first, 1), 0);
    const acl = nth(nth(at.inventory.regions, 0).subnets, 0).acl;
    const writes = [gone, second].map((resource) => undoOf(resource, acl, 'acl-other'));
    const outcomes = await driverOf('subnet.networkAcl').write(writes, at.context);
    expect(Object.values(succeeded(outcomes))).toEqual([false, true]);
  });

  it('of instances starts the others when one is gone', async () => {
    const at = await bench();
    const [gone, kept] = [nth(instancesOf(at), 0), nth(instancesOf(at), 1)];
    await at.lab.rival.ec2(gone.region).send(new TerminateInstancesCommand({ InstanceIds: [gone.id] }));
    await at.lab.clock.sleep(120_000);
    const writes = [gone, kept].map((resource) => undoOf(resource, 'running', 'stopped'));
    const driver = driverOf('instance.state');
    expect(succeeded(await driver.write(writes, at.context))).toEqual({ [gone.id]: false, [kept.id]: true });
    const injection = writes.map((write) => ({ ...write, to: 'after' as const }));
    const together = await driver.write(injection, at.context);
    expect(succeeded(together)).toEqual({ [gone.id]: false, [kept.id]: false });
  });

  it('of records puts back the others when one is gone', async () => {
    const at = await bench();
    const kept = nth(recordsOf(at), 0);
    const gone = { ...kept, id: `${kept.id}-gone` };
    const outcomes = await driverOf('record.weight').write(
      [gone, kept].map((resource) => undoOf(resource, 50, 0)),
      at.context,
    );
    expect(succeeded(outcomes)).toEqual({ [gone.id]: false, [kept.id]: true });
  });

  it('of a group has nothing to take back from one that is gone', async () => {
    const at = await bench();
    const gone = nth(missing(nth(groupsOf(at), 0), 1), 0);
    const outcomes = await driverOf('asg.desiredCapacity').write([undoOf(gone, 6, 9)], at.context);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true]);
    expect(at.calls.filter((call) => call.write)).toEqual([]);
  });

  it('of a network ACL makes it, finds it by its tags on a later page, and deletes it; twice if need be', async () => {
    const at = await bench();
    const vpc = nth(nth(at.inventory.regions, 0).vpcs, 0).id;
    const driver = driverOf('networkAcl.exists');
    const handles = ['a', 'b', 'c'].map((id): ResourceRef => ({ type: 'network-acl', region: 'us-east-1', id }));
    const writes = handles.map((resource) => undoOf(resource, null, { vpc }));
    const made = writes.map((write) => ({ ...write, to: 'after' as const }));
    const first = await driver.write(made, at.context);
    // the client token makes a repetition the same ACL
    expect(await driver.write(made, at.context)).toEqual(first);
    expect((await driver.readMany(handles, at.context)).get('c')).toEqual({ vpc });
    for (const round of [1, 2]) {
      const outcomes = succeeded(await driver.write(writes, at.context));
      expect(outcomes, `round ${round}`).toEqual({ a: true, b: true, c: true });
    }
    expect([...(await driver.readMany(handles, at.context)).values()]).toEqual([null, null, null]);
  });

  it('of a desired capacity ends what the group gained, never twice, and only as far as it may', async () => {
    const at = await bench();
    const group = nth(groupsOf(at), 0);
    const members = nth(nth(at.inventory.regions, 0).groups, 0).members.map((member) => member.id);
    const driver = driverOf('asg.desiredCapacity');
    const undo = { ...undoOf(group, 6, 9), memo: members };
    await driver.write([{ ...undo, to: 'after' }], at.context);
    await at.lab.clock.sleep(120_000);
    const floor = { AutoScalingGroupName: group.id, MinSize: 8 };
    await at.lab.rival.autoScaling(group.region).send(new UpdateAutoScalingGroupCommand(floor));
    for (const round of [1, 2]) {
      expect((await driver.write([undo], at.context))[0]?.ok, `round ${round}`).toBe(true);
    }
    const now = (await driver.readMany([group], at.context)).get(group.id) ?? null;
    expect(now).toEqual({ desired: 8, least: 8 });
    expect(driver.relate({ before: 6, ours: [9] }, now)).toBe('foreign');
  });
});

describe('a stage', () => {
  it('is one write for each hosted zone, however many records: what a call takes depends on what they hold', () => {
    const records = Array.from({ length: 950 }, (_, i) => ({
      attribute: 'record.weight',
      resource: { type: 'record' as const, region: 'global', id: `${i < 900 ? 'Z1' : 'Z2'}/api.example/A/${i}` },
    }));
    const batches = batchesOf('record.weight', records);
    expect(batches.map((batch) => batch.length)).toEqual([900, 50]);
  });
});
