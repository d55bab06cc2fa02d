import { KongError, messageOf } from '../model/errors.js';
import { withoutQuery, type EffectLimits, type HttpCall } from '../model/switch.js';
import { Collected } from './collected.js';

/** Statuses that say where to go instead. */
const REDIRECTS = { from: 300, to: 399 };

/**
 * Sends one request and reads its answer. A redirect is a failure: what was reviewed is one address.
 *
 * @throws KongError SWITCH_FAILED where it is not answered with a 2xx in time, or with more than it may be, or with
 * what is no UTF-8. Headers are never part of a message.
 */
export async function sendRequest(call: HttpCall, { timeoutMs, maxOutputBytes }: EffectLimits): Promise<string> {
  const { method, url, headers, body } = call;
  const where = `${method} ${withoutQuery(url)}`;
  const failed = (what: string, cause?: unknown): KongError =>
    new KongError('SWITCH_FAILED', `${where} ${what}`, cause === undefined ? {} : { cause });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const sent = { method, headers, signal, redirect: 'manual' as const };
    const answer = await fetch(url, body === undefined ? sent : { ...sent, body });
    const text = await read(answer, maxOutputBytes);
    if (answer.status >= REDIRECTS.from && answer.status <= REDIRECTS.to) {
      throw failed(`answers with a redirect (${answer.status}), which is not followed`);
    }
    if (!answer.ok) throw failed(`answers with status ${answer.status}`);
    if (text === 'too long') throw failed(`answers with more than ${maxOutputBytes} bytes`);
    if (text.text === undefined) throw failed('answers with what is no UTF-8');
    return text.text;
  } catch (error) {
    if (error instanceof KongError) throw error;
    if (signal.aborted) throw failed(`was not answered within ${timeoutMs / 1_000}s`, error);
    throw failed(`could not be sent: ${reasonOf(error)}`, error);
  }
}

async function read(answer: Response, most: number): Promise<'too long' | { readonly text: string | undefined }> {
  const collected = new Collected(most);
  if (!answer.body) return { text: '' };
  const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: collected.text() };
    if (collected.add(value)) continue;
    await reader.cancel();
    return 'too long';
  }
}

/** fetch itself says no more than that it failed. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) : messageOf(error);
}
