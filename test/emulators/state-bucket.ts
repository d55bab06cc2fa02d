import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { WorkerSettings } from '../../src/state/wire-format.js';

/** The bucket of these tests. */
export const BUCKET = 'game-days';

/** A plain client of a test's own. */
export function plainS3(endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

/** Makes the bucket. */
export async function makeBucket(endpoint: string): Promise<void> {
  await plainS3(endpoint).send(new CreateBucketCommand({ Bucket: BUCKET }));
}

/** Every key in the bucket, below a prefix; at most a thousand. */
export async function keysIn(endpoint: string, prefix: string): Promise<readonly string[]> {
  const page = await plainS3(endpoint).send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
  return (page.Contents ?? []).map(({ Key = '' }) => Key);
}

/** Puts an object there behind kong's back. */
export async function putObject(endpoint: string, key: string, text: string): Promise<void> {
  await plainS3(endpoint).send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: text }));
}

/** What a process that keeps its state in the bucket is started with. */
export function settingsFor(endpoint: string, writer: string): WorkerSettings {
  return {
    bucket: BUCKET,
    region: 'us-east-1',
    endpoint,
    profile: undefined,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    writer,
  };
}

/** An endpoint before another one, which does to some requests what networks do. */
export interface Network {
  readonly endpoint: string;
  /** Carries the next request that matches out, and loses its answer. */
  loseAnswerTo(pattern: RegExp): void;
  /** From now on every connection is torn down. */
  cut(): void;
  stop(): Promise<void>;
}

/** Starts a network on a free port of the loopback. */
export async function startNetwork(target: string): Promise<Network> {
  let losing: RegExp | undefined;
  let isCut = false;
  const server = createServer((incoming, outgoing) => {
    if (isCut) return void outgoing.destroy();
    const lose = losing?.test(`${incoming.method ?? ''} ${incoming.url ?? ''}`) === true;
    if (lose) losing = undefined;
    pass(incoming, outgoing, { target, lose }).catch(() => outgoing.destroy());
  });
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    loseAnswerTo: (pattern) => {
      losing = pattern;
    },
    cut: () => {
      isCut = true;
      server.closeAllConnections();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, lose }: { readonly target: string; readonly lose: boolean },
): Promise<void> {
  const { method, url = '/', headers } = incoming;
  const onward = request(new URL(url, target), { method, headers });
  incoming.pipe(onward);
  const [reply] = (await once(onward, 'response')) as [IncomingMessage];
  if (lose) {
    reply.resume();
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
  reply.pipe(outgoing);
  await once(outgoing, 'close');
}

/** An S3 that says the same to everything. */
export async function startStubbornS3(answer: {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    outgoing.sendDate = false;
    outgoing.writeHead(answer.status, { 'content-type': 'application/xml', ...answer.headers });
    outgoing.end(answer.body ?? '');
  });
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
