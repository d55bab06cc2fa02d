import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

/** What an endpoint was told, in order. */
export interface ToldServer {
  readonly url: string;
  /** `POST /warm/us-west-2 {"region":"us-west-2"}` */
  readonly told: readonly string[];
  /** Answers requests of these methods with this status from now on. */
  answer(method: string, status: number): void;
}

/** A real endpoint on this machine, until the test has ended. */
export async function openToldServer(): Promise<ToldServer> {
  const told: string[] = [];
  const statuses = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      told.push(`${method} ${url} ${body}`.trim());
      response.writeHead(statuses.get(method) ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, told, answer: (method, status) => statuses.set(method, status) };
}
