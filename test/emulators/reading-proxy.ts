import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from './loopback.js';

/** An endpoint before another one that lets only reads through, and keeps the names of all calls. */
export interface ReadingProxy {
  readonly endpoint: string;
  /** Operations in the order in which they came: `DescribeVpcs`, or `GET /2013-04-01/hostedzone`. */
  readonly calls: readonly string[];
  /** Those of them that were refused. */
  readonly refused: readonly string[];
  stop(): Promise<void>;
}

/** Starts a proxy on a free port of the loopback. */
export async function startReadingProxy(target: string): Promise<ReadingProxy> {
  const calls: string[] = [];
  const refused: string[] = [];
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await text(incoming);
    const operation = operationOf(incoming, body);
    calls.push(operation);
    if (!/^(Describe|Get|List|GET |HEAD )/.test(operation)) {
      refused.push(operation);
      outgoing.writeHead(500).end('only reads go through here');
      return;
    }
    const { method, url = '/', headers } = incoming;
    const onward = request(new URL(url, target), { method, headers });
    onward.end(body);
    const [reply] = (await once(onward, 'response')) as [IncomingMessage];
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(outgoing);
  };
  const loopback = await listenOnLoopback(answer);
  return {
    ...loopback,
    calls,
    refused,
  };
}

/** Route 53 asks for the tags of several zones in a body. */
const READS_BY_POST: Readonly<Record<string, string>> = { 'POST /2013-04-01/tags/hostedzone': 'ListTagsForResources' };

/** By the three ways in which AWS's protocols name it; of those that do not, the method tells. */
function operationOf({ method = '', url = '/', headers }: IncomingMessage, body: string): string {
  const inBody = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  const inPath = /\/operation\/(\w+)$/.exec(url)?.[1];
  return inBody ?? inPath ?? targetOf(headers) ?? READS_BY_POST[`${method} ${url}`] ?? `${method} ${url}`;
}

function targetOf(headers: IncomingHttpHeaders): string | undefined {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? target.split('.').at(-1) : undefined;
}
