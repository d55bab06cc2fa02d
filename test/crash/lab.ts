import { readFileSync } from 'node:fs';
import type { CallLog } from '../../src/aws/calls.js';
import type { Cloud } from '../../src/aws/cloud.js';
import { makeClients } from '../../src/aws/clients.js';
import { openCloud } from '../../src/aws/open.js';
import { isMutating } from '../../src/aws/operations.js';
import { templatesOf } from '../../src/cli/make-plan.js';
import { recover, type RecoveryReport } from '../../src/drill/recover.js';
import { unfinishedRuns } from '../../src/drill/runs.js';
import { startDrill } from '../../src/drill/start.js';
import { VirtualClock } from '../../src/host/clock.js';
import { seededRandom } from '../../src/host/random.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Plan } from '../../src/model/plan.js';
import type { Clock, Files } from '../../src/model/ports.js';
import type { Result, RunEvent } from '../../src/model/run.js';
import { compilePlan } from '../../src/plan/compile.js';
import { readSwitches } from '../../src/plan/switch-facts.js';
import type { SimBehaviour } from '../../src/world/aws/behaviour.js';
import { answerFrom } from '../../src/world/aws/middleware.js';
import { SimAws } from '../../src/world/aws/sim-aws.js';
import type { SimCall } from '../../src/world/aws/sim-call.js';
import { Traffic } from '../../src/world/traffic/traffic.js';
import { parseWorld } from '../../src/world/world-file.js';
import type { World } from '../../src/world/world.js';
import { inventoryIn, snapshotOf, type Snapshot } from './snapshot.js';
import { MemoryFiles } from '../support/memory-files.js';
import { SIMULATED } from '../support/simulated.js';

const WORLD = 'worlds/streaming.yaml';
const STATE = '.kong';
export const RUN = '20260101T000000Z-abcdef';
export const JOURNAL = `${STATE}/runs/${RUN}/journal.ndjson`;
const CREDENTIALS = { accessKeyId: 'a', secretAccessKey: 'b' };

/** Around every call of a process: may throw, or never answer, before its effect or after it. */
export type Around = <T>(call: ProcessCall, answer: () => Promise<T>) => Promise<T>;

/** One call of a process as it reaches the simulated AWS. */
export interface ProcessCall {
  readonly command: string;
  readonly region: string;
  readonly write: boolean;
}

/** Never settles: a process that is gone does not answer. */
export const NEVER = new Promise<never>(() => undefined);

/** A simulated world and a disk, which outlive the processes that kong runs in. */
export class Lab {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly disk = new MemoryFiles();
  readonly aws: SimAws;
  /** Clients of someone else: unguarded, and out of reach of any fault. */
  readonly rival: Cloud;
  private readonly traffic: Traffic;
  private readonly readLagMs: number;
  private tickedMs: number;

  /** Groups do not scale by themselves, so that their sizes can be compared. */
  constructor(behaviour: Partial<SimBehaviour> = {}) {
    const parsed = parseWorld(readFileSync(WORLD, 'utf8'), WORLD, ['history=6m']);
    this.world = { ...parsed, groups: parsed.groups.map((group) => ({ ...group, scaling: undefined })) };
    this.readLagMs = behaviour.readLagMs ?? 0;
    this.aws = new SimAws({ world: this.world, seed: 1, random: seededRandom(1), behaviour });
    this.tickedMs = this.world.startsAtMs - this.world.historyMs;
    this.traffic = new Traffic(this.world, {
      random: seededRandom(3),
      metrics: this.aws,
      load: this.aws,
      startMs: this.tickedMs,
    });
    this.advanceTo(this.world.startsAtMs);
    this.clock = new VirtualClock(this.world.startsAtMs, 'max');
    this.rival = makeClients({
      endpoint: undefined,
      profile: undefined,
      credentials: CREDENTIALS,
      install: (stack, region) => answerFrom(stack, region, this, this.clock),
    });
  }

  handle(call: SimCall): object {
    this.advanceTo(call.nowMs);
    return this.aws.handle(call);
  }

  /** A process of kong in this world, from its start to its end or its death. */
  process(around: Around = (_call, answer) => answer(), seed = 2): Process {
    return new Process(this, around, seed);
  }

  /** What a drill must put back, read when all reads have caught up; ACLs that a run made are listed too. */
  async snapshot(): Promise<Snapshot> {
    // by then there are tokens again for these calls, too
    await this.clock.sleep(this.readLagMs + 5_000);
    return snapshotOf(this.process().cloud, this.world);
  }

  private advanceTo(nowMs: number): void {
    while (this.tickedMs + 1_000 <= nowMs) {
      this.tickedMs += 1_000;
      this.aws.advanceTo(this.tickedMs);
      this.traffic.tick(this.tickedMs, this.aws.infra());
    }
  }
}

/** The plan of an experiment, made from what is there. */
export async function planIn(lab: Lab, experiment: Experiment): Promise<Plan> {
  const plan = compilePlan({
    experiment,
    inventory: await inventoryIn(lab.process().cloud, lab.world, templatesOf(experiment)),
    switches: await readSwitches(experiment, [], lab.process()),
    seed: 1,
    random: seededRandom(1),
    createdAt: new Date(lab.clock.now()).toISOString(),
    environment: { ...SIMULATED, account: lab.world.account },
  });
  return { ...plan, gates: plan.gates.map((gate) => ({ ...gate, passed: true })) };
}

/** What a drill came to, where it came to an end at all. */
export interface Drilled {
  readonly result: Result;
  readonly events: readonly RunEvent[];
}

/** Hears of a drill's events, and may interrupt it. */
export type Listener = (event: RunEvent, interrupt: () => void) => void;

/** Kong in one process: what it has of its own ends with it, the world and the disk go on. */
export class Process {
  readonly cloud: Cloud;
  readonly calls: CallLog;
  /** Sees each text before it is added to a file, and says what of it the disk gets. */
  onAppend: (path: string, text: string) => string = (_path, text) => text;
  isAlive = true;
  readonly death: Promise<'dead'>;
  private readonly files: Files;
  private readonly clock: Clock;
  private die: (how: 'dead') => void = () => undefined;

  constructor(lab: Lab, around: Around, seed: number) {
    this.death = new Promise((resolve) => {
      this.die = resolve;
    });
    const ifAlive = <T>(act: () => Promise<T>): Promise<T> =>
      this.isAlive ? act().finally(() => (this.isAlive ? undefined : NEVER)) : NEVER;
    this.clock = { now: () => lab.clock.now(), sleep: (ms, signal) => ifAlive(() => lab.clock.sleep(ms, signal)) };
    this.files = this.ownFiles(lab.disk);
    const opened = openCloud({
      endpoint: undefined,
      profile: undefined,
      credentials: CREDENTIALS,
      clock: this.clock,
      random: seededRandom(seed),
      inside: (stack, region) => {
        stack.add(
          (next, context) => (args) => {
            const command = context.commandName ?? '';
            const call = { command, region, write: isMutating(command) };
            return ifAlive(() => around(call, () => next(args)));
          },
          { step: 'initialize', name: 'around' },
        );
        answerFrom(stack, region, lab, this.clock);
      },
    });
    this.cloud = opened.cloud;
    this.calls = opened.calls;
  }

  kill(): void {
    this.isAlive = false;
    this.die('dead');
  }

  /** Runs a drill to its end, or to this process's. */
  async drill(plan: Plan, on: Listener = () => undefined): Promise<Drilled | 'dead'> {
    const events: RunEvent[] = [];
    let listener: ((signal: string) => void) | undefined;
    const { files, clock, cloud, calls } = this;
    const started = startDrill({
      plan,
      run: RUN,
      state: STATE,
      endpoint: null,
      cloud,
      calls,
      clock,
      files,
      lock: { files, clock, host: 'test', pid: 1, isAlive: () => false },
      onEvent: (event) => {
        events.push(event);
        on(event, () => listener?.('SIGINT'));
      },
      onInterrupt: (own) => {
        listener = own;
        return () => {
          listener = undefined;
        };
      },
    });
    const end = await Promise.race([started.result, this.death]);
    return end === 'dead' ? end : { result: end, events };
  }

  /** What `kong rollback` does, to its end or to this process's. */
  async recover(): Promise<readonly RecoveryReport[] | 'dead'> {
    return Promise.race([this.recoverAll(), this.death]);
  }

  private async recoverAll(): Promise<readonly RecoveryReport[]> {
    const { files, clock, cloud } = this;
    const reports: RecoveryReport[] = [];
    for (const run of unfinishedRuns(STATE, files)) {
      reports.push(await recover(run, { state: STATE, cloud, clock, files, emit: () => undefined }));
    }
    return reports;
  }

  private ownFiles(disk: MemoryFiles): Files {
    return {
      read: (path) => disk.read(path),
      list: (path) => disk.list(path),
      write: (path, text) => {
        if (this.isAlive) disk.write(path, text);
      },
      append: (path, text) => {
        if (!this.isAlive) return;
        const whole = this.onAppend(path, text);
        if (whole !== '') disk.append(path, whole);
      },
      createNew: (path, text) => this.isAlive && disk.createNew(path, text),
      replace: (path, text) => this.isAlive && disk.replace(path, text),
      remove: (path) => {
        if (this.isAlive) disk.remove(path);
      },
    };
  }
}
