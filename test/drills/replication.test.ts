import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/model/run.js';
import { AwsFault } from '../../src/world/aws/aws-fault.js';
import { RUN, type Lab } from '../crash/lab.js';
import { prepare } from '../crash/trials.js';
import { drillOn, openBench, planOn, readExperiment, type Around } from '../support/sim-drill.js';

/** A drill of the link's cut, in a world and with an experiment that differ in these fields. */
const splitBrain = (set: Changed = {}): Promise<Result> => drilled('split-brain', set);

interface Changed {
  readonly world?: readonly string[];
  readonly experiment?: readonly string[];
}

async function drilled(name: string, set: Changed = {}): Promise<Result> {
  const bench = openBench({ set: set.world ?? [] });
  const plan = await planOn(bench, readExperiment(name, set.experiment));
  return (await drillOn(bench, plan)).result;
}

const findingsOf = ({ findings }: Result): readonly string[] => findings.map(({ id }) => id);

describe('replication over a link that is cut', () => {
  it('is behind at the end where the backlog drains too slowly, which is a finding', async () => {
    const result = await splitBrain({ world: ['traffic.replication.catchUp=0.1'] });
    expect(result.replication).toMatchObject({ atEnd: 'behind', caughtUpSeconds: null });
    expect(findingsOf(result)).toContain('replication-behind');
  });

  it('misses a recovery point that is nearer than what was under way when the link went', async () => {
    const result = await splitBrain({ experiment: ['objectives.rpo=1s'] });
    expect(result.objectives.rpo).toEqual({ targetSeconds: 1, achievedSeconds: 1.5, met: false });
    expect(findingsOf(result)).toContain('rpo-missed');
  });

  it('falls behind by as long as the link is cut, and catches up once it is back', async () => {
    const result = await splitBrain();
    expect(result.replication).toEqual({
      measuredBy: 'replication-lag',
      beforeSeconds: 1.5,
      atFaultSeconds: 1.5,
      peakSeconds: 121.5,
      afterSeconds: 1.5,
      caughtUpSeconds: 10,
      atEnd: 'caught-up',
    });
    expect(result.objectives.rpo).toEqual({ targetSeconds: 10, achievedSeconds: 1.5, met: true });
    expect(findingsOf(result)).not.toContain('replication-behind');
  });
});

describe('markers that services copy over a link', () => {
  it('stop arriving while it is cut, and all arrive afterwards', async () => {
    const [from, to] = ['us-east-1/streaming-journal-us-east-1', 'us-west-2/streaming-journal-us-west-2'];
    const markers = `replication={ marker: { from: ${from}, to: ${to}, every: 2s, lead: 10s } }`;
    const result = await splitBrain({ experiment: [markers] });
    expect(result.replication).toMatchObject({ measuredBy: 'marker', beforeSeconds: 2.2, peakSeconds: 122 });
    expect(result.replication).toMatchObject({ caughtUpSeconds: 1, atEnd: 'caught-up' });
    expect(result.rollback).toMatchObject({ restored: 3, remaining: [], conflicts: [] });
  });
});

describe('replication that is paused', () => {
  it('needs the word that what is written meanwhile may be left behind', () => {
    const file = 'replication-pause-state';
    expect(() => readExperiment(file, ['method.0.fault.unreplicated=yes'])).toThrow(/unreplicated.*can't be yes/);
  });

  it.each([
    ['nope', 'nope', '`aws s3api list-buckets` lists all of yours'],
    ['"streaming-state-us-east-1,streaming-state-us-wst-2"', 'streaming-state-us-wst-2', 'streaming-state-us-west-2?'],
    ['"streaming-state-us-east-1, other"', 'other', 'there are streaming-state-us-east-1, streaming-state-us-west-2'],
  ])('refuses a bucket that is not there: %s', async (buckets, missing, fix) => {
    const misspelt = readExperiment('replication-pause-state', [`method.0.fault.buckets=${buckets}`]);
    await expect(planOn(openBench(), misspelt)).rejects.toMatchObject({
      code: 'UNKNOWN_TARGET',
      message: `buckets of replication-pause (method.0.fault.buckets): no bucket of yours ${missing} in us-east-1, us-west-2`,
      fix: expect.stringContaining(fix) as unknown,
    });
  });

  it('refuses a bucket that is elsewhere, and leaves rules alone that lead there', async () => {
    const bench = openBench({ set: ['buckets.streaming-state-us-west-2.region=eu-west-1'] });
    await expect(planOn(bench, readExperiment('replication-pause-state'))).rejects.toMatchObject({
      code: 'UNKNOWN_TARGET',
    });
    const one = readExperiment('replication-pause-state', ['method.0.fault.buckets=streaming-state-us-east-1']);
    const plan = await planOn(bench, one);
    expect(plan.steps[1]?.batches.flat()).toEqual([]);
    expect(plan.leftAlone).toEqual([
      {
        what: 'replication-rule us-east-1/streaming-state-us-east-1/to-streaming-state-us-west-2',
        why: 'leads to streaming-state-us-west-2 in eu-west-1',
      },
    ]);
    expect(plan.gates.filter(({ passed }) => !passed).map(({ code }) => code)).toContain('EMPTY_TARGET');
  });

  it('falls behind both ways, arrives again afterwards, and names what S3 will not copy by itself', async () => {
    const result = await drilled('replication-pause-state');
    expect(result.replication).toEqual({
      measuredBy: 'marker',
      beforeSeconds: 4.6667,
      atFaultSeconds: 4,
      peakSeconds: 61,
      afterSeconds: 5,
      caughtUpSeconds: 6,
      atEnd: 'caught-up',
    });
    const left = result.findings.filter(({ id }) => id === 'unreplicated-objects').map(({ evidence }) => evidence);
    const when = 'from 2026-03-06T02:00:15.000Z until 2026-03-06T02:01:15.000Z was not replicated';
    const [east, west] = ['streaming-state-us-east-1', 'streaming-state-us-west-2'];
    expect(left).toEqual([
      `what was written to replication-rule us-east-1/${east}/to-${west} ${when}`,
      `what was written to replication-rule us-west-2/${west}/to-${east} ${when}`,
    ]);
  });
});

/** What S3 was just copying when the marker was deleted: it arrives some seconds later. */
async function copyLate(lab: Lab): Promise<void> {
  await lab.clock.sleep(8_000);
  await put(lab, 'us-west-2');
}

/** Has an answer say what S3 says of an object that it does not delete. */
function leave(answered: unknown): void {
  const output: unknown = typeof answered === 'object' && answered !== null && Reflect.get(answered, 'output');
  if (typeof output !== 'object' || output === null) throw new Error('no answer');
  const why = { Key: `kong-marker/${RUN}/begin`, Code: 'AccessDenied', Message: 'it is under a lock' };
  Object.assign(output, { Errors: [why] });
}

/** Writes a marker of the run to one side. */
async function put({ rival }: Lab, region: string): Promise<void> {
  const s3 = await rival.s3(region);
  const Key = `kong-marker/${RUN}/begin`;
  await s3.send(new PutObjectCommand({ Bucket: `streaming-state-${region}`, Key, Body: RUN }));
}

describe('a marker', () => {
  it('that can not be looked for leaves the recovery point unknown, which is no pass', async () => {
    const denied: Around = (command, answer) => {
      if (command === 'ListObjectsV2Command') throw new AwsFault('AccessDenied', 'Access Denied', 403);
      return answer();
    };
    const bench = openBench({ around: denied });
    const { result, events } = await drillOn(bench, await planOn(bench, readExperiment('replication-pause-state')));
    expect(result.objectives.rpo).toMatchObject({ achievedSeconds: null, met: null });
    expect(findingsOf(result)).toEqual(expect.arrayContaining(['rpo-unmeasured', 'replication-unmeasured']));
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings.filter((text) => text.startsWith('a marker could not be written or read'))).toHaveLength(1);
  });

  it('that nothing copies leaves it unknown as well', async () => {
    const world = ['buckets.streaming-state-us-east-1.replicatesTo=[]'];
    const [from, to] = ['us-east-1/streaming-state-us-east-1', 'us-west-2/streaming-state-us-west-2'];
    const markers = `replication={ marker: { from: ${from}, to: ${to}, every: 2s, lead: 10s } }`;
    const result = await splitBrain({ world, experiment: [markers] });
    expect(result.objectives.rpo).toMatchObject({ achievedSeconds: null, met: null });
    const { suggestion } = result.findings.find(({ id }) => id === 'replication-unmeasured') ?? {};
    expect(suggestion).toContain('below the prefix of the markers is copied');
  });

  it('that S3 does not delete is still there, with the reason, and the other side is cleared', async () => {
    const { lab, plan } = await prepare('replication-pause-state');
    const cleared: string[] = [];
    const own = lab.process(async (call, answer) => {
      const answered = await answer();
      if (call.command === 'DeleteObjectsCommand') cleared.push(call.region);
      if (call.command === 'DeleteObjectsCommand' && call.region === 'us-east-1') {
        await put(lab, call.region);
        leave(answered);
      }
      return answered;
    });
    const end = await own.drill(plan);
    if (end === 'dead') throw new Error('died');
    const { exitCode, rollback } = end.result;
    expect(exitCode).toBe(4);
    expect(rollback.remaining.map(({ attribute, note }) => [attribute, note])).toEqual([
      ['marker.written', expect.stringContaining('AccessDenied it is under a lock')],
    ]);
    expect(cleared).toContain('us-west-2');
  });

  it('that arrives after it was taken away is taken away as well', async () => {
    const prepared = await prepare('replication-pause-state');
    const { lab, plan, before } = prepared;
    let late: Promise<unknown> | undefined;
    const own = lab.process(async (call, answer) => {
      const output = await answer();
      if (call.command === 'DeleteObjectsCommand' && call.region === 'us-west-2') late ??= copyLate(lab);
      return output;
    });
    const end = await own.drill(plan);
    expect(end).toMatchObject({ result: { rollback: { remaining: [] } } });
    await late;
    expect(await lab.snapshot()).toEqual(before);
  });

  it('is gone from both sides afterwards', async () => {
    const bench = openBench();
    await drillOn(bench, await planOn(bench, readExperiment('replication-pause-state')));
    for (const region of ['us-east-1', 'us-west-2']) {
      const client = await bench.cloud.s3(region);
      const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: `streaming-state-${region}` }));
      expect(Versions).toEqual([]);
    }
  });
});
