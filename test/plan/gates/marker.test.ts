import { describe, expect, it } from 'vitest';
import { openBench, readExperiment } from '../../support/sim-drill.js';
import { gatesFor } from './asked.js';

const ON_AMAZON = {
  on: 'aws',
  amazon: true,
  allowed: { accounts: ['123456789012'], regions: ['us-east-1'] },
  optIn: { key: 'chaos', value: 'allowed' },
} as const;

const experiment = (...set: readonly string[]): ReturnType<typeof readExperiment> =>
  readExperiment('replication-pause-state', set);

describe('markers', () => {
  it('are not written to a bucket that is not there', async () => {
    const gate = await gatesFor(experiment('replication.marker.to=us-west-2/elsewhere'));
    expect(gate('marker')).toMatchObject({
      passed: false,
      message: 'bucket elsewhere is not in us-west-2, or not ours',
      fix: 'name buckets that are there',
    });
  });

  it('are not written where the bucket is in another region than is said', async () => {
    const gate = await gatesFor(experiment('replication.marker.to=us-east-1/streaming-state-us-west-2'));
    expect(gate('marker')).toMatchObject({ passed: false });
  });

  it('are not written to a bucket whose owner did not agree, nor to one that is protected', async () => {
    const bench = openBench({ set: ['buckets.streaming-state-us-west-2.tags={ "kong:protect": "" }'] });
    const gate = await gatesFor(experiment(), { bench, environment: ON_AMAZON });
    expect(gate('marker').message).toMatch(/us-west-2 .*kong:protect/);
    expect(gate('marker').passed).toBe(false);
    const untagged = openBench({ set: ['buckets.streaming-state-us-west-2.tags={ app: state }'] });
    const other = await gatesFor(experiment(), { bench: untagged, environment: ON_AMAZON });
    expect(other('marker')).toMatchObject({ passed: false, fix: 'name buckets that carry chaos=allowed' });
  });

  it('are not written where kong.yaml lets no drill run', async () => {
    const gate = await gatesFor(experiment(), { environment: ON_AMAZON });
    expect(gate('marker.region')).toMatchObject({ passed: false, code: 'REGION_NOT_ALLOWED' });
    expect(gate('marker.region').message).toBe('us-west-2 is not in kong.yaml aws.regions');
  });

  it('are not written where they would tell nothing of what is paused', async () => {
    const gate = await gatesFor(experiment('method.0.fault.buckets=streaming-state-us-west-2'));
    expect(gate('marker').passed).toBe(false);
    expect(gate('marker').message).toMatch(/^what is paused is the replication of streaming-state-us-west-2, and markers/);
  });

  it('say which rule should copy them, and that something else has to where there is none', async () => {
    const gate = await gatesFor(experiment());
    const [east, west] = ['streaming-state-us-east-1', 'streaming-state-us-west-2'];
    const message = `rule to-${west} of ${east} leads to ${west}, and is Enabled`;
    expect(gate('marker')).toMatchObject({ passed: true, message });
    const none = [east, west].map((bucket) => `buckets.${bucket}.replicatesTo=[]`);
    const bench = openBench({ set: none });
    const bare = await gatesFor(experiment(), { bench });
    expect(bare('marker').message).toMatch(/^no rule of S3 leads from .*: what copies there is your own$/);
  });
});
