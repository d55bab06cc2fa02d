import { KongError } from '../model/errors.js';
import type { EffectLimits, HttpBody, HttpRead, HttpWrite, SwitchEffects } from '../model/switch.js';
import { VALUE, withoutLineEnd } from './switch-text.js';

/**
 * Asks an endpoint for a value.
 * @throws KongError SWITCH_FAILED
 */
export async function httpRead(read: HttpRead, limits: EffectLimits, effects: SwitchEffects): Promise<string> {
  const { url, headers, pointer } = read;
  const call = { method: 'GET', url, headers: withSecrets(headers, effects), body: undefined };
  const answer = await effects.request(call, limits);
  return pointer === undefined ? withoutLineEnd(answer) : valueAt(answer, pointer);
}

/** With what an endpoint is told something. */
interface Telling {
  readonly limits: EffectLimits;
  readonly effects: SwitchEffects;
  /** What stands for the value; default: `{value}`. */
  readonly place?: string;
}

/**
 * Tells an endpoint a value.
 * @throws KongError SWITCH_FAILED
 */
export async function httpWrite(
  { method, url, headers, body }: HttpWrite,
  value: string,
  { limits, effects, place = VALUE }: Telling,
): Promise<void> {
  const fill = (text: string): string => text.replaceAll(place, () => value);
  const type = body && { 'content-type': body.kind === 'json' ? 'application/json' : 'text/plain; charset=utf-8' };
  const call = {
    method,
    url: url.replaceAll(place, () => encodeURIComponent(value)),
    headers: { ...type, ...withSecrets(headers, effects) },
    body: body && bodyFor(body, fill),
  };
  await effects.request(call, limits);
}

function bodyFor(body: HttpBody, fill: (text: string) => string): string {
  return body.kind === 'text' ? fill(body.text) : JSON.stringify(filled(body.json, fill));
}

/** The value is put into texts before they become JSON: whatever it holds, it stays within its text. */
function filled(json: unknown, fill: (text: string) => string): unknown {
  if (typeof json === 'string') return fill(json);
  if (Array.isArray(json)) return json.map((item: unknown) => filled(item, fill));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, inner]) => [key, filled(inner, fill)]));
}

function withSecrets(headers: HttpRead['headers'], { env }: SwitchEffects): HttpRead['headers'] {
  const missing = missingSecret(headers, { env });
  if (missing) throw missing;
  const secret = (_whole: string, name: string): string => env(name) ?? '';
  return Object.fromEntries(Object.entries(headers).map(([key, text]) => [key, text.replaceAll(SECRET, secret)]));
}

const SECRET = /\$\{(\w+)\}/g;

/** What a request ends with whose headers need an environment variable that is not set; undefined: all are. */
export function missingSecret(
  headers: HttpRead['headers'],
  { env }: Pick<SwitchEffects, 'env'>,
): KongError | undefined {
  const named = Object.values(headers).flatMap((text) => [...text.matchAll(SECRET)].map(([, name = '']) => name));
  const missing = named.find((name) => env(name) === undefined);
  if (missing === undefined) return undefined;
  return new KongError('SWITCH_FAILED', `the environment variable ${missing} is not set, and a header needs it`, {
    fix: `set ${missing}`,
  });
}

function valueAt(answer: string, pointer: string): string {
  let found: unknown;
  try {
    found = pointer
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>(inside, JSON.parse(answer));
  } catch (cause) {
    throw new KongError('SWITCH_FAILED', 'it does not answer with JSON, and a pointer is given', { cause });
  }
  if (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') return String(found);
  throw new KongError('SWITCH_FAILED', `there is no text, number or boolean at ${pointer} of its answer`);
}

function inside(json: unknown, part: string): unknown {
  const own = typeof json === 'object' && json !== null && Object.hasOwn(json, part);
  return own ? Reflect.get(json, part) : undefined;
}
