import * as z from 'zod';
import { region } from '../experiment/schema-values.js';
import { FLAW_NAMES } from './traffic/model.js';
import {
  briefDuration,
  count,
  dnsName,
  positiveCount,
  rate,
  ratio,
  shortName,
  variation,
} from './world-schema-values.js';

const population = z.strictObject({
  peakRps: rate.describe('Requests a second at the busiest hour'),
  utcOffset: z
    .number()
    .min(-12, 'has to be at least -12')
    .max(14, 'has to be at most 14')
    .describe('Local time: hours from UTC'),
  hourlyPercent: z
    .array(z.number().min(0, 'has to be 0 or more').max(100, 'has to be at most 100'))
    .length(24, 'needs 24 numbers, one an hour from local midnight')
    .describe('Percent of the peak, hour by hour'),
  noise: ratio.default(0.01).describe('How far a second may be off the curve'),
  domains: z
    .array(z.strictObject({ name: dnsName, share: ratio }))
    .min(1, 'needs at least one name')
    .describe('What devices resolve'),
  fallback: z.array(region).default([]).describe('Regions that a device tries when its own does not answer, in order'),
});

const call = z.strictObject({
  perRequest: ratio.default(1).describe('Share of requests that make the call'),
  timeout: briefDuration,
  retries: count.max(20, 'has to be at most 20').default(0).describe('Attempts after the first'),
  home: z.boolean().default(false).describe("Whether it goes to the member's home region"),
  fallback: z.boolean().default(false).describe('Whether a default answer stands in when it fails'),
});

const service = z.strictObject({
  group: shortName.describe('The Auto Scaling group that runs it'),
  time: briefDuration.describe('Mean time that a worker is busy with one request'),
  variation: variation.default(0.5).describe('Standard deviation of that time over its mean'),
  errors: ratio.default(0).describe('Share of requests that fail for reasons of its own'),
  calls: z.record(shortName, call).default({}).describe('What it calls'),
});

const pool = z.strictObject({
  workers: positiveCount.max(512, 'has to be at most 512').describe('Requests that an instance works on side by side'),
  queue: count.max(4_096, 'has to be at most 4096').describe('Requests that wait for a worker; more are shed'),
  memoryIdle: ratio.default(0.4),
  memoryBusy: ratio.default(0.3),
});

/** A parameter that each region reads for itself. */
const isolation = z.strictObject({
  parameter: z
    .string()
    .regex(/^\/?[\w.-]+(\/[\w.-]+)*$/, 'is no name of a parameter | write /streaming/isolation')
    .describe('What each region reads in its own Parameter Store'),
  on: z.string().min(1, 'is empty').default('on').describe('What it says while a region does so'),
  off: z.string().min(1, 'is empty').default('off').describe('What it says as a rule'),
});

/** The `traffic` section of a world file as written. */
export const trafficSchema = z.strictObject({
  populations: z.record(shortName, population).describe('Who sends requests'),
  dns: z
    .strictObject({ stragglers: ratio, stragglerTime: briefDuration })
    .describe('Resolvers that keep answers beyond their TTL'),
  devices: z.strictObject({
    knowFallback: ratio.describe('Share that knows another endpoint'),
    timeout: briefDuration,
    remember: briefDuration,
    crossRegionRetries: count.max(10, 'has to be at most 10').default(0),
  }),
  balancer: z.strictObject({
    notice: briefDuration.describe("From a target's death to no more requests"),
    connect: briefDuration,
    retries: count.max(5, 'has to be at most 5').default(2),
  }),
  pools: z.record(shortName, pool).describe('What one instance of a group can do'),
  entry: shortName.describe('The service that members reach first'),
  services: z.record(shortName, service),
  cache: z.strictObject({
    service: shortName.describe('The service that reads it'),
    warmHits: ratio,
    coldHits: ratio,
    copiedHits: ratio,
    fill: briefDuration,
    keep: briefDuration,
    copyInstances: positiveCount,
    copy: briefDuration,
    crowding: ratio,
  }),
  origin: z.strictObject({
    read: briefDuration,
    readsPerSecond: rate.gt(0, 'has to be above 0'),
    timeout: briefDuration,
    errors: ratio.default(0),
  }),
  replication: z.strictObject({
    lag: briefDuration,
    catchUp: z.number().gt(0, 'has to be above 0').max(1_000, 'has to be at most 1000'),
    throughput: ratio.default(1),
    stale: briefDuration,
    staleErrors: ratio,
    pause: isolation
      .optional()
      .describe('The SSM parameter by which a region stops sending what is written there; default: there is none'),
  }),
  isolation: isolation
    .optional()
    .describe('The SSM parameter by which services stop calls and retries between regions; default: there is none'),
  members: z.strictObject({
    startsPerRequest: ratio,
    requestsPerStart: positiveCount.max(1_000, 'has to be at most 1000'),
    startFailures: ratio,
    requestEvery: briefDuration,
    rebuffering: ratio,
    slow: briefDuration,
    rebufferingWhenSlow: ratio,
    stall: briefDuration,
    buffer: briefDuration,
  }),
  flaws: z
    .strictObject(Object.fromEntries(FLAW_NAMES.map((flaw) => [flaw, z.boolean().default(false)])))
    .prefault({})
    .describe('Weaknesses that early drills found'),
  flawStrength: z
    .strictObject({
      retries: count
        .max(20, 'has to be at most 20')
        .default(5)
        .describe('cascade-retries: attempts after the first of each call'),
      crossRegionRetries: count
        .max(10, 'has to be at most 10')
        .default(2)
        .describe('cascade-retries: attempts of a device in other regions'),
      workers: ratio
        .refine((value) => value > 0, 'has to be above 0%')
        .default(0.55)
        .describe("no-headroom: share of each instance's workers that is left"),
    })
    .prefault({})
    .describe('How bad they are where they are switched on'),
});

/** A `traffic` section whose parts are all well-formed. */
export type TrafficFile = z.infer<typeof trafficSchema>;
