import * as z from 'zod';
import { blastRadiusSchema } from './schema-blast.js';
import { blockingAlarmsSchema, capacitySchema, errorBudgetSchema, windowSchema } from './schema-conditions.js';
import { fisSchema } from './schema-fis.js';
import { stepSchema } from './schema-method.js';
import { sliSchema } from './schema-sli.js';
import { duration, name, positiveDuration } from './schema-values.js';

const threshold = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'a threshold is a text: ">= 99%"') });

const RULE = '{ sli: …, breach: "< 97%", for: 3 of 5 }';
const NO_ABORT = `add abort: { when: [${RULE}] }: kong runs no drill that nothing can stop`;
const NO_RULE = `add - ${RULE}: kong runs no drill that nothing can stop`;

/** One expectation of the steady state as written. */
export const expectationSchema = z.strictObject({
  sli: z.string(),
  expect: threshold.describe('">= 99%" or "<= baseline + 50ms"'),
  settle: duration.default(0).describe('How long it may be off while the system recovers'),
});

/** One abort rule as written. */
export const abortRuleSchema = z.strictObject({
  sli: z.string(),
  breach: threshold.describe('"< 97%"'),
  for: z.string().regex(/^\d+\s+of\s+\d+$/, 'is no count of datapoints | write "3 of 5"').default('1 of 1').describe('How many of how many datapoints'),
});

const place = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d+\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no bucket in a region | write us-east-1/state-us-east-1');

const replicationSchema = z.strictObject({
  marker: z.strictObject({
    from: place.describe('Where markers are written, REGION/BUCKET'),
    to: place.describe('Where they should arrive'),
    prefix: z.string().regex(/^[A-Za-z0-9][\w./-]{0,199}\/$/, 'is no prefix of keys | write kong-marker/').default('kong-marker/'),
    every: positiveDuration.default(5_000)
      .describe('How far apart they are written and looked for: how exact the lag is known'),
    lead: positiveDuration.default(30_000).describe('For how long they are written before anything else is done'),
  }),
}).describe('How replication is measured, beside an SLI named replication-lag');

/** An experiment file as written, part by part; what ties the parts together is checked in parse.ts. */
export const experimentSchema = z.strictObject({
  version: z.literal(1).describe('The version of this format'),
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'letters, digits, dots and dashes only, at most 100').describe('The experiment\'s own name'),
  hypothesis: z.string().min(1, 'is empty').max(2_000).describe('What you believe will hold, in a sentence'),
  owner: name.optional().describe('Who answers for it'),
  escape: z.boolean().default(false)
    .describe('Used in anger: nothing is broken, and traffic never goes back to the region by itself'),
  blastRadius: blastRadiusSchema,
  slis: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and dashes only'), sliSchema)
    .refine((slis) => Object.keys(slis).length > 0, 'needs at least one SLI').describe('What members would feel'),
  steadyState: z.array(expectationSchema).min(1, 'needs at least one expectation')
    .describe('The steady-state hypothesis'),
  abort: z.strictObject({
    missingData: positiveDuration.default(60_000).describe('No datapoint for this long is a breach'),
    when: z.array(abortRuleSchema, { error: ({ input }) => (input === undefined ? `is missing | ${NO_RULE}` : undefined) }).min(1, `needs at least one rule | ${NO_RULE}`),
  }, { error: ({ input }) => (input === undefined ? `is missing | ${NO_ABORT}` : undefined) })
    .describe('When to stop and roll back'),
  poll: positiveDuration.refine((ms) => ms >= 1_000, 'has to be at least 1s').optional()
    .describe('How often SLIs are read'),
  baseline: positiveDuration.default(300_000).describe('How much of the past the baseline is the mean of'),
  objectives: z.strictObject({ rto: positiveDuration.optional(), rpo: positiveDuration.optional() }).default({}),
  rollback: z.strictObject({ within: positiveDuration.optional() }).default({})
    .describe('The longest that a rollback may take'),
  window: z.union([windowSchema.transform((one) => [one]), z.array(windowSchema)]).default([])
    .describe('When a drill may run: days and hours in a time zone; default: at any time'),
  blockingAlarms: blockingAlarmsSchema,
  errorBudget: errorBudgetSchema.optional(),
  capacity: capacitySchema.optional(),
  engine: z.enum(['kong', 'fis']).default('kong')
    .describe('Who carries the faults out: kong, or AWS FIS, which ends them by itself if kong dies'),
  fis: fisSchema.optional(),
  replication: replicationSchema.optional(),
  method: z.array(stepSchema).min(1, 'needs at least one step').max(100, 'has more than 100 steps')
    .describe('What is done, in order'),
});

/** A file whose parts are all well-formed. */
export type ExperimentFile = z.infer<typeof experimentSchema>;
