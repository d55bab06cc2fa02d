import * as z from 'zod';
import { VALUE } from '../changes/switch-text.js';
import { positiveDuration, region } from '../experiment/schema-values.js';
import { FAULTS } from '../faults/registry.js';
import { ISOLATE } from '../model/experiment.js';
import type { HttpBody, SwitchDefinition, SwitchWay } from '../model/switch.js';
import { isLoopback } from './loopback.js';

const LONGEST_MS = 60_000;
const MOST_OUTPUT = 1_048_576;
const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: MOST_OUTPUT };

const text = z
  .string()
  .max(4_096, 'is longer than 4096 characters')
  .regex(/^[^\0]*$/, 'holds a NUL character');
const argv = z
  .array(text, { error: 'is a list: the program, then its arguments, each as it is | write [edgectl, get, active]' })
  .min(1, 'needs a program')
  .max(100, 'has more than 100 arguments')
  .refine(([program = '']) => program !== '' && !program.includes(VALUE), `needs a program, which can't be ${VALUE}`);

const url = text.refine(isSafeAddress, 'is no https address | only on this machine itself may it be http');
const headers = z
  .record(
    z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header'),
    text.regex(/^[^\r\n]*$/, 'has two lines'),
  )
  .default({})
  .describe('`${NAME}` stands for an environment variable, for what is secret');
const bodySchema = z.union([text, z.record(z.string(), z.unknown())]);

const command = z
  .strictObject({ read: argv, write: argv })
  .refine(({ read }) => !read.some(holdsValue), `read has no value: there is no ${VALUE} in it`)
  .refine(({ write }) => write.some(holdsValue), `write does not say where the value goes | write ${VALUE} in it`)
  .describe('A program on this machine that prints the value, and one that sets it; no shell');

const http = z
  .strictObject({
    read: z.strictObject({
      url,
      headers,
      pointer: z
        .string()
        .regex(/^(\/[^/]*)+$/, 'is no JSON pointer | write /state')
        .optional(),
    }),
    write: z
      .strictObject({
        method: z.enum(['PUT', 'POST', 'PATCH']).default('PUT'),
        url,
        headers,
        body: bodySchema.optional(),
      })
      .refine(
        (one) => holdsValue(JSON.stringify([one.url, one.body ?? ''])),
        `does not say where the value goes | write ${VALUE} in its body or url`,
      ),
  })
  .describe('An endpoint that answers with the value, and one that is told it');

const parameter = z
  .strictObject({
    name: z
      .string()
      .regex(/^\/?[\w.-]+(\/[\w.-]+)*$/, 'is no name of a parameter | write /edge/failover')
      .max(1_011, 'is longer than 1011 characters'),
    region,
  })
  .describe('A parameter of type String in the Parameter Store of Systems Manager');

const oneSwitch = z
  .strictObject({
    command: command.optional(),
    http: http.optional(),
    parameter: parameter.optional(),
    role: z
      .enum(['traffic', 'isolation'])
      .default('traffic')
      .describe('isolation: what keeps the broken and the whole apart; it is lifted before traffic returns'),
    values: z
      .array(text)
      .min(1, 'needs at least one value')
      .max(100, 'has more than 100 values')
      .optional()
      .describe('The only values that it may have'),
    timeout: positiveDuration.refine((ms) => ms <= LONGEST_MS, 'has to be at most 1m').default(10_000),
    maxOutput: z
      .string()
      .regex(/^\d{1,7}(B|KiB|MiB)$/, 'is no size | write 64KiB')
      .transform((size) => Number.parseInt(size, 10) * (UNITS[size.replace(/\d+/, '')] ?? 1))
      .refine((bytes) => bytes > 0 && bytes <= MOST_OUTPUT, 'has to be above 0 and at most 1MiB')
      .default(65_536),
  })
  .refine(
    (one) => [one.command, one.http, one.parameter].filter((way) => way !== undefined).length === 1,
    'a switch is one thing | write one of command, http, parameter',
  );

const TAKEN: readonly string[] = [ISOLATE, ...FAULTS.map((fault) => fault.name)];

/** The switches of kong.yaml by their names: what experiments may name, and nothing else is ever run. */
export const switchesSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,63}$/, 'is no name for a switch | write edge-rules')
      .refine((name) => !TAKEN.includes(name), 'is what something else is restored by | name it otherwise'),
    oneSwitch,
  )
  .default({});

type SwitchesFile = z.infer<typeof switchesSchema>;

/** As the rest of kong uses them. */
export function switchesOf(file: SwitchesFile): readonly SwitchDefinition[] {
  return Object.entries(file).flatMap(([name, one]) => {
    const way = wayOf(one);
    const { role, values, timeout, maxOutput } = one;
    return way ? [{ name, role, values, timeoutMs: timeout, maxOutputBytes: maxOutput, way }] : [];
  });
}

function wayOf({ command, http, parameter }: SwitchesFile[string]): SwitchWay | undefined {
  if (command) return { kind: 'command', ...command };
  if (parameter) return { kind: 'parameter', parameter: parameter.name, region: parameter.region };
  if (!http) return undefined;
  const { method, url, headers, body } = http.write;
  const { pointer } = http.read;
  return {
    kind: 'http',
    read: { url: http.read.url, headers: http.read.headers, pointer },
    write: { method, url, headers, body: bodyOf(body) },
  };
}

function bodyOf(body: z.infer<typeof bodySchema> | undefined): HttpBody | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string' ? { kind: 'text', text: body } : { kind: 'json', json: body };
}

function holdsValue(text: string): boolean {
  return text.includes(VALUE);
}

function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password, origin } = new URL(address);
  // what stands before the path decides who gets the headers
  if (username !== '' || password !== '' || address.slice(0, origin.length).includes('{')) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(address));
}
