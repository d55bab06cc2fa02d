/** What the benches over the wire are made of: moto, a proxy that takes down what passes, and metrics to watch. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/** The repository. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The Python of the moto that the tests installed; undefined: they did not. */
export function pythonWithMoto() {
  const cache = path.join(root, '.cache/moto');
  const isReady = (one) => existsSync(path.join(cache, one, 'ready'));
  const ready = existsSync(cache) ? readdirSync(cache).filter(isReady) : [];
  return ready.length === 0 ? undefined : path.join(cache, ready[0], 'bin/python');
}

/** moto, and how to end it. */
export async function startMoto(python) {
  const script = path.join(root, 'test/emulators/serve-moto.py');
  const server = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: server.stdout })) {
    return { port: Number(line), pid: server.pid, stop: () => server.stdin.end() };
  }
  throw new Error('moto did not start');
}

/** Passes everything on, and keeps what went through. */
export async function startProxy(port) {
  const calls = [];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const proxy = http.createServer((request, response) => {
    const parts = [];
    const arrivedMs = performance.now();
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const call = { action: actionOf(request, body), arrivedMs, answeredMs: undefined };
      calls.push(call);
      const { method, url, headers } = request;
      const onward = http.request({ port, host: '127.0.0.1', method, path: url, headers, agent }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
        answer.on('end', () => (call.answeredMs = performance.now()));
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { calls, endpoint: `http://127.0.0.1:${proxy.address().port}`, stop: () => (proxy.close(), agent.destroy()) };
}

function actionOf({ url, headers }, body) {
  const form = /(?:^|&)Action=(\w+)/.exec(body.toString('latin1').slice(0, 4_000))?.[1];
  return form ?? headers['x-amz-target']?.split('.').at(-1) ?? url.split('?')[0].split('/').at(-1) ?? '';
}

/** What a client of the SDK needs to reach a server on this machine. */
export const client = (region, port) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Leaves a datapoint for each second, a little after its end; the next one breaches when that is asked for. */
export function startMetrics(port, region) {
  const cloudWatch = new CloudWatchClient(client(region, port));
  let breach;
  let goesOn = true;
  const put = (second, value) => cloudWatch.send(new PutMetricDataCommand({
    Namespace: 'Bench',
    MetricData: [{ MetricName: 'Latency', Value: value, Timestamp: new Date(second), StorageResolution: 1 }],
  }));
  const run = async () => {
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    for (let ago = 20; ago > 0; ago--) await put(now - ago * 1_000, 100);
    for (let second = now; goesOn; second += 1_000) {
      await pause(second + 1_000 + 100 - Date.now());
      const wanted = breach;
      breach = undefined;
      await put(second, wanted === undefined ? 100 : 900);
      wanted?.(performance.now());
    }
    cloudWatch.destroy();
  };
  const ended = run();
  return {
    /** When the datapoint that breaches could be read. */
    breach: () => new Promise((resolve) => (breach = resolve)),
    stop: async () => {
      goesOn = false;
      await ended;
    },
  };
}

/** What the benches' experiments watch: the metric that `startMetrics` publishes. */
export const WATCHED = `slis:
  latency:
    title: Latency
    unit: milliseconds
    cloudwatch: { namespace: Bench, metric: { name: Latency, stat: Maximum }, period: 1s, per: region }
steadyState:
  - { sli: latency, expect: "<= 200ms", settle: 30s }
`;
