import { readFileSync } from 'node:fs';
import type { CallLog } from '../../src/aws/calls.js';
import type { Cloud } from '../../src/aws/cloud.js';
import { openCloud } from '../../src/aws/open.js';
import type { DrillRequest } from '../../src/drill/ports.js';
import { recover, type RecoveryReport } from '../../src/drill/recover.js';
import { unfinishedRuns } from '../../src/drill/runs.js';
import { startDrill } from '../../src/drill/start.js';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import { knownFaults } from '../../src/cli/known-faults.js';
import { askResolver } from '../../src/host/ask-resolver.js';
import { VirtualClock } from '../../src/host/clock.js';
import { seededRandom } from '../../src/host/random.js';
import { readInventory } from '../../src/inventory/read-inventory.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Inventory } from '../../src/model/inventory.js';
import type { Plan } from '../../src/model/plan.js';
import type { OpenResolver, ResolverSettings } from '../../src/model/resolution.js';
import type { Result, RunEvent } from '../../src/model/run.js';
import { compilePlan } from '../../src/plan/compile.js';
import { drawnBefore } from '../../src/plan/draw.js';
import { bucketsNamed } from '../../src/plan/inventory-parts.js';
import { readSwitches } from '../../src/plan/switch-facts.js';
import { answerFrom } from '../../src/world/aws/middleware.js';
import { SimWorld } from '../../src/world/sim-world.js';
import { parseWorld } from '../../src/world/world-file.js';
import type { World } from '../../src/world/world.js';
import { MemoryFiles } from './memory-files.js';
import { SIMULATED } from './simulated.js';

const WORLD = 'worlds/streaming.yaml';
export const STATE = '.kong';
/** A minute more than the baseline that the experiments take: what was before nobody reads. */
const SHORT_HISTORY = 'history=6m';
export const REGIONS = ['us-east-1', 'us-west-2'];

/** Around every call that reaches the simulated AWS: may throw, or never answer, before it or after its effect. */
export type Around = <T>(command: string, answer: () => Promise<T>) => Promise<T>;

/** A process with a simulated world: everything real but the disk, which is in memory and outlives it. */
export interface Bench {
  readonly world: World;
  readonly sim: SimWorld;
  readonly clock: VirtualClock;
  readonly cloud: Cloud;
  readonly calls: CallLog;
  readonly files: MemoryFiles;
}

export interface BenchOptions {
  readonly files?: MemoryFiles;
  readonly resume?: boolean;
  readonly around?: Around;
  readonly set?: readonly string[];
}

/** Opens a world; `resume` goes on from what the disk has. */
export function openBench({
  files = new MemoryFiles(),
  resume = false,
  around = (_command, answer) => answer(),
  set = [],
}: BenchOptions = {}): Bench {
  const world = parseWorld(readFileSync(WORLD, 'utf8'), WORLD, [SHORT_HISTORY, ...set]);
  const sim = SimWorld.open({ world, seed: 1, randomOf: seededRandom, files, folder: `${STATE}/world`, resume });
  const clock = new VirtualClock(sim.nowMs, 'max');
  const opened = openCloud({
    endpoint: undefined,
    profile: undefined,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    clock,
    random: seededRandom(2),
    inside: (stack, region) => {
      stack.add((next, context) => (args) => around(context.commandName ?? '', () => next(args)), {
        step: 'initialize',
        name: 'around',
      });
      answerFrom(stack, region, sim, clock);
    },
  });
  return { world, sim, clock, files, ...opened };
}

/** One of the experiments of this repository. */
export function readExperiment(name: string, set: readonly string[] = []): Experiment {
  const file = `experiments/${name}.yaml`;
  const faults = knownFaults();
  const parsed = parseExperiment(readFileSync(file, 'utf8'), file, { known: { faults }, overrides: set });
  if (!parsed.ok) throw new Error(parsed.problems.map(formatDiagnostic).join('\n'));
  return parsed.experiment;
}

/** What is there now, as kong reads it. */
export function inventoryOf(bench: Bench, experiment?: Experiment): Promise<Inventory> {
  return readInventory({
    account: bench.world.account,
    regions: REGIONS,
    records: true,
    parts: ['targets', 'balancers', 'routes', 'securityGroups', 'agents', 'databases'],
    whyNotZone: () => undefined,
    buckets: experiment ? bucketsNamed(experiment) : [],
    cloud: bench.cloud,
  });
}

/** @param again - the plan that was saved: whom it drew nobody is drawn instead of */
export async function planOn(
  bench: Bench,
  experiment: Experiment,
  resolver?: ResolverSettings,
  again?: Plan,
): Promise<Plan> {
  return compilePlan({
    ...(again ? { drawn: drawnBefore(again) } : {}),
    experiment,
    inventory: await inventoryOf(bench, experiment),
    switches: await readSwitches(experiment, [], bench),
    seed: 1,
    random: seededRandom(1),
    createdAt: new Date(bench.clock.now()).toISOString(),
    environment: { ...SIMULATED, account: bench.world.account, ...(resolver ? { resolver } : {}) },
  });
}

export interface Drilled {
  readonly result: Result;
  readonly events: readonly RunEvent[];
}

/** Runs a drill on a bench; `interruptAt` sends SIGINT when an event matches. */
export async function drillOn(bench: Bench, plan: Plan, interruptAt?: (event: RunEvent) => boolean): Promise<Drilled> {
  const events: RunEvent[] = [];
  let listener: ((signal: string) => void) | undefined;
  const started = startDrill(
    requestFor(bench, plan, {
      onEvent: (event) => {
        events.push(event);
        if (interruptAt?.(event) === true) listener?.('SIGINT');
      },
      onInterrupt: (own) => {
        listener = own;
        return () => {
          listener = undefined;
        };
      },
    }),
  );
  return { result: await started.result, events };
}

/** Asks over the network: no virtual time passes meanwhile. */
function resolverOf({ clock }: Bench): OpenResolver {
  return (settings) => {
    const ask = askResolver(settings);
    return (question) => clock.during(() => ask(question));
  };
}

/** A drill's request with a bench's parts. */
export function requestFor(
  bench: Bench,
  plan: Plan,
  more: Pick<DrillRequest, 'onEvent' | 'onInterrupt'>,
): DrillRequest {
  const { files, clock, cloud, calls } = bench;
  return {
    plan,
    run: '20260101T000000Z-abcdef',
    state: STATE,
    endpoint: null,
    cloud,
    calls,
    clock,
    files,
    openResolver: resolverOf(bench),
    ...more,
    onLocked: () => {
      bench.sim.keep({ file: WORLD, overrides: [], seed: 1 });
    },
    lock: { files, clock, host: 'test', pid: 1, isAlive: () => false },
  };
}

/** What `kong rollback` does, on a bench that was opened anew over the same disk. */
export async function recoverOn(bench: Bench): Promise<readonly RecoveryReport[]> {
  const { files, clock, cloud } = bench;
  const reports: RecoveryReport[] = [];
  for (const run of unfinishedRuns(STATE, files)) {
    reports.push(await recover(run, { state: STATE, cloud, clock, files, emit: () => undefined }));
  }
  return reports;
}
