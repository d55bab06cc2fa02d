import * as z from 'zod';
import { name, percent, region } from './schema-values.js';

/** What a switch is set to. */
const to = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'a value is a text | put it in quotes') })
  .max(4_096, 'is longer than 4096 characters')
  .describe('What it is set to');

/** Sets a switch of kong.yaml. */
export const switchSchema = z
  .strictObject({ name: name.describe('A switch of kong.yaml'), to })
  .describe('Set a switch of your own');

const byName = z.strictObject({ via: name.describe('A switch of kong.yaml whose role is isolation'), to });
const byParameter = z.strictObject({
  parameter: z
    .string()
    .regex(/^\/?[\w.-]+(\/[\w.-]+)*$/, 'is no name of a parameter | write /streaming/isolation')
    .max(1_011, 'is longer than 1011 characters')
    .describe('An SSM parameter that services read'),
  region: region.optional().describe('Where it is; default: in each survivor'),
  to: to.min(1, 'is empty, and a parameter can not be'),
});

/** Keeps what breaks and what survives from calling one another. */
export const isolateSchema = z
  .union([z.literal('routes'), byParameter, byName], {
    error: 'is routes, { parameter: …, to: … } or { via: …, to: … }',
  })
  .describe('Stop calls and retries between what breaks and the survivors');

/** What a shift's switch is set to, by how much has been moved. */
export const shiftValuesSchema = z
  .record(z.string(), to)
  .transform((table, context) =>
    Object.entries(table).flatMap(([share, value]) => {
      const gone = percent.safeParse(share);
      if (gone.success && gone.data <= 1) return [{ gone: gone.data, value }];
      context.addIssue({ code: 'custom', path: [share], message: `"${share.slice(0, 40)}" is no share | write 25%` });
      return [];
    }),
  )
  .describe('What is written, by how much has been moved: { 25%: …, 100%: … }; default: the percent that is left');
