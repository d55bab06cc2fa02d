/**
 * The `traffic` section of a world file as parsed: who sends requests, what answers them, and what members feel.
 * Durations are in milliseconds, shares are ratios 0..1, and every name that one part uses is defined in another.
 */
export interface TrafficModel {
  readonly populations: readonly Population[];
  readonly dns: DnsModel;
  readonly devices: DeviceModel;
  readonly balancer: BalancerModel;
  /** One per Auto Scaling group that serves anything. */
  readonly pools: readonly Pool[];
  /** The service that members' requests reach first. */
  readonly entry: string;
  /** Callers before those that they call. */
  readonly services: readonly Service[];
  readonly cache: CacheModel;
  readonly origin: OriginModel;
  readonly replication: ReplicationModel;
  readonly members: MemberModel;
  /** Absent: services know no such thing. */
  readonly isolation?: IsolationModel;
  readonly flaws: Flaws;
  readonly flawStrength: FlawStrength;
}

/** Members of one part of the world, whose requests rise and fall together. */
export interface Population {
  readonly name: string;
  /** Requests a second at the busiest hour. */
  readonly peakRps: number;
  /** Local time, for the hours below. */
  readonly utcOffsetHours: number;
  /** 24 ratios of the peak, from local midnight. */
  readonly hours: readonly number[];
  /** How far a second may be off the curve, as a ratio: 0.01 for one percent either way. */
  readonly noise: number;
  /** The names that their devices resolve, and the share of requests that goes to each; adds up to 1. */
  readonly domains: readonly { readonly name: string; readonly share: number }[];
  /** The regions that a device tries when its own does not answer, in order. */
  readonly fallback: readonly string[];
}

/** Clients whose resolvers do not honour a TTL. */
export interface DnsModel {
  /** Share of clients whose resolvers keep an answer far beyond its TTL. */
  readonly stragglers: number;
  /** Mean time for which those keep it. */
  readonly stragglerMs: number;
}

/** What a member's device does when its region does not answer. */
export interface DeviceModel {
  /** Share of devices that know another endpoint than the one that DNS gave them. */
  readonly knowFallback: number;
  /** How long a device waits for an endpoint that does not answer. */
  readonly timeoutMs: number;
  /** Mean time for which a device goes straight to the fallback once its region did not answer. */
  readonly rememberMs: number;
  /**
   * How often a device sends a request again, to the next region, that failed (5xx) or ran into silence, on top of the
   * one that it is entitled to. 0 where the control plane forbids it.
   */
  readonly crossRegionRetries: number;
}

/** The load balancer before each group. */
export interface BalancerModel {
  /** From the death of a target to the moment at which no more requests are sent to it. */
  readonly noticeMs: number;
  /** How long an attempt at a dead target takes before the next one. */
  readonly connectMs: number;
  /** Attempts after the first, each in another zone. */
  readonly retries: number;
}

/** How much one instance of a group can do at once. */
export interface Pool {
  readonly group: string;
  /** Requests that an instance works on side by side. */
  readonly workers: number;
  /** Requests that wait for a worker; more are shed. */
  readonly queue: number;
  /** Share of memory in use by an idle instance. */
  readonly memoryIdle: number;
  /** Share of memory that a fully busy one uses on top. */
  readonly memoryBusy: number;
}

/** One service, and what it calls. */
export interface Service {
  readonly name: string;
  readonly group: string;
  /** Mean time that a worker is busy with one request, without what it waits for. */
  readonly serviceMs: number;
  /** Standard deviation of that time over its mean; lognormal. */
  readonly variation: number;
  /** Share of requests that fail for reasons of its own. */
  readonly errors: number;
  readonly calls: readonly Call[];
}

/** A call from one service to another. */
export interface Call {
  readonly service: string;
  /** Calls for each request, 0..1. */
  readonly perRequest: number;
  readonly timeoutMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Whether it goes to the member's home region, where the record is kept: no way to make it while that is dark. */
  readonly home: boolean;
  /** Whether a default answer stands in when the call fails. */
  readonly fallback: boolean;
}

/** What a region's caches know of members, by where these were served before. */
export interface CacheModel {
  /** The service that reads it: one lookup a request. */
  readonly service: string;
  /** Hit ratio for members whom the region has served for long. */
  readonly warmHits: number;
  /** Hit ratio for members who have just come: what is the same for all is there, what is theirs is not. */
  readonly coldHits: number;
  /** Hit ratio for members whose entries were copied from another region. */
  readonly copiedHits: number;
  /** Time constant in which the caches learn of members who stay. */
  readonly fillMs: number;
  /** Time constant in which they forget members who left. */
  readonly keepMs: number;
  /** Instances beyond the usual number that hold a full copy of the other regions' entries, fetched as they join. */
  readonly copyInstances: number;
  /** Time constant of that copy. */
  readonly copyMs: number;
  /** Hit ratio lost when an instance holds entries for twice its usual number of members. */
  readonly crowding: number;
}

/** The store behind the cache. */
export interface OriginModel {
  /** Mean time of one read when nothing else is going on. */
  readonly readMs: number;
  /** Reads a second that one region's store can do. */
  readonly readsPerSecond: number;
  /** A read that takes longer fails. */
  readonly timeoutMs: number;
  /** Share of reads that fail for reasons of their own. */
  readonly errors: number;
}

/** Asynchronous replication between each two regions. */
export interface ReplicationModel {
  /** Lag of a pair of regions while both are well. */
  readonly lagMs: number;
  /** Seconds of lag made up for in a second once both are back; above 0. */
  readonly catchUp: number;
  /** Share of what is written that arrives at all: below 1, the lag never stops growing. */
  readonly throughput: number;
  /** How much has to be missing before members who come from another region meet state that is too old. */
  readonly staleMs: number;
  /** Share of requests by such members that fail then. */
  readonly staleErrors: number;
  /** By which parameter a region stops sending what is written there; absent: by none. */
  readonly pause?: IsolationModel;
}

/** How a region is told to keep to itself, or to keep what is written there. */
export interface IsolationModel {
  /** The SSM parameter that they read, each in its own region. */
  readonly parameter: string;
  /** What it says while the region is isolated: no calls to others, no retries to them or from them. */
  readonly on: string;
  readonly off: string;
}

/** What members do, and what they feel of it. */
export interface MemberModel {
  /** Stream starts for each request. */
  readonly startsPerRequest: number;
  /** Requests that must all succeed for a stream to start. */
  readonly requestsPerStart: number;
  /** Share of starts that fail on the device or on the way to it, whatever the regions do. */
  readonly startFailures: number;
  /** How often a device that plays sends a request: one a period of this length. */
  readonly requestEveryMs: number;
  /** Share of playing time that is spent rebuffering, whatever the regions do. */
  readonly rebuffering: number;
  /** A request slower than this may be felt by whoever is playing. */
  readonly slowMs: number;
  /** Share of playing time lost to rebuffering if every request were slow. */
  readonly rebufferingWhenSlow: number;
  /** Time constant in which slowness is felt: what a device has buffered hides what passes quickly. */
  readonly bufferMs: number;
  /** Mean stall of a member whose device ran into a region that does not answer; its buffer hides the rest. */
  readonly stallMs: number;
}

/** The weaknesses that early drills found. */
export const FLAW_NAMES = [
  'cold-caches',
  'broken-replication',
  'missing-fallbacks',
  'cascade-retries',
  'no-headroom',
] as const;

/** One of them. */
export type FlawName = (typeof FLAW_NAMES)[number];

/** Which of the weaknesses that early drills found this world has. Their effects are in the parameters already. */
export type Flaws = Readonly<Record<FlawName, boolean>>;

/** How bad the flaws are that come in degrees. */
export interface FlawStrength {
  /** `cascade-retries`: attempts after the first of each call, at least. */
  readonly retries: number;
  /** `cascade-retries`: attempts of a device in other regions with what failed in the first. */
  readonly crossRegionRetries: number;
  /** `no-headroom`: share of each instance's workers that is left, above 0. */
  readonly workers: number;
}
