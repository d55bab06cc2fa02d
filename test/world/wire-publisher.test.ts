import { CloudWatchClient, type PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { makeClients } from '../../src/aws/clients.js';
import type { MetricBatch } from '../../src/world/ports.js';
import { Lane } from '../../src/world/wire/lane.js';
import { WirePublisher } from '../../src/world/wire/publish.js';

const REGIONS = ['us-east-1', 'us-west-2'];

interface Put {
  readonly region: string;
  /** Seconds since the epoch of the points that were sent. */
  readonly at: readonly number[];
}

/** A publisher whose calls end when, and how, the test says. */
class Endpoint {
  readonly puts: Put[] = [];
  readonly publisher: WirePublisher;
  broken: readonly string[] = [];
  private open: () => void = () => undefined;
  private gate: Promise<void> = Promise.resolve();

  constructor() {
    const cloud = makeClients({
      endpoint: 'http://127.0.0.1:9',
      profile: undefined,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      install: (stack, region) => {
        stack.add(
          () => async (call) => {
            await this.gate;
            if (this.broken.includes(region)) throw new Error(`${region} is broken`);
            const { MetricData = [] } = call.input as PutMetricDataCommand['input'];
            this.puts.push({ region, at: MetricData.map(({ Timestamp }) => Number(Timestamp) / 1_000) });
            return { output: {}, response: {} } as never;
          },
          { step: 'initialize', name: 'endpoint' },
        );
      },
    });
    expect(cloud.cloudWatch('us-east-1')).toBeInstanceOf(CloudWatchClient);
    this.publisher = new WirePublisher({ cloud, shiftMs: 0, signal: new AbortController().signal });
  }

  hold(): void {
    this.gate = new Promise((resolve) => {
      this.open = resolve;
    });
  }

  letGo(): void {
    this.open();
  }

  period(second: number): void {
    for (const region of REGIONS) this.publisher.publish(batch(region, second));
  }

  sentTo(region: string): readonly number[] {
    return this.puts.filter((put) => put.region === region).flatMap(({ at }) => at);
  }
}

function batch(region: string, second: number): MetricBatch {
  const points = [{ name: 'Requests', dimensions: {}, unit: 'Count', values: [1], counts: [1] } as const];
  return { region, namespace: 'Test', atMs: second * 1_000, points };
}

describe('what is published over the wire', () => {
  it('is left out period by period, the oldest first, while an answer is waited for', async () => {
    const endpoint = new Endpoint();
    endpoint.publisher.limit(3);
    endpoint.hold();
    endpoint.period(1);
    const first = endpoint.publisher.send();
    for (let second = 2; second <= 100; second++) endpoint.period(second);
    expect(endpoint.publisher.waitingPeriods).toBe(3);
    expect(endpoint.publisher.takeDropped()).toBe(96);
    expect(endpoint.publisher.takeDropped()).toBe(0);
    endpoint.letGo();
    await first;
    await endpoint.publisher.send();
    for (const region of REGIONS) expect(endpoint.sentTo(region)).toEqual([1, 98, 99, 100]);
  });

  it('is sent again to the region that did not take it, and only there', async () => {
    const endpoint = new Endpoint();
    endpoint.broken = ['us-west-2'];
    endpoint.period(1);
    await expect(endpoint.publisher.send()).rejects.toThrow('us-west-2 is broken');
    endpoint.period(2);
    endpoint.broken = [];
    await endpoint.publisher.send();
    for (const region of REGIONS) expect(endpoint.sentTo(region)).toEqual([1, 2]);
  });

  it('is the whole history at first, however much that is', async () => {
    const endpoint = new Endpoint();
    for (let second = 1; second <= 2_500; second++) endpoint.period(second);
    await endpoint.publisher.send();
    expect(endpoint.sentTo('us-east-1')).toHaveLength(2_500);
    expect(endpoint.puts.filter(({ region }) => region === 'us-east-1').map(({ at }) => at.length)).toEqual([
      1_000, 1_000, 500,
    ]);
  });
});

describe('a lane', () => {
  it('begins nothing while something is under way, and tells for how long', async () => {
    const lane = new Lane(() => undefined);
    let begun = 0;
    let end: () => void = () => undefined;
    const act = (): Promise<void> => {
      begun++;
      return new Promise((resolve) => {
        end = resolve;
      });
    };
    for (let nowMs = 0; nowMs < 5_000; nowMs += 1_000) lane.begin(nowMs, act);
    expect(begun).toBe(1);
    expect(lane.busyMs(5_000)).toBe(5_000);
    end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(lane.busyMs(5_000)).toBe(0);
    lane.begin(6_000, act);
    expect(begun).toBe(2);
  });

  it('tells what went wrong, and can be begun again', async () => {
    const errors: unknown[] = [];
    const lane = new Lane((error) => errors.push(error));
    lane.begin(0, () => Promise.reject(new Error('gone')));
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toEqual([new Error('gone')]);
    expect(lane.busyMs(1_000)).toBe(0);
  });
});
