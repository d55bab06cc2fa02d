import * as z from 'zod';
import type { Freeze, TimeWindow } from '../model/conditions.js';
import { parseDuration } from '../model/duration.js';
import { DAYS, isTimeZone } from '../model/local-time.js';
import { name, share } from './schema-values.js';
import { parseThreshold } from './threshold.js';

const DAY_MS = 86_400_000;
/** CloudWatch keeps datapoints of five minutes for 63 days, of an hour for 455. */
const LONGEST_BUDGET_MS = 90 * DAY_MS;
const SHORTEST_BUDGET_MS = 3_600_000;

const timeZone = z
  .string()
  .refine(isTimeZone, 'is no time zone | write a name of the IANA database: Europe/Paris, America/New_York, UTC')
  .default('UTC')
  .describe('Of the IANA database: Europe/Paris; default: UTC');

const DAY_LIST = `write ${DAYS.join(', ')}, or a range: mon-fri`;

const day = z
  .string({ error: ({ input }) => (input === undefined ? undefined : `is no day | ${DAY_LIST}`) })
  .transform((text, context) => {
    const days = daysOf(text.toLowerCase());
    if (days !== undefined) return days;
    context.addIssue({ code: 'custom', message: `"${text.slice(0, 40)}" is no day | ${DAY_LIST}` });
    return z.NEVER;
  })
  .meta({ examples: ['mon', 'mon-fri'] });

function daysOf(text: string): readonly number[] | undefined {
  const [first = '', last = first, ...more] = text.split('-');
  const [from, to] = [first, last].map((one) => DAYS.findIndex((known) => known === one.trim()));
  if (from === undefined || to === undefined || from < 0 || to < 0 || more.length > 0) return undefined;
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7);
}

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;

const hours = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'hours are a text: "09:00-17:00"') })
  .transform((text, context) => {
    const match = HOURS.exec(text.trim());
    if (match)
      return { from: minutes(match[1], match[2]), to: match[3] === undefined ? 1_440 : minutes(match[3], match[4]) };
    context.addIssue({ code: 'custom', message: `"${text.slice(0, 40)}" are no hours | write 09:00-17:00` });
    return z.NEVER;
  })
  .meta({ examples: ['09:00-17:00'] });

function minutes(hour: string | undefined, minute: string | undefined): number {
  return Number(hour) * 60 + Number(minute);
}

/** A time of some days in which drills may run, as written. */
export const windowSchema = z
  .strictObject({
    days: z
      .array(day)
      .min(1, 'needs at least one day')
      .optional()
      .describe('mon, tue, … or mon-fri; default: every day'),
    hours: hours.optional().describe('09:00-17:00; 22:00-04:00 ends on the next day; default: all day'),
    timeZone,
  })
  .transform((file): TimeWindow => {
    const days = [...new Set((file.days ?? [[0, 1, 2, 3, 4, 5, 6]]).flat())].sort((a, b) => a - b);
    const { from: fromMinute, to: toMinute } = file.hours ?? { from: 0, to: 1_440 };
    const text = `${daysText(days)} ${clock(fromMinute)}-${clock(toMinute)} ${file.timeZone}`;
    return { text, days, fromMinute, toMinute, timeZone: file.timeZone };
  });

function daysText(days: readonly number[]): string {
  return days.length === 7 ? 'every day' : days.map((one) => DAYS[one] ?? '').join(' ');
}

function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;

const moment = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'a date is a text: 2026-11-20') })
  .refine(
    (text) => MOMENT.test(text) && !Number.isNaN(Date.parse(text)),
    'is no date | write 2026-11-20 or 2026-11-20T18:00:00Z',
  );

/** A time in which nothing is drilled, as written. */
export const freezeSchema = z
  .strictObject({
    from: moment.describe('2026-11-20, or a time with its offset'),
    to: moment.describe('The last day, or a time with its offset'),
    reason: name.describe('Why nothing is drilled'),
    timeZone,
  })
  .refine(({ from, to }: Freeze) => Date.parse(from) <= Date.parse(to), 'ends before it begins | check from and to');

const budgetWindow = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'a duration needs a unit: 7d, 30d') })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= SHORTEST_BUDGET_MS && ms <= LONGEST_BUDGET_MS) return ms;
    const problem = ms === undefined ? 'is no duration' : 'has to be from 1h to 90d';
    context.addIssue({ code: 'custom', message: `"${text.slice(0, 40)}" ${problem} | write 7d or 30d` });
    return z.NEVER;
  })
  .meta({ examples: ['30d'] });

const objective = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'an objective is a text: "99.99%"') })
  .transform((text, context) => {
    const parsed = parseThreshold(/^\d/.test(text.trim()) ? `>= ${text.trim()}` : text, 'percent');
    const value = 'limit' in parsed && parsed.limit.kind === 'absolute' ? parsed.limit.value : undefined;
    if ('limit' in parsed && value !== undefined && value > 0 && value < 100) return parsed;
    context.addIssue({
      code: 'custom',
      message: `"${text.slice(0, 40)}" is no objective | write ">= 99.99%", or "<= 0.01%" for an SLI that should be low`,
    });
    return z.NEVER;
  });

/** An error budget as written. */
export const errorBudgetSchema = z
  .strictObject({
    sli: z.string().describe('An SLI in percent'),
    objective: objective.describe('">= 99.99%" of the good, or "<= 0.01%" of the bad'),
    window: budgetWindow.default(30 * DAY_MS).describe('The time over which it is counted; default: 30d'),
  })
  .transform(({ sli, objective: text, window }) => ({ sli, objective: text, windowMs: window }))
  .describe('Spent: no drill; nearly: none that is not overridden');

/** How busy the rest may be, as written. */
export const capacitySchema = z
  .strictObject({
    namespace: name.optional().describe('Default: AWS/EC2, and the namespaces of the SLIs'),
    metric: name.default('CPUUtilization').describe('In percent, by the dimension AutoScalingGroupName'),
    limit: share.default(0.8).describe('Of the groups at their maximum; default: 80%'),
  })
  .transform(({ namespace, metric, limit }) => ({ namespace, metric, limit }))
  .describe('What tells whether the rest can carry the load');

/** Alarms as written. */
export const blockingAlarmsSchema = z
  .array(name)
  .max(100, 'has more than 100 alarms')
  .default([])
  .describe('CloudWatch alarms that have to be OK: NAME, or us-east-1/NAME');
