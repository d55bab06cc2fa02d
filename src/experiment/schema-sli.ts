import * as z from 'zod';
import { name, positiveDuration, region } from './schema-values.js';
import { UNITS } from './threshold.js';
import { suggestion } from './zod-problems.js';

const STATS = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'] as const;
const STAT = /^(Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,2})?|p100)$/;

const metric = z.strictObject({
  name: name.describe('The metric\'s name in CloudWatch'),
  stat: z.string().regex(STAT, { error: ({ input }) => `${String(input).slice(0, 40)} is no statistic | ${suggestion(String(input), [...STATS, 'p50', 'p90', 'p99']).fix ?? ''}` })
    .describe('Sum, Average, Minimum, Maximum, SampleCount or a percentile: p99'),
  dimensions: z.record(z.string(), z.string()).default({})
    .describe('Exactly as in CloudWatch: none means the metric without dimensions'),
});

const period = positiveDuration.refine((ms) => [1_000, 5_000, 10_000, 20_000, 30_000].includes(ms) || ms % 60_000 === 0,
  'is no period that CloudWatch has | write 1s, 5s, 10s, 20s, 30s or whole minutes');

const cloudwatch = z.strictObject({
  namespace: name,
  metrics: z.record(z.string().regex(/^[A-Za-z_]\w*$/, 'is no name that an expression can use'), metric).optional().describe('Metrics by the names that the expression uses'),
  metric: metric.optional().describe('The one metric that is the SLI'),
  expression: z.string().optional().describe('Over the names in metrics: + - * / ( ) min max'),
  period: period.default(60_000).describe('How much time a datapoint covers'),
  per: z.enum(['region', 'global']).default('region').describe('One series per surviving region, or one in all'),
  region: region.optional().describe('Where a global SLI is read; default: the first survivor'),
});

/** An SLI as written. */
export const sliSchema = z.strictObject({
  title: name.optional(),
  unit: z.enum(UNITS).describe('What the value is measured in'),
  cloudwatch,
  missing: z.enum(['breach', 'zero', 'hold', 'ignore']).default('breach').describe('What no datapoint means'),
});

/** An SLI as written, once it is checked. */
export type SliFile = z.infer<typeof sliSchema>;
