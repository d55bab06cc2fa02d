/**
 * How fast a drill comes back, seen from outside: kong talks to moto through a proxy of this process, which takes down
 * when each call arrived and when it was answered. Polls of 1 s, 34 subnets in the dark.
 *
 *     npm run bench -- abort
 *
 * Needs the moto that the tests install: `npm run test:emulators` once.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateSubnetCommand, CreateVpcCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { client, pythonWithMoto, root, startMetrics, startMoto, startProxy, WATCHED } from './bench-rig.js';

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
${WATCHED}abort:
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
  const metrics = startMetrics(moto.port, SURVIVOR);
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
