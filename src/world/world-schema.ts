import * as z from 'zod';
import { duration, positiveDuration, region } from '../experiment/schema-values.js';
import { awsSchema } from './world-schema-aws.js';
import { trafficSchema } from './world-schema-traffic.js';
import { briefDuration, count, dnsName, ratio, shortName } from './world-schema-values.js';

const ZONE = /^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/;

const worldRegion = z.strictObject({
  zones: z
    .array(z.string().regex(ZONE, 'is no zone | write us-east-1a'))
    .min(1, 'needs at least one zone')
    .max(6, 'has more than 6 zones'),
  cidr: z
    .string()
    .regex(
      /^10\.(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\.0\.0\/16$/,
      'is no block for a region | write 10.1.0.0/16',
    )
    .describe('The block of its VPC'),
});

const link = z.strictObject({
  between: z.tuple([region, region], { error: 'needs two regions | write [us-east-1, us-west-2]' }),
  lag: briefDuration.optional().describe('Replication lag while all is well; default: that of traffic.replication'),
});

const bucketName = z
  .string()
  .regex(/^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket | write media-us-east-1');

const bucket = z.strictObject({
  region,
  tags: z.record(z.string().min(1, 'is empty'), z.string()).default({}),
  replicatesTo: z.array(bucketName).default([]).describe('Buckets that S3 copies everything in it to'),
  copiedTo: z.array(bucketName).default([])
    .describe('Buckets that services copy everything in it to, over the link: they catch up with what was kept back'),
});
const tags = z
  .record(
    z.string().min(1, 'is empty').max(128, 'is longer than 128 characters'),
    z.string().max(256, 'is longer than 256 characters'),
  )
  .default({});

const group = z.strictObject({
  regions: z
    .array(region)
    .min(1, 'needs at least one region')
    .optional()
    .describe('Where it is; default: in every region'),
  min: count,
  desired: count,
  max: count,
  instanceType: z
    .string()
    .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'is no instance type | write m6i.large')
    .default('m6i.large'),
  tags,
  boot: duration.describe('Launch to running'),
  warmup: duration.default(0).describe('Running to serving'),
  scaling: z
    .strictObject({
      target: ratio.refine((value) => value > 0, 'has to be above 0%'),
      cooldown: duration.default(60_000),
    })
    .optional()
    .describe('Target tracking on mean CPU; without it a group never scales by itself'),
});

const databaseName = shortName.max(40, 'is longer than 40 characters');

const database = z.strictObject({
  kind: z
    .enum(['aurora', 'multi-az', 'cache'])
    .describe('aurora: a cluster with a member a zone. multi-az: an instance with a standby. cache: one with replicas'),
  regions: z
    .array(region)
    .min(1, 'needs at least one region')
    .optional()
    .describe('Where it is, its writer in the first zone; default: in every region'),
  tags,
  failover: positiveDuration.default(25_000).describe('How long it takes another member to take over'),
});

const domain = z.strictObject({
  zone: dnsName.describe('The hosted zone'),
  name: dnsName,
  ttl: positiveDuration.refine((ms) => ms % 1_000 === 0, 'has to be whole seconds'),
  healthCheck: z
    .strictObject({
      interval: z.enum(['10s', '30s']).default('30s').describe('Between two looks at an answer'),
      threshold: count.min(1, 'has to be at least 1').max(10, 'has to be at most 10').default(3)
        .describe('Looks in a row that must fail'),
    })
    .optional()
    .describe('Each answer is given only while its target answers; default: always. Not put into emulators'),
  answers: z
    .record(
      region,
      z.strictObject({
        target: dnsName.describe('What it sends members to'),
        weight: count.max(255, 'has to be at most 255'),
      }),
    )
    .refine((answers) => Object.keys(answers).length > 0, 'needs at least one region'),
});

const PERIODS: readonly number[] = [1_000, 5_000, 10_000, 20_000, 30_000];

/** A world file as written, part by part; what ties the parts together is checked in world-check.ts. */
export const worldSchema = z.strictObject({
  version: z.literal(1).describe('The version of this format'),
  name: shortName.describe("The world's own name"),
  account: z
    .string({
      error: (issue) =>
        issue.input === undefined ? undefined : 'an account is a text | put its twelve digits in quotes',
    })
    .regex(/^\d{12}$/, 'is no account | twelve digits, in quotes'),
  startsAt: z.iso
    .datetime({ error: 'is no time | write 2026-03-06T02:00:00Z' })
    .describe('Virtual time at which a drill begins'),
  history: positiveDuration
    .refine((ms) => ms <= 3_600_000, 'has to be at most 1h')
    .default(900_000)
    .describe('How much traffic has left metrics before that'),
  regions: z
    .record(region, worldRegion)
    .refine((regions) => Object.keys(regions).length > 0, 'needs at least one region'),
  links: z.array(link).optional().describe('Regions whose VPCs are peered, and replicate; default: every two'),
  buckets: z.record(bucketName, bucket).default({}).describe('S3 buckets; state is replicated with them'),
  groups: z.record(shortName, group).refine((groups) => Object.keys(groups).length > 0, 'needs at least one group'),
  databases: z.record(databaseName, database).optional().describe('Databases and caches; default: none'),
  domains: z.array(domain).min(1, 'needs at least one name'),
  metrics: z
    .strictObject({
      namespace: z
        .string()
        .regex(/^(?!AWS\/)[\w.\-/#:]{1,255}$/, 'is no namespace of your own | write Streaming')
        .default('Streaming'),
      period: duration
        .refine(
          (ms) => PERIODS.includes(ms) || (ms > 0 && ms % 60_000 === 0),
          'has to be 1s, 5s, 10s, 20s, 30s or whole minutes',
        )
        .default(10_000),
      delay: duration
        .refine((ms) => ms <= 300_000, 'has to be at most 5m')
        .default(0)
        .describe('From the end of a period to when its points can be read'),
    })
    .prefault({}),
  aws: awsSchema.describe('What hurts about the simulated AWS'),
  traffic: trafficSchema,
});

/** A world file whose parts are all well-formed. */
export type WorldFile = z.infer<typeof worldSchema>;
