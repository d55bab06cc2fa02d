import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { STSClient } from '@aws-sdk/client-sts';
import { seededRandom } from '../../../src/host/random.js';
import type { Clock } from '../../../src/model/ports.js';
import type { SimBehaviour } from '../../../src/world/aws/behaviour.js';
import { answerFrom, simPlugin, type Answering } from '../../../src/world/aws/middleware.js';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import type { ZoneView } from '../../../src/world/ports.js';
import type { World } from '../../../src/world/world.js';

export const EAST = 'us-east-1';
export const WEST = 'us-west-2';
export const START_MS = Date.UTC(2026, 0, 15, 20);
export const SECOND = 1_000;
export const MINUTE = 60_000;

/** Two regions of three zones, two groups, one name with two answers. */
export const SMALL_WORLD: World = {
  name: 'small',
  account: '123456789012',
  startsAtMs: START_MS,
  historyMs: 0,
  regions: [
    { name: EAST, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'], cidr: '10.0.0.0/16' },
    { name: WEST, zones: ['us-west-2a', 'us-west-2b', 'us-west-2c'], cidr: '10.1.0.0/16' },
  ],
  links: [],
  groups: [
    {
      name: 'playback',
      regions: [EAST, WEST],
      min: 3,
      desired: 6,
      max: 12,
      instanceType: 'm5.large',
      tags: { team: 'streaming' },
      bootMs: 60_000,
      warmupMs: 30_000,
      scaling: { targetUtilisation: 0.5, cooldownMs: 60_000 },
    },
    {
      name: 'billing',
      regions: [EAST, WEST],
      min: 1,
      desired: 3,
      max: 4,
      instanceType: 'm5.large',
      tags: { team: 'money' },
      bootMs: 60_000,
      warmupMs: 0,
      scaling: undefined,
    },
  ],
  domains: [
    {
      zone: 'small.example',
      name: 'api.small.example',
      ttlSeconds: 60,
      answers: [
        { region: EAST, target: 'api.us-east-1.small.example', weight: 50 },
        { region: WEST, target: 'api.us-west-2.small.example', weight: 50 },
      ],
    },
  ],
  metrics: { namespace: 'Small', periodMs: 10_000, delayMs: 5_000 },
  // the infrastructure's tests have no traffic, but an edge: playback stands behind a load balancer
  traffic: {
    entry: 'playback',
    services: [{ name: 'playback', group: 'playback', calls: [] }],
    flaws: {},
    replication: {},
  } as unknown as World['traffic'],
};

/** A simulated AWS with real SDK clients in front of it, and a clock that a test moves. */
export interface Small {
  readonly sim: SimAws;
  readonly clock: Clock;
  /** Lets virtual time pass. */
  readonly pass: (ms: number) => void;
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
  readonly route53: Route53Client;
  readonly sts: STSClient;
}

/** Without throttling, unless a test asks for it. */
export function openSmall(behaviour: Partial<SimBehaviour> = {}, world: World = SMALL_WORLD): Small {
  const sim = new SimAws({ world, seed: 1, random: seededRandom(1), behaviour: { throttle: {}, ...behaviour } });
  return { sim, ...clientsOf(sim, sim) };
}

/** Clients of `us-east-1` that `answering` answers. */
export function clientsOf(answering: Answering, world: SimAws): Omit<Small, 'sim'> {
  let nowMs = START_MS;
  const clock: Clock = { now: () => nowMs, sleep: () => Promise.resolve() };
  const config = { region: EAST, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
  const ec2 = new EC2Client(config);
  const autoScaling = new AutoScalingClient(config);
  const cloudWatch = new CloudWatchClient(config);
  const route53 = new Route53Client(config);
  const sts = new STSClient(config);
  ec2.middlewareStack.use(simPlugin(answering, clock, EAST));
  autoScaling.middlewareStack.use(simPlugin(answering, clock, EAST));
  cloudWatch.middlewareStack.use(simPlugin(answering, clock, EAST));
  answerFrom(route53.middlewareStack, EAST, answering, clock);
  answerFrom(sts.middlewareStack, EAST, answering, clock);
  const pass = (ms: number): void => {
    nowMs += ms;
    world.advanceTo(nowMs);
  };
  return { clock, pass, ec2, autoScaling, cloudWatch, route53, sts };
}

/** How many of a group serve in each of its zones in us-east-1. */
export function servingOf(sim: SimAws, group: string): readonly number[] {
  return zonesOf(sim, group).map((zone) => zone.serving);
}

/** The zones of a group in us-east-1, as traffic sees them. */
export function zonesOf(sim: SimAws, group: string): readonly ZoneView[] {
  const region = sim.infra().regions.find((one) => one.region === EAST);
  return region?.groups.find((one) => one.name === group)?.zones ?? [];
}

/** Something that has to be there. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('it is not there');
  return value;
}
