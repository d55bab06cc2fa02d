import * as z from 'zod';
import { isolateSchema, shiftValuesSchema, switchSchema } from './schema-switching.js';
import { name, percent, positiveDuration, ramp, region } from './schema-values.js';

const fault = z.union([
  name,
  z.object({ name }).catchall(z.union([z.string(), z.number(), z.boolean()])),
]).describe('A fault by its name, or with parameters: { name: …, … }');

const tiers = z
  .array(z.union([name.transform((one) => [one]), z.array(name).min(1, 'has no names')]))
  .min(1, 'needs at least one tier');

/** What an objective of a few minutes asks for. */
const OBSERVED_MS = 180_000;

/** One step of the method as written: a mapping with a single key. */
export const stepSchema = z.strictObject({
  prewarm: z.strictObject({
    capacity: percent.refine((ratio) => ratio > 1 && ratio <= 10, 'has to be above 100% and at most 1000% | write 150%')
      .describe('Of what the survivors\' groups have now: 150%'),
    caches: name.optional().describe('A hook of kong.yaml that warms the caches of each survivor'),
  }).optional().describe('Make the survivors ready before traffic comes'),
  fault: fault.optional(),
  shift: z.strictObject({
    to: z.union([
      z.literal('survivors'),
      z.array(region).min(1, 'needs at least one region | write survivors, or name them'),
    ]).default('survivors'),
    steps: ramp.describe('How much has been moved after each step'),
    every: positiveDuration.default(20_000).describe('The wait between two steps'),
    via: name.optional().describe('A switch of kong.yaml by which traffic moves; default: weighted records'),
    values: shiftValuesSchema.optional(),
    tiers: tiers.optional()
      .describe('DNS names that move together, tier after tier within each step: [[edge.example.com], rest]'),
  }).optional().describe('Move traffic out of the region'),
  switch: switchSchema.optional(),
  isolate: isolateSchema.optional(),
  stay: z.union([z.enum(['told', 'rollback']), positiveDuration]).optional()
    .describe('Of an escape: traffic stays out until somebody says so, until `kong rollback`, or for so long'),
  observe: z.union([
    z.literal('failover').transform((what) => ({ what, within: OBSERVED_MS, traffic: undefined })),
    z.strictObject({
      what: z.literal('failover'),
      within: positiveDuration.default(OBSERVED_MS),
      traffic: name.optional().describe('An SLI, per region, that counts what each is asked: does it leave?'),
    }),
  ]).optional().describe('Shift nothing, and see whether the system fails over by itself: within 3m, or as said'),
  hold: positiveDuration.optional().describe('Wait, and watch'),
  restore: name.optional().describe('Take a fault, a switch or isolate back'),
  return: z.strictObject({
    steps: ramp.describe('How much is back after each step'),
    every: positiveDuration.default(60_000).describe('The wait between two steps'),
  }).optional().describe('Bring the traffic back'),
}).refine((step) => Object.values(step).filter((value) => value !== undefined).length === 1,
  'a step is one thing | write one of ' +
    'prewarm, fault, shift, observe, stay, switch, isolate, hold, restore, return per list item');

/** A step as written, once it is checked. */
export type StepFile = z.infer<typeof stepSchema>;
