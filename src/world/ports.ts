/**
 * How the two halves of a world meet. `world/traffic` sees infrastructure only through `InfraView` and leaves metrics
 * only through `MetricSink`, so the same traffic runs over the simulated AWS and over an emulator.
 */

/** The infrastructure at one moment, reduced to what decides who can serve. */
export interface InfraView {
  /** Grows whenever anything below may have changed: what is derived from a view can be kept while it stands. */
  readonly version: number;
  readonly regions: readonly RegionView[];
  readonly answers: readonly AnswerView[];
  /** Both directions of every link of the world file. */
  readonly links: readonly LinkView[];
  /** Regions whose services are told to keep to themselves; absent: none. */
  readonly isolated?: readonly string[];
}

/** One region's groups. */
export interface RegionView {
  readonly region: string;
  readonly groups: readonly GroupView[];
  /** Groups whose calls to another one its security groups do not let in; absent: all calls are let in. */
  readonly denied?: readonly DeniedView[];
}

/** Calls that are dropped on their way: the caller hears nothing until it gives up. */
export interface DeniedView {
  readonly from: string;
  readonly to: string;
}

/** One Auto Scaling group, zone by zone. */
export interface GroupView {
  /** The Auto Scaling group's name; the world file's services name it. */
  readonly name: string;
  readonly max: number;
  readonly zones: readonly ZoneView[];
}

/**
 * The instances of one group in one zone. Reach is decided by the real attributes: state, boot, ACL, never by a flag.
 */
export interface ZoneView {
  readonly zone: string;
  /** Running, booted, warmed up, and reachable through its subnet's network ACL. */
  readonly serving: number;
  /**
   * All that the load balancer may send to: the group's members in any state, without those that it is ending itself.
   */
  readonly total: number;
  /** What commands on its instances take from the serving ones; absent: nothing. */
  readonly stress?: Stress;
}

/** What something else on the instances of a cell takes from those that serve; means and shares over all of them. */
export interface Stress {
  /** How many of them have something else on them. */
  readonly stressed: number;
  /** Share of what they can do that is taken, 0..1. */
  readonly capacityRatio: number;
  /** Share of their cores that is busy with it, and share of their memory that is held by it, 0..1. */
  readonly cpuRatio: number;
  readonly memoryRatio: number;
  /** Share of them whose answers come later, and by how much in the mean. */
  readonly slowRatio: number;
  readonly addedMs: number;
  /** Share of packets that are lost once and sent again, and of requests that never get through. */
  readonly resentRatio: number;
  readonly lostRatio: number;
}

/** One weighted answer of a DNS name. */
export interface AnswerView {
  readonly domain: string;
  readonly region: string;
  readonly weight: number;
  readonly ttlSeconds: number;
}

/** One direction of the link between two regions. */
export interface LinkView {
  readonly from: string;
  readonly to: string;
  /** Whether packets get there: the routes and the network ACLs on both sides let them. */
  readonly flows: boolean;
  /** The buckets whose replication carries state this way have it switched off, or the region was told to. */
  readonly paused?: true;
}

/** Where metrics go: the simulated CloudWatch, or PutMetricData over the wire. */
export interface MetricSink {
  publish(batch: MetricBatch): void;
}

/** What one region publishes for one period. */
export interface MetricBatch {
  readonly region: string;
  readonly namespace: string;
  /** Start of the period, milliseconds since the epoch. */
  readonly atMs: number;
  readonly points: readonly MetricPoint[];
}

/** What one metric saw in one period. */
export interface MetricPoint {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: 'Count' | 'Percent' | 'Milliseconds' | 'Seconds' | 'None';
  /** Values with how often each was seen: a gauge has one, a latency distribution many. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** How busy a group is, told to whatever scales it. */
export interface LoadSink {
  /** @param utilisation - mean CPU of the serving instances, 0..1 */
  observe(load: {
    readonly region: string;
    readonly group: string;
    readonly utilisation: number;
    readonly atMs: number;
  }): void;
}
