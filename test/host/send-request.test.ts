import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { sendRequest } from '../../src/host/send-request.js';
import { listenOnLoopback } from '../emulators/loopback.js';

const LIMITS = { timeoutMs: 5_000, maxOutputBytes: 1_000 };

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** What comes of a request to a server that answers like this. */
async function asked(answer: Answer, limits = LIMITS): Promise<string> {
  const server = await listenOnLoopback((incoming, outgoing) => {
    answer(incoming, outgoing);
    return Promise.resolve();
  });
  try {
    const call = { method: 'PUT', url: `${server.endpoint}/flags?token=secret`, headers: { authorization: 'secret' } };
    return await sendRequest({ ...call, body: 'on' }, limits);
  } finally {
    await server.stop();
  }
}

const REFUSED: readonly (readonly [string, Answer, RegExp])[] = [
  ['with an error', (_in, out) => out.writeHead(500).end('secret'), /answers with status 500$/],
  [
    'with a redirect',
    (_in, out) => out.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end(),
    /answers with a redirect \(307\), which is not followed$/,
  ],
  ['with too much', (_in, out) => out.end('x'.repeat(5_000_000)), /answers with more than 1000 bytes$/],
  ['with what is no UTF-8', (_in, out) => out.end(Buffer.from([0xc3, 0x28])), /answers with what is no UTF-8$/],
  ['by hanging up', (_in, out) => out.destroy(), /could not be sent/],
];

describe('a request to an endpoint of the user', () => {
  it.each(REFUSED)(
    'fails where it is answered %s, and never tells its headers or query',
    async (_how, answer, what) => {
      const error = await asked(answer).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'SWITCH_FAILED' });
      expect(String(error)).toMatch(what);
      expect(String(error)).not.toContain('secret');
    },
  );

  it('fails where it is not answered in time, or answered without an end', async () => {
    const short = { ...LIMITS, timeoutMs: 300 };
    await expect(asked(() => undefined, short)).rejects.toThrow('was not answered within 0.3s');
    await expect(asked((_in, out) => void out.write('on'), short)).rejects.toThrow('was not answered within 0.3s');
  });

  it('sends what it is given, and returns the answer', async () => {
    const said: string[] = [];
    const answer: Answer = (incoming, outgoing) => {
      said.push(`${incoming.method ?? ''} ${incoming.url ?? ''} ${incoming.headers.authorization ?? ''}`);
      incoming.on('data', (piece: Buffer) => said.push(piece.toString())).on('end', () => outgoing.end('thanks'));
    };
    expect(await asked(answer)).toBe('thanks');
    expect(said).toEqual(['PUT /flags?token=secret secret', 'on']);
  });
});
