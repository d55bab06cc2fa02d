/**
 * How fast a drill comes back, seen from outside: kong talks to moto through a proxy of this process, which takes down
 * when each call arrived and when it was answered. Polls of 1 s, 34 subnets in the dark.
 *
 *     npm run bench -- abort
 *
 * Needs the moto that the tests install: `npm run test:emulators` once.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateSubnetCommand, CreateVpcCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const REGION = 'us-east-1';
const SURVIVOR = 'us-west-2';
const SUBNETS = 34;
const WRITES = /^(Create|Replace|Delete|Suspend|Resume|Change)/;
const EXPERIMENT = `version: 1
name: bench-abort
hypothesis: The way back is short.
owner: bench@example.com
blastRadius:
  scope: region
  region: ${REGION}
  survivors: [${SURVIVOR}]
  limits: { share: 100% }
  allowEmpty: true
slis:
  latency:
    title: Latency
    unit: milliseconds
    cloudwatch: { namespace: Bench, metric: { name: Latency, stat: Maximum }, period: 1s, per: region }
steadyState:
  - { sli: latency, expect: "<= 200ms", settle: 30s }
abort:
  missingData: 10s
  when:
    - { sli: latency, breach: "> 500ms", for: 1 of 1 }
poll: 1s
baseline: 10s
method:
  - fault: region-dark
  - hold: 5m
  - restore: region-dark
`;

/** The Python of the moto that the tests installed; undefined: they did not. */
function pythonWithMoto() {
  const cache = path.join(root, '.cache/moto');
  const isReady = (one) => existsSync(path.join(cache, one, 'ready'));
  const ready = existsSync(cache) ? readdirSync(cache).filter(isReady) : [];
  return ready.length === 0 ? undefined : path.join(cache, ready[0], 'bin/python');
}

/** moto, and how to end it. */
async function startMoto(python) {
  const script = path.join(root, 'test/emulators/serve-moto.py');
  const server = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: server.stdout })) {
    return { port: Number(line), stop: () => server.stdin.end() };
  }
  throw new Error('moto did not start');
}

/** Passes everything on, and keeps what went through. */
async function startProxy(port) {
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
  return form ?? headers['x-amz-target']?.split('.').at(-1) ?? url.split('/').at(-1) ?? '';
}

const client = (region, port) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** So many subnets in the region that goes dark: the account's own, and the rest in a VPC beside it. */
async function seed(port) {
  const ec2 = new EC2Client(client(REGION, port));
  const { Subnets: own } = await ec2.send(new DescribeSubnetsCommand({}));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  for (let n = own.length; n < SUBNETS; n++) {
    await ec2.send(new CreateSubnetCommand({ VpcId: Vpc.VpcId, CidrBlock: `10.0.${n}.0/24` }));
  }
  ec2.destroy();
}

/** Leaves a datapoint for each second, a little after its end; the next one breaches when that is asked for. */
function startMetrics(port) {
  const cloudWatch = new CloudWatchClient(client(SURVIVOR, port));
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

/** One drill; `disturb` is called in its hold, and says from when the clock runs. */
async function drill({ file, folder, proxy }, disturb) {
  const where = ['--on', 'aws', '--endpoint-url', proxy.endpoint, '--state', folder];
  const args = ['drill', file, ...where, '--format', 'ndjson'];
  const child = spawn(process.execPath, [path.join(root, 'bin/kong.js'), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors = [];
  child.stderr.on('data', (text) => errors.push(text));
  const exit = new Promise((resolve) => child.on('close', resolve));
  let from;
  let last;
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line);
    if (last.type === 'step' && last.title.startsWith('hold')) {
      // at any moment between two polls
      from = pause(1_500 + 1_000 * Math.random()).then(() => disturb(child));
    }
  }
  const code = await exit;
  if (from === undefined) throw new Error(`the drill ended with ${code}: ${JSON.stringify(last)}\n${errors.join('')}`);
  return { fromMs: await from, code };
}

function undoOf(calls, fromMs) {
  const writes = calls.filter(({ action, arrivedMs }) => arrivedMs >= fromMs && WRITES.test(action));
  const swaps = writes.filter(({ action }) => action === 'ReplaceNetworkAclAssociation');
  const lastMs = Math.max(...swaps.map(({ answeredMs }) => answeredMs));
  if (swaps.length !== SUBNETS) throw new Error(`${swaps.length} of ${SUBNETS} subnets were put back`);
  return { firstMs: writes[0].arrivedMs - fromMs, restoreMs: lastMs - writes[0].arrivedMs };
}

async function measure(times, around, disturb) {
  const all = [];
  for (let n = 0; n < times; n++) {
    around.proxy.calls.length = 0;
    const { fromMs } = await drill(around, disturb);
    all.push(undoOf(around.proxy.calls, fromMs));
  }
  return all;
}

/**
 * The figures of an abort; false where there is no moto.
 *
 * @param report - takes a line: what, its values, and unit, digits and target
 */
export async function benchAbort(report, times = 10) {
  const python = pythonWithMoto();
  if (python === undefined) return false;
  // the SDK would warn of its own plans for Node 20 among the figures
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const moto = await startMoto(python);
  const proxy = await startProxy(moto.port);
  const folder = mkdtempSync(path.join(tmpdir(), 'kong-bench-'));
  const file = path.join(folder, 'bench-abort.yaml');
  writeFileSync(file, EXPERIMENT);
  await seed(moto.port);
  const metrics = startMetrics(moto.port);
  try {
    const around = { file, folder, proxy };
    const breaches = await measure(times, around, () => metrics.breach());
    const signals = await measure(times, around, (child) => {
      child.kill('SIGINT');
      return performance.now();
    });
    const of = (runs, name) => runs.map((run) => run[name]);
    report('breach readable to first undo call', of(breaches, 'firstMs'), { unit: 'ms', target: 1_100 });
    report('SIGINT to first undo call', of(signals, 'firstMs'), { unit: 'ms', target: 100 });
    const restores = [...of(breaches, 'restoreMs'), ...of(signals, 'restoreMs')];
    report(`${SUBNETS} subnets put back, first call to last answer`, restores, { unit: 'ms', target: 1_000 });
    return true;
  } finally {
    await metrics.stop();
    proxy.stop();
    moto.stop();
    rmSync(folder, { recursive: true });
  }
}
