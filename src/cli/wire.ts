import type { CallLog } from '../aws/calls.js';
import type { Cloud } from '../aws/cloud.js';
import { askResolver } from '../host/ask-resolver.js';
import { realClock, VirtualClock } from '../host/clock.js';
import { startDetached } from '../host/detached.js';
import { fileMode } from '../host/file-mode.js';
import { realFiles } from '../host/files.js';
import { onExit } from '../host/on-exit.js';
import { runProgram } from '../host/run-program.js';
import { sendRequest } from '../host/send-request.js';
import { whyNotReached, whyNotRunnable } from '../host/within-reach.js';
import { isFile, readUserFile, thisMachine, type Machine } from '../host/machine.js';
import { seededRandom } from '../host/random.js';
import { onStopSignals } from '../host/signals.js';
import { thisTerminal, type Terminal } from '../host/terminal.js';
import type { Clock, Files, Random } from '../model/ports.js';
import type { OpenResolver } from '../model/resolution.js';
import type { SwitchEffects } from '../model/switch.js';
import { bucketPlace } from '../model/state-place.js';
import { openBucketState, type BucketState } from '../state/open-files.js';
import type { SimSight, SimWorld } from '../world/sim-world.js';
import { parseWorld } from '../world/world-file.js';
import { WorldStore, type WorldSource } from '../world/world-store.js';
import type { InfraView } from '../world/ports.js';
import type { LiveTraffic } from '../world/wire/live.js';
import type { World } from '../world/world.js';
import { isLoopback } from './loopback.js';
import type { CommonOptions } from './options.js';

export { fileMode, isFile, isLoopback, readUserFile };
export type { SimSight, World };

/** The process and its machine. */
export interface Outside {
  readonly files: Files;
  readonly machine: Machine;
  readonly terminal: Terminal;
  readonly wallClock: Clock;
  readonly onStopSignals: typeof onStopSignals;
  readonly startDetached: typeof startDetached;
  /** Where the bucket of the state is; undefined for a folder, and where S3 does not say. */
  stateRegion(): string | undefined;
  /** What switches do on this machine, and from it. */
  readonly effects: SwitchEffects;
  /** Asks a resolver over the network. */
  readonly openResolver: OpenResolver;
}

/** A cloud to drill in, with the time that it runs on. */
export interface OpenCloud {
  readonly cloud: Cloud;
  readonly calls: CallLog;
  readonly clock: Clock;
  readonly random: Random;
  /** The simulated world; undefined on AWS. */
  readonly sim: SimWorld | undefined;
  /** Does something in real time: no virtual time passes meanwhile. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Where the state is, and how a bucket is reached. */
export type StateOptions = Pick<CommonOptions, 'state' | 'endpointUrl' | 'profile'>;

/** This process, this machine. Without options it has no state in a bucket. */
export function thisOutside(options?: StateOptions): Outside {
  const machine = thisMachine();
  const bucket = options === undefined ? undefined : bucketState(options, machine);
  return {
    files: bucket?.files ?? realFiles,
    machine,
    terminal: thisTerminal(),
    wallClock: realClock,
    onStopSignals,
    startDetached,
    stateRegion: () => bucket?.region(),
    openResolver: askResolver,
    effects: {
      run: (argv, limits) => runProgram(`${machine.packageRoot}/dist/program-keeper.js`, argv, limits),
      request: sendRequest,
      env: (name) => machine.env[name],
      whyNotRunnable: (program) => whyNotRunnable(program, machine.env.PATH),
      whyNotReached,
    },
  };
}

function bucketState(options: StateOptions, machine: Machine): BucketState | undefined {
  const place = bucketPlace(options.state);
  if (place === undefined) return undefined;
  const { env } = machine;
  // as the SDK has it: what is said of S3 alone counts more than what is said of all services
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? options.endpointUrl ?? env.AWS_ENDPOINT_URL;
  return openBucketState(place, {
    script: `${machine.packageRoot}/dist/state-worker.js`,
    settings: {
      bucket: place.bucket,
      region: place.region,
      endpoint,
      profile: options.profile,
      credentials: needsNoCredentials(endpoint, options, machine) ? NOBODY : undefined,
      writer: machine.newRunId(),
    },
    disk: realFiles,
    clock: realClock,
    onExit,
  });
}

const NOBODY = { accessKeyId: 'test', secretAccessKey: 'test' };

// what loads the SDK is imported when it is needed: it costs more than all the rest

/** AWS, or an emulator: whatever the SDK is pointed at. */
export async function openAws(
  options: CommonOptions,
  endpoint: string | undefined,
  { machine }: Outside,
): Promise<OpenCloud> {
  const { openCloud } = await import('../aws/open.js');
  // the retries' own: what is drawn for a plan must not depend on how often AWS was busy
  const jitter = seededRandom(options.seed + 1);
  const credentials = needsNoCredentials(endpoint, options, machine) ? NOBODY : undefined;
  const opened = openCloud({ endpoint, profile: options.profile, credentials, clock: realClock, random: jitter });
  return { ...opened, clock: realClock, random: seededRandom(options.seed), sim: undefined, during: (work) => work() };
}

/** Clients that may write freely, for putting a world into an emulator on this machine. */
async function openSeeder(endpoint: string): Promise<Cloud> {
  const { openUnguarded } = await import('../aws/open.js');
  return openUnguarded({ endpoint, profile: undefined, credentials: NOBODY });
}

/** An emulator on this machine takes any credentials, so none need be set up for it. */
function needsNoCredentials(
  endpoint: string | undefined,
  options: Pick<CommonOptions, 'profile'>,
  { env }: Machine,
): boolean {
  return (
    endpoint !== undefined &&
    isLoopback(endpoint) &&
    options.profile === undefined &&
    env.AWS_ACCESS_KEY_ID === undefined &&
    env.AWS_PROFILE === undefined
  );
}

/** The world that is simulated, from its file. */
export function readWorld(source: WorldSource): World {
  return parseWorld(readUserFile(source.file), source.file, source.overrides);
}

/** Which world the options name. */
export function worldSource(options: CommonOptions, { machine }: Outside): WorldSource {
  return {
    file: options.world ?? `${machine.packageRoot}/worlds/streaming.yaml`,
    overrides: options.set.filter(isForWorld).map((one) => one.slice('world.'.length)),
    seed: options.seed,
  };
}

/** `--set world.KEY=VALUE` goes to the world, everything else to the experiment. */
export function isForWorld(override: string): boolean {
  return override.startsWith('world.');
}

/** A world in an emulator on this machine: put there, looked at, taken away, and its traffic. */
export async function openWireWorld(endpoint: string, world: World): Promise<WireWorld> {
  const { seedWorld } = await import('../world/wire/seed.js');
  const { tearDown } = await import('../world/wire/teardown.js');
  const { readInfra } = await import('../world/wire/read-infra.js');
  const { LiveTraffic } = await import('../world/wire/live.js');
  const cloud = await openSeeder(endpoint);
  return {
    seed: () => seedWorld(world, cloud),
    tearDown: () => tearDown(world, cloud),
    infra: () => readInfra(world, 1, cloud),
    traffic: (options) =>
      LiveTraffic.open({ ...options, world, cloud, clock: realClock, random: seededRandom(options.seed) }),
  };
}

/** What `kong world` does with an emulator. */
export interface WireWorld {
  /** @returns what the emulator has not, and the world does without */
  seed(): Promise<readonly string[]>;
  /** @returns what could not be deleted */
  tearDown(): Promise<readonly string[]>;
  infra(): Promise<InfraView>;
  /** Leaves the metrics of the time before now, and returns the traffic, to be run. */
  traffic(options: {
    readonly seed: number;
    readonly onPeriod: (message: string) => void;
    readonly signal: AbortSignal;
  }): Promise<LiveTraffic>;
}

/** How the simulated world is opened: as its file says, or as a killed run left it. */
export interface SimRequest {
  readonly world: World;
  readonly seed: number;
  readonly resume: boolean;
}

/** What the kept world of a state folder was made from. */
export function keptSource({ state }: CommonOptions, { files }: Outside): WorldSource | undefined {
  return new WorldStore(`${state}/world`, files).source();
}

/** A simulated world as it is when a drill begins; nothing is kept of it. */
export async function lookAtWorld(world: World, options: CommonOptions, { files }: Outside): Promise<SimSight> {
  const { SimWorld } = await import('../world/sim-world.js');
  const folder = `${options.state}/world`;
  return SimWorld.open({ world, seed: options.seed, resume: false, randomOf: seededRandom, files, folder }).look();
}

/** The simulated world, in this process. */
export async function openSim(
  options: CommonOptions,
  request: SimRequest,
  { files, terminal }: Outside,
): Promise<OpenCloud> {
  const { openCloud } = await import('../aws/open.js');
  const { SimWorld } = await import('../world/sim-world.js');
  const { answerFrom } = await import('../world/aws/middleware.js');
  const folder = `${options.state}/world`;
  const sim = SimWorld.open({ ...request, randomOf: seededRandom, files, folder });
  const clock = new VirtualClock(sim.nowMs, options.speed ?? (terminal.stderrIsTty ? 60 : 'max'));
  const opened = openCloud({
    endpoint: undefined,
    profile: undefined,
    credentials: NOBODY,
    clock,
    random: seededRandom(request.seed + 1),
    inside: (stack, region) => answerFrom(stack, region, sim, clock),
  });
  return { ...opened, clock, random: seededRandom(request.seed), sim, during: (work) => clock.during(work) };
}
