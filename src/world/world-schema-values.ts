import * as z from 'zod';
import { percent, positiveDuration } from '../experiment/schema-values.js';

/** A share of a whole: 0 % to 100 %. */
export const ratio = percent.refine((value) => value <= 1, 'has to be at most 100%');

/** How much something varies, as a ratio of its mean: may exceed 100 %. */
export const variation = percent.refine((value) => value <= 10, 'has to be at most 1000%');

/** A rate a second: 0 or more. */
export const rate = z.number().min(0, 'has to be 0 or more').max(1e9, 'has to be at most 1000000000');

/** A number of things: a whole number, 0 or more. */
export const count = z
  .int('has to be a whole number')
  .min(0, 'has to be 0 or more')
  .max(1_000_000, 'has to be at most 1000000');

/** A number of things, at least one. */
export const positiveCount = count.min(1, 'has to be at least 1');

/** A mean time of work or of a wait: above zero, at most a day. */
export const briefDuration = positiveDuration.refine((ms) => ms <= 86_400_000, 'has to be at most 1d');

/** The name of a group, a service or a population. */
export const shortName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'is no name | letters, digits, dots and dashes only, at most 100');

/** A DNS name without its final dot. */
export const dnsName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/, 'is no DNS name | write api.example.com');
