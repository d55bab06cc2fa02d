import * as z from 'zod';
import type { FisTemplate } from '../model/fis-template.js';

const texts = z.record(z.string(), z.string());

const target = z.object({
  resourceType: z.string(),
  resourceArns: z.array(z.string()).exactOptional(),
  resourceTags: texts.exactOptional(),
  filters: z.array(z.object({ path: z.string(), values: z.array(z.string()) })).exactOptional(),
  selectionMode: z.string(),
  parameters: texts.exactOptional(),
});

const action = z.object({
  actionId: z.string(),
  description: z.string().exactOptional(),
  parameters: texts.exactOptional(),
  targets: texts.exactOptional(),
  startAfter: z.array(z.string()).exactOptional(),
});

const options = z.object({
  accountTargeting: z.enum(['single-account', 'multi-account']).exactOptional(),
  emptyTargetResolutionMode: z.enum(['fail', 'skip']).exactOptional(),
});

/**
 * A template of AWS Fault Injection Service, as far as kong knows what it means: what CreateExperimentTemplate takes,
 * and what GetExperimentTemplate answers. Other keys are not kept.
 *
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html
 */
export const fisTemplateSchema: z.ZodType<FisTemplate> = z.object({
  description: z.string(),
  roleArn: z.string(),
  stopConditions: z.array(z.object({ source: z.string(), value: z.string().exactOptional() })),
  targets: z.record(z.string(), target).exactOptional(),
  actions: z.record(z.string(), action),
  experimentOptions: options.exactOptional(),
});

const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** An ISO 8601 duration of days, hours, minutes and seconds, in milliseconds; undefined: it is none. */
export function isoDurationMs(text: string): number | undefined {
  const found = DURATION.exec(text);
  if (!found || text === 'P' || text.endsWith('T')) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}

/** Whole minutes as FIS writes them: `PT5M`. Rounded up; never less than one, its shortest. */
export function isoMinutes(ms: number): string {
  return `PT${Math.max(1, Math.ceil(ms / 60_000))}M`;
}
