import type { SimWorld } from '../../src/world/sim-world.js';
import { streaming } from './traffic/default-world.js';

export const EAST = 'us-east-1';
export const WEST = 'us-west-2';
export const EUROPE = 'eu-west-1';
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** Asks a simulated streaming world to do something a while after its start. */
export class Caller {
  private readonly sim: SimWorld;
  private readonly startMs: number;

  constructor(sim: SimWorld) {
    this.sim = sim;
    this.startMs = streaming().startsAtMs;
  }

  ec2(atMs: number, command: string, input: object = {}, region = EAST): unknown {
    return this.sim.handle({ service: 'EC2', command: `${command}Command`, region, input, nowMs: this.startMs + atMs });
  }

  groups(atMs: number, command: string, input: object, region = EAST): unknown {
    const nowMs = this.startMs + atMs;
    return this.sim.handle({ service: 'AutoScaling', command: `${command}Command`, region, input, nowMs });
  }

  /** Every point of some metrics of all regions from twenty minutes before a moment on. */
  metrics(atMs: number): unknown {
    const nowMs = this.startMs + atMs;
    const names = ['LatencyP99', 'ReplicationLagSeconds'].map((MetricName) => ({ MetricName, Dimensions: [] }));
    const cpu = { MetricName: 'CPUUtilization', Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'playback' }] };
    const starts = { MetricName: 'StreamStartSuccess', Dimensions: [{ Name: 'Scope', Value: 'global' }] };
    const input = {
      StartTime: new Date(nowMs - 20 * MINUTE),
      EndTime: new Date(nowMs),
      MetricDataQueries: [...names, cpu, starts].map((metric, index) => ({
        Id: `m${index}`,
        MetricStat: { Metric: { Namespace: 'Streaming', ...metric }, Period: 10, Stat: 'Maximum' },
      })),
    };
    return [EAST, WEST].map((region) =>
      this.sim.handle({ service: 'CloudWatch', command: 'GetMetricDataCommand', region, input, nowMs }),
    );
  }

  /** The newest point of a metric at a moment. */
  newest(atMs: number, region: string, name: string, dimensions: Readonly<Record<string, string>>): number | undefined {
    const nowMs = this.startMs + atMs;
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const Metric = { Namespace: 'Streaming', MetricName: name, Dimensions };
    const input = {
      StartTime: new Date(nowMs - MINUTE),
      EndTime: new Date(nowMs),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 10, Stat: 'Maximum' } }],
    };
    const call = { service: 'CloudWatch', command: 'GetMetricDataCommand', region, input, nowMs } as const;
    const { MetricDataResults } = this.sim.handle(call) as { MetricDataResults: { Values: number[] }[] };
    return MetricDataResults[0]?.Values[0];
  }
}
