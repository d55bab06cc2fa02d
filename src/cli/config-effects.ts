import * as z from 'zod';
import { positiveDuration } from '../experiment/schema-values.js';
import type { HttpBody } from '../model/switch.js';
import { isLoopback } from './loopback.js';

const LONGEST_MS = 60_000;
const MOST_OUTPUT = 1_048_576;
const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: MOST_OUTPUT };

/** A text that programs and endpoints take. */
export const text = z
  .string()
  .max(4_096, 'is longer than 4096 characters')
  .regex(/^[^\0]*$/, 'holds a NUL character');

/**
 * A program of kong.yaml with its arguments.
 *
 * @param place - what stands for the value: in arguments, and never for the program
 */
export function argvWith(place: string): z.ZodType<readonly string[]> {
  return z
    .array(text, { error: 'is a list: the program, then its arguments, each as it is | write [edgectl, get, active]' })
    .min(1, 'needs a program')
    .max(100, 'has more than 100 arguments')
    .refine(([program = '']) => program !== '' && !program.includes(place), `needs a program, which can't be ${place}`);
}

/** An address that may get what is in the headers: https, or this machine. */
export const url = text.refine(isSafeAddress, 'is no https address | only on this machine itself may it be http');

/** Headers of a request. */
export const headers = z
  .record(
    z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header'),
    text.regex(/^[^\r\n]*$/, 'has two lines'),
  )
  .default({})
  .describe('`${NAME}` stands for an environment variable, for what is secret');

/** The body of a request: a text, or JSON. */
export const bodySchema = z.union([text, z.record(z.string(), z.unknown())]);

/** How long a program or an endpoint may take. */
export const timeout = positiveDuration.refine((ms) => ms <= LONGEST_MS, 'has to be at most 1m').default(10_000);

/** How much it may print or answer. */
export const maxOutput = z
  .string()
  .regex(/^\d{1,7}(B|KiB|MiB)$/, 'is no size | write 64KiB')
  .transform((size) => Number.parseInt(size, 10) * (UNITS[size.replace(/\d+/, '')] ?? 1))
  .refine((bytes) => bytes > 0 && bytes <= MOST_OUTPUT, 'has to be above 0 and at most 1MiB')
  .default(65_536);

/** A body as the rest of kong uses it. */
export function bodyOf(body: z.infer<typeof bodySchema> | undefined): HttpBody | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string' ? { kind: 'text', text: body } : { kind: 'json', json: body };
}

function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password, origin } = new URL(address);
  // what stands before the path decides who gets the headers
  if (username !== '' || password !== '' || address.slice(0, origin.length).includes('{')) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(address));
}
