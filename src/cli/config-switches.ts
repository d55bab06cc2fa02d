import * as z from 'zod';
import { VALUE } from '../changes/switch-text.js';
import { region } from '../experiment/schema-values.js';
import { FAULTS } from '../faults/registry.js';
import { ISOLATE } from '../model/experiment.js';
import type { SwitchDefinition, SwitchWay } from '../model/switch.js';
import { argvWith, bodyOf, bodySchema, headers, maxOutput, text, timeout, url } from './config-effects.js';

const argv = argvWith(VALUE);

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
    timeout,
    maxOutput,
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

function holdsValue(text: string): boolean {
  return text.includes(VALUE);
}
