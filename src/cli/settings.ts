import { openHooks } from '../changes/hooks.js';
import { openSwitches, type Switches } from '../changes/switches.js';
import { readAccount } from '../inventory/read-inventory.js';
import type { HookDefinition } from '../model/hook.js';
import type { OpenResolver } from '../model/resolution.js';
import type { SwitchDefinition } from '../model/switch.js';
import type { Environment } from '../plan/environment.js';
import type { Config } from './config.js';
import type { CommonOptions } from './options.js';
import { surroundingsOf, type Surroundings } from './surroundings.js';
import {
  isLoopback,
  keptSource,
  openAws,
  openSim,
  readWorld,
  worldSource,
  type OpenCloud,
  type Outside,
  type World,
} from './wire.js';

/** A cloud that was opened, what it is, and what is allowed there. */
export interface Setting extends OpenCloud {
  readonly environment: Environment;
  /** The regions that are known to exist: of the world, or those that kong.yaml allows. */
  readonly regions: readonly string[];
  readonly world: World | undefined;
  readonly surroundings: Surroundings;
  /** What kong.yaml lets experiments switch. */
  readonly definitions: readonly SwitchDefinition[];
  /** What kong.yaml lets experiments have called. */
  readonly hooks: readonly HookDefinition[];
  /** Asks the resolver of kong.yaml. */
  readonly openResolver: OpenResolver;
  /** Commands and endpoints of kong.yaml, to be read, set and called. */
  readonly switches: Switches;
  /** Keeps the simulated world on disk from now on. */
  keep(): void;
}

/** Where the SDK would go: the option, or the variable that the SDK itself reads. */
export function endpointOf(options: CommonOptions, { machine }: Outside): string | undefined {
  return options.endpointUrl ?? machine.env.AWS_ENDPOINT_URL;
}

/** Opens what `--on` names. `resume`: the simulated world goes on as a killed run left it. */
export async function openSetting(
  options: CommonOptions,
  config: Config,
  outside: Outside,
  resume = false,
): Promise<Setting> {
  const opened = await (options.on === 'sim'
    ? simSetting(options, outside, resume)
    : awsSetting(options, config, outside));
  const { switches: definitions, hooks } = config;
  const reach = { effects: outside.effects, during: opened.during };
  const environment = { ...opened.environment, ...ofConfig(config, opened.environment) };
  return {
    ...opened,
    environment,
    definitions,
    hooks,
    openResolver: outside.openResolver,
    switches: { ...openSwitches(definitions, reach), hooks: openHooks(hooks, reach) },
    surroundings: surroundingsOf(options, config, { environment, outside }),
  };
}

type Opened = Omit<Setting, 'surroundings' | 'definitions' | 'hooks' | 'switches' | 'openResolver'>;

/** The names of a simulated world are known to no resolver. */
function ofConfig({ fisRole, resolver }: Config, { on }: Environment): Pick<Environment, 'fisRole' | 'resolver'> {
  return {
    ...(fisRole === undefined ? {} : { fisRole }),
    ...(resolver === undefined || on === 'sim' ? {} : { resolver }),
  };
}

async function simSetting(options: CommonOptions, outside: Outside, resume: boolean): Promise<Opened> {
  // a killed run's world is opened again as it was made, whatever the options of today say
  const source = (resume ? keptSource(options, outside) : undefined) ?? worldSource(options, outside);
  const world = readWorld(source);
  const open = await openSim(options, { world, seed: source.seed, resume }, outside);
  return {
    ...open,
    keep: () => open.sim?.keep(source),
    world,
    regions: world.regions.map((region) => region.name),
    environment: {
      on: 'sim',
      where: `the simulated world ${world.name}: nothing real is touched`,
      endpoint: undefined,
      account: world.account,
      amazon: false,
      allowed: { accounts: [], regions: [] },
      optIn: undefined,
    },
  };
}

async function awsSetting(options: CommonOptions, config: Config, outside: Outside): Promise<Opened> {
  const endpoint = endpointOf(options, outside);
  const open = await openAws(options, endpoint, outside);
  const account = await readAccount(open.cloud);
  const amazon = endpoint === undefined || !isLoopback(endpoint);
  return {
    ...open,
    keep: () => undefined,
    world: undefined,
    regions: config.aws.regions,
    environment: {
      on: 'aws',
      where: endpoint === undefined ? `AMAZON, account ${account}` : `${endpoint}, account ${account}`,
      endpoint,
      account,
      amazon,
      allowed: config.aws,
      optIn: amazon ? config.optIn : undefined,
    },
  };
}
