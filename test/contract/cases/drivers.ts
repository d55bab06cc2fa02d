import { ResumeProcessesCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { expect } from 'vitest';
import { permitFor } from '../../../src/aws/guard.js';
import { resolved, type Relation, type Write, type WriteContext } from '../../../src/changes/driver.js';
import { actIrreversibly } from '../../../src/changes/irreversible.js';
import { driverOf } from '../../../src/changes/registry.js';
import { batchesOf } from '../../../src/changes/stages.js';
import { KongError } from '../../../src/model/errors.js';
import type { Json } from '../../../src/model/json.js';
import type { ResourceRef } from '../../../src/model/resource.js';
import { eventually, groupNow, stayingIn, there } from '../assertions.js';
import { casesOf, type Case, type CloudUnderTest } from '../cloud.js';
import { EAST, SIZES, WEST } from '../contract-world.js';
import { SUBJECTS, type Planned, type Subject } from './driver-subjects.js';

/** A subject's attributes as they were read, and how to set them. */
interface Trial {
  readonly writes: readonly Write[];
  /** Sets them, or puts them back, in the driver's own batches; says for each whether it worked. */
  write(to: Write['to'], more?: readonly Write[]): Promise<ReadonlyMap<string, unknown>>;
  /** What each one is, by the order of the writes. */
  read(): Promise<readonly (Json | undefined)[]>;
  relations(): Promise<readonly Relation[]>;
}

async function begin(cloud: CloudUnderTest, subject: Subject): Promise<Trial> {
  const { attribute } = subject;
  const driver = driverOf(attribute);
  const created = new Map<string, string>();
  const switches = subject.switches?.();
  const planned = await subject.prepare(cloud, created, switches);
  const context: WriteContext = {
    cloud: cloud.kong,
    run: 'contract',
    created,
    switches,
    permit: permitFor({ changes: ['c'] }, new AbortController().signal),
    expiresAt: '2030-01-01T00:00:00Z',
  };
  const first = await driver.readMany(planned.map(resourceOf), context);
  const writes = planned.map(({ resource, after, memo = null }, i): Write => {
    return { change: `c${i}`, resource, before: isThere(first.get(resource.id), { resource }), after, memo, to: 'after' };
  });
  const read = async (): Promise<readonly (Json | undefined)[]> => {
    const now = await driver.readMany(writes.map(resourceOf), context);
    return writes.map((write) => now.get(write.resource.id));
  };
  return {
    writes,
    read,
    async write(to, more = []) {
      const batches = batchesOf(attribute, [...writes, ...more].map((write) => ({ ...write, to, attribute })));
      const outcomes = (await Promise.all(batches.map((batch) => driver.write(batch, context)))).flat();
      return new Map(outcomes.map((outcome) => [outcome.change, outcome.ok ? undefined : outcome.error]));
    },
    async relations() {
      const now = await read();
      return writes.map(({ before, after }, i) => {
        const ours = [resolved(after, created)];
        return driver.relate({ before, ours }, isThere(now[i], writes[i]));
      });
    },
  };
}

/** A value may be null: no ACL was made. */
function isThere(value: Json | undefined, planned: Pick<Planned, 'resource'> | undefined): Json {
  return value === undefined ? expect.fail(`${planned?.resource.id} is not there`) : value;
}

const resourceOf = ({ resource }: Pick<Planned, 'resource'>): ResourceRef => resource;

/** All writes worked, and after a while all attributes read as they were set. */
async function move(cloud: CloudUnderTest, trial: Trial, to: Write['to']): Promise<void> {
  const errors = [...(await trial.write(to)).values()].filter((error) => error !== undefined);
  expect(errors).toEqual([]);
  await arrive(cloud, trial, to);
}

async function arrive(cloud: CloudUnderTest, trial: Trial, to: Write['to']): Promise<void> {
  const all = await eventually(cloud, trial.relations, (now) => now.every((relation) => relation === to));
  expect(all).toEqual(trial.writes.map(() => to));
}

async function thereAndBack(cloud: CloudUnderTest, subject: Subject, times: number): Promise<Trial> {
  const trial = await begin(cloud, subject);
  const before = await trial.read();
  expect(trial.writes.length).toBeGreaterThan(1);
  for (let n = 0; n < times; n++) await move(cloud, trial, 'after');
  await subject.settle?.(cloud);
  for (let n = 0; n < times; n++) await move(cloud, trial, 'before');
  await subject.settle?.(cloud);
  expect(await trial.read()).toEqual(before);
  return trial;
}

function casesFor(subject: Subject): readonly Case[] {
  const { attribute, area } = subject;
  return casesOf(area, [
    {
      id: `${attribute}/gone`,
      title: `${attribute}: one that is gone reads as gone, and does not keep the others from being put back`,
      async run(cloud) {
        const gone = await subject.gone(cloud);
        const trial = await begin(cloud, subject);
        const before = await trial.read();
        await move(cloud, trial, 'after');
        const context = { cloud: cloud.kong, run: 'contract', created: new Map() };
        const found = driverOf(attribute).readMany([gone], context);
        if (subject.goneIsRefused) await expect(found).rejects.toThrow(KongError);
        else expect((await found).get(gone.id) ?? undefined).toBeUndefined();
        const [like] = trial.writes;
        const lost: Write = { ...there(like), change: 'lost', resource: gone };
        const errors = await trial.write('before', [lost]);
        if (subject.goneIsFine) expect(errors.get('lost')).toBeUndefined();
        else expect(errors.get('lost')).toBeInstanceOf(KongError);
        await arrive(cloud, trial, 'before');
        expect(await trial.read()).toEqual(before);
      },
    },
    {
      id: `${attribute}/there-and-back`,
      title: `${attribute}: several are set together and put back as they were`,
      run: async (cloud) => {
        await thereAndBack(cloud, subject, 1);
      },
    },
    {
      id: `${attribute}/twice`,
      title: `${attribute}: set twice and put back twice is the same as once`,
      run: async (cloud) => {
        await thereAndBack(cloud, subject, 2);
      },
    },
  ]);
}

/** A drill and its undo, one attribute at a time, with kong's own drivers. */
export const driverCases = [
  ...Object.values(SUBJECTS).flatMap(casesFor),
  ...casesOf('drivers', [
    {
      id: 'asg.suspendedProcesses/delta',
      title: 'asg.suspendedProcesses: what someone else suspends or resumes meanwhile stays as they left it',
      async run(cloud) {
        const trial = await begin(cloud, SUBJECTS['asg.suspendedProcesses']);
        await move(cloud, trial, 'after');
        const others = { AutoScalingGroupName: 'web', ScalingProcesses: ['HealthCheck'] };
        await cloud.aws.autoScaling(EAST).send(new SuspendProcessesCommand(others));
        const own = { AutoScalingGroupName: 'api', ScalingProcesses: ['AZRebalance'] };
        await cloud.aws.autoScaling(EAST).send(new ResumeProcessesCommand(own));
        await move(cloud, trial, 'before');
        expect(await trial.read()).toEqual([['HealthCheck'], []]);
      },
    },
    {
      id: 'asg.desiredCapacity/keeps-members',
      title: 'asg.desiredCapacity: a group that grew gives up what it gained and keeps the members that it had',
      async run(cloud) {
        const trial = await begin(cloud, SUBJECTS['asg.desiredCapacity']);
        const before = await cloud.group(EAST, 'web');
        await move(cloud, trial, 'after');
        await SUBJECTS['asg.desiredCapacity'].settle?.(cloud);
        expect(stayingIn(await groupNow(cloud, EAST, 'web'))).toHaveLength(6);
        await move(cloud, trial, 'before');
        await SUBJECTS['asg.desiredCapacity'].settle?.(cloud);
        expect(stayingIn(await groupNow(cloud, EAST, 'web'))).toEqual([...before].sort());
      },
    },
    {
      id: 'asg.desiredCapacity/at-once',
      title: 'asg.desiredCapacity: a group is put back before what it was to gain has come',
      async run(cloud) {
        const trial = await begin(cloud, SUBJECTS['asg.desiredCapacity']);
        const before = await cloud.group(EAST, 'web');
        await move(cloud, trial, 'after');
        await move(cloud, trial, 'before');
        await SUBJECTS['asg.desiredCapacity'].settle?.(cloud);
        expect(stayingIn(await groupNow(cloud, EAST, 'web'))).toEqual([...before].sort());
      },
    },
    {
      id: 'asg/same-name-in-two-regions',
      title: 'asg.minSize: groups of the same name in two regions are read apart',
      async run(cloud) {
        const refs = await Promise.all(
          [EAST, WEST].map(async (region): Promise<ResourceRef> => {
            await cloud.group(region, 'web');
            return { type: 'asg', region, id: 'web' };
          }),
        );
        const context = { cloud: cloud.kong, run: 'contract', created: new Map() };
        const found = await driverOf('asg.minSize').readMany(refs, context);
        expect(found.size).toBe(refs.length);
      },
    },
    {
      id: 'instance.terminate/gone',
      title: 'instance.terminate: an instance is ended for good, and ending it again is no error',
      async run(cloud) {
        const [id = ''] = await cloud.group(EAST, 'web');
        const resource: ResourceRef = { type: 'instance', region: EAST, id };
        const what = { kind: 'irreversible', attribute: 'instance.terminate' } as const;
        const change = { ...what, id: 'c1', resource, loses: id };
        const permit = permitFor({ changes: ['c1'] }, new AbortController().signal);
        const acting = { cloud: cloud.kong, permit, clock: cloud.clock };
        await actIrreversibly(change, acting);
        await actIrreversibly(change, acting);
        const context = { cloud: cloud.kong, run: 'contract', created: new Map() };
        const found = await driverOf('instance.state').readMany([resource], context);
        expect(found.has(id)).toBe(false);
        const group = await groupNow(cloud, EAST, 'web');
        expect(group.DesiredCapacity).toBe(SIZES.web.desired);
      },
    },
  ]),
];
