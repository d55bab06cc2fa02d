import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { listenOnLoopback } from './loopback.js';

/** An endpoint before another one, whose answers can be made to come late. */
export interface SlowProxy {
  readonly endpoint: string;
  /** From now on every answer comes so much later. */
  delay(ms: number): void;
  /** The most calls that waited at once since the last {@link SlowProxy.delay}. */
  readonly mostAtOnce: () => number;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of the loopback. */
export async function startSlowProxy(target: string): Promise<SlowProxy> {
  let delayMs = 0;
  let waiting = 0;
  let most = 0;
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    most = Math.max(most, ++waiting);
    try {
      if (delayMs > 0) await pause(delayMs);
      await pass(incoming, outgoing, target);
    } finally {
      waiting--;
    }
  };
  const loopback = await listenOnLoopback(answer);
  return {
    ...loopback,
    delay: (ms) => {
      delayMs = ms;
      most = waiting;
    },
    mostAtOnce: () => most,
  };
}

async function pass(incoming: IncomingMessage, outgoing: ServerResponse, target: string): Promise<void> {
  const { method, url = '/', headers } = incoming;
  const onward = request(new URL(url, target), { method, headers });
  incoming.pipe(onward);
  const [reply] = (await once(onward, 'response')) as [IncomingMessage];
  outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
  reply.pipe(outgoing);
  await once(outgoing, 'close');
}
