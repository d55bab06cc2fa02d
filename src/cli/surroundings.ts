import { readOtherRuns } from '../drill/state-facts.js';
import type { Conditions } from '../model/conditions.js';
import { bucketPlace } from '../model/state-place.js';
import type { RunnerFacts, StateFacts } from '../plan/circumstances.js';
import type { Environment } from '../plan/environment.js';
import type { Config } from './config.js';
import type { CommonOptions } from './options.js';
import type { Outside } from './wire.js';

/** What gates are held against and no cloud tells: the configuration, the state, the machine and its clock. */
export interface Surroundings {
  readonly site: Conditions;
  readonly runner: RunnerFacts;
  /** The machine's own time; undefined in the simulator, which has no calendar. */
  wallMs(): number | undefined;
  /** What the state folder says now about other runs in these regions. */
  state(regions: readonly string[]): StateFacts;
}

const FOLDER = { kind: 'folder' } as const;

/** The surroundings of a process with its options. */
export function surroundingsOf(
  options: CommonOptions,
  config: Config,
  { environment, outside }: { readonly environment: Environment; readonly outside: Outside },
): Surroundings {
  const { files, machine, wallClock } = outside;
  const { on, account, amazon } = environment;
  const endpoint = environment.endpoint ?? null;
  return {
    site: config.conditions,
    runner: {
      instance: machine.env.KONG_RUNNER_INSTANCE,
      // an emulator's addresses are made up
      addresses: amazon ? machine.addresses() : [],
    },
    wallMs: () => (on === 'sim' ? undefined : wallClock.now()),
    state: (regions) => ({
      ...readOtherRuns(
        options.state,
        { on, endpoint, account, regions },
        { files, clock: wallClock, host: machine.host, isAlive: machine.isAlive },
      ),
      kept: bucketPlace(options.state)
        ? { kind: 'bucket', region: amazon ? outside.stateRegion() : undefined }
        : FOLDER,
    }),
  };
}
