import * as z from 'zod';
import { REGION, type HookCall, type HookDefinition } from '../model/hook.js';
import { argvWith, bodyOf, bodySchema, headers, maxOutput, text, timeout, url } from './config-effects.js';

const http = z
  .strictObject({
    method: z.enum(['GET', 'PUT', 'POST', 'PATCH', 'DELETE']).default('POST'),
    url,
    headers,
    body: bodySchema.optional(),
  })
  .refine(({ method, body }) => method !== 'GET' || body === undefined, 'a GET has no body | use POST')
  .describe(`An endpoint; ${REGION} in its url or body is the surviving region`);

const texts = z.union([text.transform((one): readonly string[] => [one]), z.array(text).min(1, 'is empty').max(5_000)]);
const tags = z
  .record(z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u, 'is no key of a tag'), texts)
  .refine((all) => Object.keys(all).length > 0, 'names no instances | write { app: edge }')
  .refine((all) => Object.keys(all).length <= 5, 'has more than 5 tags, which is what Systems Manager takes');
const ssm = z
  .strictObject({
    document: z.string().regex(/^[\w.-]{3,128}$/, 'is no name of a document | write AWS-RunShellScript'),
    parameters: z.record(z.string().min(1), texts).default({}),
    tags,
  })
  .describe('A document of Systems Manager, on the instances of each survivor that have these tags');

const WAYS = { http: http.optional(), command: argvWith(REGION).optional(), ssm: ssm.optional() };
const isOneWay = (call: { readonly http?: unknown; readonly command?: unknown; readonly ssm?: unknown }): boolean =>
  [call.http, call.command, call.ssm].filter((way) => way !== undefined).length === 1;
const ONE_WAY = 'a hook calls one thing | write one of http, command, ssm';

const oneHook = z
  .strictObject({
    ...WAYS,
    undo: z.strictObject(WAYS).refine(isOneWay, ONE_WAY).optional().describe('What takes it back; it may come twice'),
    timeout,
    maxOutput,
  })
  .refine(isOneWay, ONE_WAY);

/** The hooks of kong.yaml by their names: what experiments may name, and nothing else is ever called. */
export const hooksSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'is no name for a hook | write warm-playback'), oneHook)
  .default({});

type HookFile = z.infer<typeof oneHook>;

/** As the rest of kong uses them. */
export function hooksOf(file: z.infer<typeof hooksSchema>): readonly HookDefinition[] {
  return Object.entries(file).flatMap(([name, one]) => {
    const call = callOf(one);
    const { undo, timeout: timeoutMs, maxOutput: maxOutputBytes } = one;
    return call ? [{ name, call, undo: undo && callOf(undo), timeoutMs, maxOutputBytes }] : [];
  });
}

function callOf({
  http: request,
  command,
  ssm: document,
}: Pick<HookFile, 'http' | 'command' | 'ssm'>): HookCall | undefined {
  if (command) return { kind: 'command', argv: command };
  if (document) return { kind: 'ssm', ...document };
  return request && { kind: 'http', request: { ...request, body: bodyOf(request.body) } };
}
