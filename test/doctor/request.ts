import { openHooks } from '../../src/changes/hooks.js';
import { openSwitches } from '../../src/changes/switches.js';
import type { DoctorRequest } from '../../src/doctor/doctor.js';
import type { Check } from '../../src/model/checkup.js';
import { NO_CONDITIONS } from '../../src/model/conditions.js';
import type { HookDefinition } from '../../src/model/hook.js';
import type { Plan } from '../../src/model/plan.js';
import type { SwitchDefinition } from '../../src/model/switch.js';
import { THIS_MACHINE } from '../contract/cases/switch-subjects.js';
import { STATE, type Bench } from '../support/sim-drill.js';
import { SIMULATED } from '../support/simulated.js';

/** A machine on which no other process lives. */
export const NOBODY_LIVES = { host: 'test', pid: 1, isAlive: (): boolean => false, fileMode: (): number => 0o600 };

/** What a kong.yaml names. */
export interface OfKongYaml {
  readonly switches?: readonly SwitchDefinition[];
  readonly hooks?: readonly HookDefinition[];
}

/** What a doctor is asked on a bench. */
export function requestFor(
  bench: Bench,
  plan: Plan | undefined,
  { switches: own = [], hooks = [] }: OfKongYaml = {},
): DoctorRequest {
  return {
    definitions: own,
    switches: { ...openSwitches(own, THIS_MACHINE), hooks: openHooks(hooks, THIS_MACHINE) },
    hooks,
    cloud: bench.cloud,
    environment: SIMULATED,
    regions: ['us-east-1', 'us-west-2'],
    site: NO_CONDITIONS,
    planned: plan ? { kind: 'plan', plan } : { kind: 'none' },
    clock: bench.clock,
    state: { state: STATE, files: bench.files, clock: bench.clock, ...NOBODY_LIVES },
    env: {},
  };
}

/** Checks by how their names begin. */
export const withName = (checks: readonly Check[], start: string): readonly Check[] =>
  checks.filter(({ name }) => name.startsWith(start));
