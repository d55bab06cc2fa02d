import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { parse, stringify } from 'yaml';
import { emulatorEnv, runKong, startKong, type KongExit } from './kong.js';
import { startKillingProxy, type Moment } from './killing-proxy.js';
import { startMoto } from './moto.js';
import { reachSnapshot } from './reach-snapshot.js';
import { seedReach } from './seed-reach.js';
import { clientConfig, snapshot, type Snapshot } from './snapshot.js';

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
/** Datapoints for so many seconds behind the start, and ahead of it: CloudWatch takes them up to two hours early. */
const SECONDS = { behind: 60, ahead: 2_940 };
/** CloudWatch takes so many datapoints a call. */
const POINTS_A_CALL = 1_000;

/** An emulator with the default world in it, no traffic, and one SLI that is always well. */
export interface KillWorld {
  /** Writes an experiment's file: its blast radius and method, in seconds instead of minutes, and that SLI. */
  experiment(name: string): string;
  /** The built CLI, with its state in a folder below this world's. */
  kong(args: readonly string[], state: string): Promise<KongExit>;
  /** The same, which is killed at a moment; `writes`: how many it sent until then, or at all. */
  doomed(args: readonly string[], state: string, moment: Moment): Promise<KongExit & { readonly writes: number }>;
  /** Everything that a drill may touch, read with plain clients past the proxy. */
  snapshot(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts an emulator with a world in it. */
export async function startKillWorld(): Promise<KillWorld> {
  const moto = await startMoto();
  const { endpoint } = moto;
  const proxy = await startKillingProxy(endpoint);
  const home = mkdtempSync(path.join(tmpdir(), 'kong-kills-'));
  const options = { cwd: home, env: emulatorEnv(proxy.endpoint) };
  const stop = async (): Promise<void> => {
    await proxy.stop();
    await moto.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  };
  const history = ['--set', 'world.metrics.period=60s', '--set', 'world.history=1m'];
  const up = await runKong(['world', 'up', '--once', '--endpoint-url', endpoint, ...history], {
    cwd: home,
    env: emulatorEnv(endpoint),
  });
  if (up.code !== 0) {
    await stop();
    throw new Error(`the world is not up: ${up.stderr}`);
  }
  await seedReach(endpoint);
  await Promise.all(REGIONS.map((region) => putSteady(endpoint, region)));
  return {
    experiment: (name) => {
      const file = path.join(home, `${name}.yaml`);
      writeFileSync(file, stringify(fastened(parse(readFileSync(`experiments/${name}.yaml`, 'utf8')))));
      return file;
    },
    kong: (args, state) => {
      proxy.disarm();
      return runKong([...args, '--state', state], options);
    },
    doomed: async (args, state, moment) => {
      const { child, finished } = startKong([...args, '--state', state], options);
      proxy.arm(moment, () => {
        child.kill('SIGKILL');
        return finished;
      });
      const exit = await finished;
      return { ...exit, writes: proxy.writes() };
    },
    snapshot: async () => ({
      ...withoutEnded(await snapshot(endpoint, REGIONS)),
      reach: await reachSnapshot(endpoint, REGIONS),
    }),
    stop,
  };
}

/** An emulator lists ended instances for ever; those that a pre-warmed group gained and lost again are among them. */
function withoutEnded({ regions, zones }: Snapshot): Snapshot {
  const alive = Object.entries(regions).map(([region, there]) => {
    const instances = there.instances.filter(({ state }) => state !== 'terminated');
    return [region, { ...there, instances }] as const;
  });
  return { zones, regions: Object.fromEntries(alive) };
}

/** One datapoint a second, all at once. */
async function putSteady(endpoint: string, region: string): Promise<void> {
  const client = new CloudWatchClient(clientConfig(endpoint, region));
  const startMs = Math.floor(Date.now() / 1_000) * 1_000;
  const points = Array.from({ length: SECONDS.behind + SECONDS.ahead }, (_, second) => ({
    MetricName: 'Steady',
    Value: 100,
    Timestamp: new Date(startMs + (second - SECONDS.behind) * 1_000),
    StorageResolution: 1,
  }));
  for (let from = 0; from < points.length; from += POINTS_A_CALL) {
    const MetricData = points.slice(from, from + POINTS_A_CALL);
    await client.send(new PutMetricDataCommand({ Namespace: 'Kills', MetricData }));
  }
  client.destroy();
}

/** An experiment whose waits are seconds, and which is steady whatever it breaks. */
function fastened(experiment: unknown): object {
  const { method = [], ...rest } = experiment as { readonly method?: readonly Readonly<Record<string, unknown>>[] };
  const every = (step: unknown): object => ({ ...(step as object), every: '1s' });
  const cloudwatch = { namespace: 'Kills', metric: { name: 'Steady', stat: 'Maximum' }, period: '1s', per: 'region' };
  return {
    ...rest,
    objectives: undefined,
    slis: { steady: { title: 'Steady', unit: 'milliseconds', cloudwatch } },
    steadyState: [{ sli: 'steady', expect: '<= 200ms', settle: '30s' }],
    abort: { missingData: '30s', when: [{ sli: 'steady', breach: '> 500ms', for: '1 of 1' }] },
    rollback: { within: '5m' },
    poll: '1s',
    baseline: '10s',
    method: method.map((step) => ({
      ...step,
      ...('hold' in step && { hold: '1s' }),
      ...('shift' in step && { shift: every(step.shift) }),
      ...('return' in step && { return: every(step.return) }),
    })),
  };
}
