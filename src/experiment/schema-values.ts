import * as z from 'zod';
import { parseDuration } from '../model/duration.js';

/** Nothing in a drill takes longer; a wait without end would never be restored. */
const LONGEST_MS = 86_400_000;

/** `10s`, `1m30s`, `2h`, at most a day: milliseconds. */
export const duration = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'a duration needs a unit: 10s, 1m30s, 2h') })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms <= LONGEST_MS) return ms;
    const shown = text.slice(0, 40);
    context.addIssue({ code: 'custom', message: ms === undefined ? `"${shown}" is no duration | write 10s, 1m30s or 2h` : `"${shown}" is longer than a day | write at most 24h` });
    return z.NEVER;
  })
  .meta({ description: 'A duration: 10s, 1m30s, 2h', examples: ['10s', '5m'] });

/** A duration above zero. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'has to be longer than 0 | write 10s, 1m30s or 2h');

const PERCENT = /^(\d+(?:\.\d+)?)\s*%$/;

/** `25%`: a ratio, 0.25. */
export const percent = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'a share needs its sign: 25%') })
  .transform((text, context) => {
    const match = PERCENT.exec(text.trim());
    if (match) return Number(match[1]) / 100;
    context.addIssue({ code: 'custom', message: `"${text.slice(0, 40)}" is no share | write 25%` });
    return z.NEVER;
  })
  .meta({ description: 'A share: 25%', examples: ['25%'] });

/** A share of a whole: above 0, at most 100 %. */
export const share = percent
  .refine((ratio) => ratio > 0 && ratio <= 1, 'has to be above 0% and at most 100% | write 25%');

/** One text, or a list of them. */
export const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

/** A name in a file: short, and on one line. */
export const name = z.string().min(1, 'is empty').max(200, 'is longer than 200 characters').regex(/^[^\p{Cc}]*$/u, 'holds control characters');

/** `us-east-1`. */
export const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d+$/, 'is no region | a region looks like us-west-2').meta({ examples: ['us-east-1'] });

/** The steps of a ramp: each above the one before, at most 100 %. */
export const ramp = z.array(share).min(1, 'needs at least one step | write [25%, 50%, 100%]')
  .max(100, 'has more than 100 steps')
  .refine(
    (steps) => steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0)),
    'each step has to be above the one before | write them rising: [25%, 50%, 100%]',
  );
