import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { listenOnLoopback } from './loopback.js';

/** When a process is to die: counted in the calls of it that change something, the first being 1. */
export interface Moment {
  readonly write: number;
  /** Before the call arrives; after its effect, and before its answer; or a little later than that. */
  readonly when: 'before' | 'after' | 'later';
  /** How much later. */
  readonly laterMs: number;
}

/** An endpoint before another one, that ends whoever calls at a chosen moment. */
export interface KillingProxy {
  readonly endpoint: string;
  /**
   * Counts writes from zero again.
   *
   * @param kill - resolves when the process is gone
   */
  arm(moment: Moment, kill: () => Promise<unknown>): void;
  /** Everything passes again. */
  disarm(): void;
  /** How many writes came since it was armed. */
  readonly writes: () => number;
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of the loopback. */
export async function startKillingProxy(target: string): Promise<KillingProxy> {
  let armed: { readonly moment: Moment; readonly kill: () => Promise<unknown> } | undefined;
  let writes = 0;
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const isLast = isWrite(incoming, body) && ++writes === armed?.moment.write;
    const doomed = isLast ? armed : undefined;
    if (doomed?.moment.when === 'before') {
      await doomed.kill();
      return;
    }
    const reply = await passOn(incoming, body, target);
    if (doomed?.moment.when === 'after') {
      await doomed.kill();
      return;
    }
    outgoing.writeHead(reply.status, reply.headers);
    outgoing.end(reply.body);
    if (doomed) await pause(doomed.moment.laterMs).then(doomed.kill);
  };
  const loopback = await listenOnLoopback(async (incoming, outgoing) => {
    await answer(incoming, outgoing);
    if (!outgoing.writableEnded) outgoing.destroy();
  });
  return {
    ...loopback,
    arm: (moment, kill) => {
      writes = 0;
      armed = { moment, kill };
    },
    disarm: () => {
      armed = undefined;
    },
    writes: () => writes,
  };
}

/** Query APIs name their action in the body, JSON ones in a header; Route 53 is told by its verb. */
function isWrite({ method, headers }: IncomingMessage, body: Buffer): boolean {
  const target = [headers['x-amz-target'] ?? ''].flat().join().split('.').at(-1);
  const action = /(?:^|&)Action=(\w+)/.exec(body.toString('latin1'))?.[1] ?? target ?? '';
  if (action !== '') return !/^(?:Describe|Get|List)/.test(action);
  const isRpc = headers['smithy-protocol'] !== undefined;
  return !isRpc && method !== 'GET';
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function passOn({ method, url = '/', headers }: IncomingMessage, body: Buffer, target: string): Promise<Reply> {
  const onward = request(new URL(url, target), { method, headers });
  onward.end(body);
  const [reply] = (await once(onward, 'response')) as [IncomingMessage];
  return { status: reply.statusCode ?? 502, headers: reply.headers, body: await buffer(reply) };
}
