import type { Cloud } from '../aws/cloud.js';
import { readCredentialsLife } from '../inventory/read-credentials.js';
import { failed, ok, unknown, type Check } from '../model/checkup.js';
import type { Conditions } from '../model/conditions.js';
import { exitCodeOfError, isErrorCode, KongError } from '../model/errors.js';
import { refuses, type Plan } from '../model/plan.js';
import type { Clock } from '../model/ports.js';
import type { OpenResolver } from '../model/resolution.js';
import type { Switches } from '../changes/switches.js';
import type { HookDefinition } from '../model/hook.js';
import type { SwitchDefinition } from '../model/switch.js';
import type { Environment } from '../plan/environment.js';
import { readActions } from '../plan/permissions.js';
import { regionsOf } from '../plan/targets.js';
import { readIdentity, serverTimeOf, type Identity } from './identity.js';
import { fisChecks } from './fis-checks.js';
import { hookChecks } from './hook-checks.js';
import { permissionChecks } from './permission-checks.js';
import { agentChecks } from './agent-checks.js';
import { allowedChecks, clockCheck, credentialsCheck, endpointCheck, variablesCheck } from './place.js';
import { quotaChecks } from './quota-checks.js';
import { resolverChecks } from './resolver-checks.js';
import { sliChecks } from './sli-checks.js';
import { liveRuns, stateChecks, type StateRequest } from './state-checks.js';
import { switchChecks } from './switch-checks.js';
import { tagChecks } from './tag-checks.js';

/** What the target came to: nothing was named, a plan, or the reason why there is none. */
export type Planned =
  | { readonly kind: 'none' }
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'failed'; readonly error: KongError };

/** What is looked at. */
export interface DoctorRequest {
  readonly cloud: Cloud;
  readonly environment: Environment;
  /** Those of the world, or of kong.yaml. */
  readonly regions: readonly string[];
  readonly site: Conditions;
  /** Those of kong.yaml, and what reads the ones that are not AWS's. */
  readonly definitions: readonly SwitchDefinition[];
  readonly switches: Switches;
  /** The hooks of kong.yaml. */
  readonly hooks: readonly HookDefinition[];
  /** Asks the resolver of kong.yaml; undefined: nobody can be asked. */
  readonly openResolver?: OpenResolver;
  readonly planned: Planned;
  /** The drill's: virtual in the simulator. */
  readonly clock: Clock;
  readonly state: StateRequest;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where runs left what they made, if not where the next drill begins: a simulated world that was kept. */
  readonly kept?: Pick<DoctorRequest, 'cloud' | 'regions' | 'clock'>;
}

/** Gates about what has checks of its own. */
const LOOKED_AT = ['account', 'region', 'lock', 'unfinished', 'sli.data', 'abort.fires', 'resolver'];

/**
 * Everything that may keep a drill from going well, looked at without changing anything in the cloud. The state alone
 * is written to, with a file that is taken away again.
 */
export async function examine(request: DoctorRequest): Promise<readonly Check[]> {
  const { cloud, environment, state, env } = request;
  // the SDK's own time and the machine's are one, also where the drill's is virtual
  const identity = await readIdentity(cloud, state.clock);
  const life = await readCredentialsLife(cloud);
  const regions = regionsLookedAt(request);
  const [permissions, tags, switches, hooks, plan] = await Promise.all([
    permissionsOf(request, identity, regions),
    leftoverChecks(request),
    switchChecks(request.definitions, request),
    hookChecks(request.hooks, { ...request, regions: calledRegions(request) }),
    planChecks(request),
  ]);
  return [
    credentialsCheck(identity, environment.on === 'sim' ? undefined : life, state.clock.now()),
    endpointCheck(identity.answer, environment),
    ...variablesCheck(env),
    clockCheck(identity.answer, environment),
    ...allowedChecks(environment, drilledRegions(request)),
    ...permissions,
    ...stateChecks(state),
    ...tags,
    ...switches,
    ...hooks,
    ...plan,
  ];
}

/** The same where nobody answered: what the error tells, and what needs no answer. */
export function examineOffline(
  error: KongError,
  { state, env }: Pick<DoctorRequest, 'state' | 'env'>,
): readonly Check[] {
  const nowMs = state.clock.now();
  const serverMs = serverTimeOf(error);
  const answer = { host: undefined, serverMs, askedMs: nowMs, answeredMs: nowMs };
  const { code, message, fix } = error;
  return [
    failed(code === 'NETWORK' ? 'endpoint' : 'credentials', message, { code, fix }),
    ...variablesCheck(env),
    ...(serverMs === undefined ? [] : [clockCheck(answer, { on: 'aws' })]),
    ...stateChecks(state),
    unknown('cloud', 'permissions, quotas, tags and SLIs could not be looked at', 'mend what failed first'),
  ];
}

/** With what `kong doctor` ends: 0 where nothing failed, else the gravest of what a drill would end with. */
export function exitCodeOfChecks(checks: readonly Check[]): number {
  const codes = checks.flatMap(({ status, code }) =>
    status === 'failed' && code !== undefined ? exitCodeOfError(code) : [],
  );
  return GRAVEST_FIRST.find((code) => codes.includes(code)) ?? 0;
}

/** Something left changed, an environment that fails, a refusal, bad input. */
const GRAVEST_FIRST = [4, 5, 3, 2];

/** What runs left is in the world that they changed: a drill in the simulator begins in a fresh one. */
function leftoverChecks(request: DoctorRequest): Promise<readonly Check[]> {
  const { kept = { ...request, regions: regionsLookedAt(request) } } = request;
  const nowMs = expiryClock({ ...request, clock: kept.clock }).now();
  return tagChecks({ cloud: kept.cloud, regions: kept.regions, live: liveRunsOf(request.state), nowMs });
}

function liveRunsOf(state: StateRequest): ReadonlySet<string> {
  try {
    return liveRuns(state);
  } catch (error) {
    // the state's own checks say so
    if (error instanceof KongError) return new Set();
    throw error;
  }
}

/** Runs of the simulator expire on its own clock. */
function expiryClock({ environment, clock, state }: DoctorRequest): Clock {
  return environment.on === 'sim' ? clock : state.clock;
}

function planOf({ planned }: DoctorRequest): Plan | undefined {
  return planned.kind === 'plan' ? planned.plan : undefined;
}

function regionsLookedAt(request: DoctorRequest): readonly string[] {
  return [...new Set([...(planOf(request)?.regions ?? []), ...request.regions])].sort();
}

function drilledRegions(request: DoctorRequest): readonly string[] {
  const plan = planOf(request);
  return plan ? regionsOf(plan.experiment.blastRadius.scope) : request.regions;
}

/** Hooks are called in survivors. */
function calledRegions(request: DoctorRequest): readonly string[] {
  const survivors = planOf(request)?.experiment.blastRadius.survivors ?? [];
  return survivors.length > 0 ? survivors : request.regions;
}

function permissionsOf(
  request: DoctorRequest,
  { arn, answer }: Identity,
  regions: readonly string[],
): Promise<readonly Check[]> {
  const { cloud, environment, site, state } = request;
  const plan = planOf(request);
  return permissionChecks({
    ...{ cloud, environment, answer, arn, plan },
    regions: plan?.regions ?? regions,
    reads: plan && readActions(plan, site),
    nowMs: state.clock.now(),
  });
}

async function planChecks(request: DoctorRequest): Promise<readonly Check[]> {
  const { planned, cloud, clock } = request;
  switch (planned.kind) {
    case 'none':
      return [unknown('plan', 'no target was named: quotas and SLIs depend on it', 'kong doctor TARGET')];
    case 'failed': {
      const { code, message, fix } = planned.error;
      return [failed('plan', message, { code, fix })];
    }
    case 'plan':
      return [
        ...gateChecks(planned.plan),
        ...agentChecks(planned.plan),
        ...(await resolverChecks(planned.plan, { open: request.openResolver, clock })),
        ...(await readable('quota', quotaChecks(planned.plan, cloud))),
        ...(await readable('fis', fisChecks(planned.plan, cloud))),
        ...(await readable('sli', sliChecks(planned.plan, cloud, clock.now()))),
      ];
  }
}

function gateChecks({ gates, experiment }: Plan): readonly Check[] {
  const refusing = gates.filter((gate) => refuses(gate) && !LOOKED_AT.includes(gate.name));
  if (refusing.length === 0) return [ok('plan', `${experiment.name} can be planned, and no further gate refuses it`)];
  return refusing.map(({ name, message, code, fix }) =>
    failed(`gate ${name}`, message, { code: isErrorCode(code) ? code : 'REFUSED', fix }),
  );
}

async function readable(name: string, reading: Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    return [failed(name, error.message, { code: error.code, fix: error.fix })];
  }
}
