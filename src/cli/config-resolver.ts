import { isIP } from 'node:net';
import * as z from 'zod';
import { positiveDuration } from '../experiment/schema-values.js';
import type { ResolverSettings } from '../model/resolution.js';

const MOST_SAMPLES = 100;
const LONGEST_MS = 10_000;
const USUAL = { samples: 10, timeout: 2_000 } as const;
const HIGHEST_PORT = 65_535;

const address = z
  .string({ error: 'is no address of a resolver | write 127.0.0.1:5353' })
  .refine(isAddress, 'is no address of a resolver | write 10.0.0.2, 127.0.0.1:5353 or "[::1]:5353"')
  .describe('An IP address, with a port where it is not 53');

const whole = z
  .strictObject({
    address,
    samples: z
      .int('samples has to be a whole number')
      .min(1, 'has to be at least 1')
      .max(MOST_SAMPLES, `has to be at most ${MOST_SAMPLES}`)
      .default(USUAL.samples)
      .describe('How often it is asked for each name, each time that kong looks'),
    timeout: positiveDuration.refine((ms) => ms <= LONGEST_MS, 'has to be at most 10s').default(USUAL.timeout),
  })
  .describe('A resolver that stands for those of the members');

/** The resolver of kong.yaml: an address, or an address with how it is asked. */
export const resolverSchema = z.union([address, whole]).optional();

/** As the rest of kong uses it. */
export function resolverOf(file: z.infer<typeof resolverSchema>): ResolverSettings | undefined {
  if (file === undefined) return undefined;
  const { timeout: timeoutMs, ...rest } = typeof file === 'string' ? { address: file, ...USUAL } : file;
  return { ...rest, timeoutMs };
}

/** `10.0.0.2`, `10.0.0.2:5353`, `fd00::2`, `[fd00::2]:5353`: a name would have to be resolved first. */
function isAddress(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isHost = bracketed === undefined ? isIP(plain ?? '') === 4 : isIP(bracketed) === 6;
  return isHost && (port === '' || (Number(port) > 0 && Number(port) <= HIGHEST_PORT));
}
