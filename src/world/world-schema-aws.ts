import * as z from 'zod';
import { duration } from '../experiment/schema-values.js';
import { positiveCount, ratio } from './world-schema-values.js';

const briefly = duration.refine((ms) => ms <= 300_000, 'has to be at most 5m');

/** What hurts about the simulated AWS; each is mild, or off, where the file says nothing of it. */
export const awsSchema = z
  .strictObject({
    pageSize: positiveCount
      .max(1_000, 'has to be at most 1000')
      .optional()
      .describe('The most items on one page of a list'),
    readLag: briefly.optional().describe('The longest that describing calls lag behind a write; default: 0'),
    throttling: z.boolean().optional().describe('Whether calls are throttled as at AWS; default: they are'),
    withoutCapacity: z.array(z.string()).optional().describe('Zones in which nothing can be launched or started'),
    elbHealthChecks: z
      .boolean()
      .optional()
      .describe('Whether groups end members that can not be reached; default: they do not notice'),
    dnsSync: briefly.optional().describe('From a Route 53 change to INSYNC; default: 5s'),
    lateMetrics: z
      .strictObject({
        share: ratio.describe('Of the points of metrics'),
        by: briefly.describe('How much later they can be read at the most'),
      })
      .optional()
      .describe('Points of metrics that come late; default: none does'),
  })
  .prefault({});

/** The behaviour of the simulated AWS as a file has it. */
export type AwsFile = z.infer<typeof awsSchema>;
