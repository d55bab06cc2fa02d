import type { Cloud } from '../aws/cloud.js';
import { isAmazon, type Rehearsed } from '../aws/dry-run.js';
import type { AnyChange } from '../model/change.js';
import { failed, ok, unknown, type Check } from '../model/checkup.js';
import { KongError } from '../model/errors.js';
import type { Plan } from '../model/plan.js';
import type { Environment } from '../plan/environment.js';
import { ACTIONS, type Action } from '../plan/permissions-actions.js';
import { NEEDS, type PolicyPlace } from '../plan/permissions-drivers.js';
import { DRY_RUNS } from './dry-runs.js';
import type { Answered } from './identity.js';
import { READ_PROBES } from './read-probes.js';

/** What permissions are asked about, and where. */
export interface PermissionRequest {
  readonly cloud: Cloud;
  readonly environment: Environment;
  readonly answer: Answered;
  /** The caller's ARN. */
  readonly arn: string;
  readonly regions: readonly string[];
  /** The actions that read; undefined: every one that kong knows. */
  readonly reads: readonly Action[] | undefined;
  /** Undefined: no target was named, or no plan could be made. */
  readonly plan: Plan | undefined;
  readonly nowMs: number;
}

const POLICY_FIX = 'give the role what `kong policy TARGET` prints';

/**
 * Whether each permission that a drill needs is there. Reads are tried; of what changes something, Amazon's EC2 is
 * asked by DryRun, with the plan's own resources. Everything else is unknown, never guessed: no emulator is sent a dry
 * run, since some carry them out for real.
 */
export async function permissionChecks(request: PermissionRequest): Promise<readonly Check[]> {
  const { environment } = request;
  if (environment.on === 'sim') return [ok('permissions', 'simulated: nobody is asked for any')];
  return [...(await readChecks(request)), ...(await writeChecks(request))];
}

type Verdict = Rehearsed & { readonly action: Action; readonly region: string };

async function readChecks(request: PermissionRequest): Promise<readonly Check[]> {
  const { reads = Object.keys(READ_PROBES).filter(isAction), regions } = request;
  const asked = reads
    .filter((action) => !action.startsWith('s3:'))
    // Route 53 is one for all regions
    .flatMap((action) => (action.startsWith('route53:') ? ['global'] : regions).map((region) => ({ action, region })));
  const verdicts = await Promise.all(asked.map(({ action, region }) => probe(action, region, request)));
  return summary('permissions.read', verdicts, request);
}

function isAction(name: string): name is Action {
  return ACTIONS.some((action) => action === name);
}

async function probe(action: Action, region: string, request: PermissionRequest): Promise<Verdict> {
  const send = READ_PROBES[action];
  if (!send) return { action, region, kind: 'unknown', why: 'there is no harmless call to try it with' };
  const { cloud, environment, nowMs } = request;
  try {
    await send({ cloud, account: environment.account, region, nowMs });
    return { action, region, kind: 'permitted' };
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    // what is not there was looked for, and so permitted
    const looked = error.code === 'NOT_FOUND' || error.code === 'AWS_REJECTED';
    if (looked) return { action, region, kind: 'permitted' };
    return { action, region, kind: error.code === 'ACCESS_DENIED' ? 'denied' : 'unknown', why: error.message };
  }
}

async function writeChecks(request: PermissionRequest): Promise<readonly Check[]> {
  const { plan, environment, answer, cloud } = request;
  const name = 'permissions.write';
  if (!plan)
    return [unknown(name, 'which are needed depends on what is drilled', 'name a target: `kong doctor TARGET`')];
  const asked = writesOf(plan);
  if (asked.length === 0) return [ok(name, 'the plan changes nothing')];
  if (!environment.amazon || answer.host === undefined || !isAmazon(answer.host)) {
    const message = `${asked.length} not asked: an emulator may carry a dry run out for real, so none is sent`;
    return [unknown(name, message)];
  }
  const verdicts: Verdict[] = [];
  // one after the other: what this costs is patience, and it must not eat into the limits of others
  for (const { action, change } of asked) {
    const rehearsed = await (DRY_RUNS[action]?.(change, cloud) ?? UNASKABLE);
    verdicts.push({ ...rehearsed, action, region: change.resource.region });
  }
  return summary(name, verdicts, request);
}

const UNASKABLE: Rehearsed = { kind: 'unknown', why: 'AWS has no dry run of it' };

/** Every action by which a plan changes something, once a region, each with a change that needs it. */
function writesOf(plan: Plan): readonly { readonly action: Action; readonly change: AnyChange }[] {
  const found = new Map<string, { readonly action: Action; readonly change: AnyChange }>();
  for (const change of plan.steps.flatMap(({ batches }) => batches.flat())) {
    const at: PolicyPlace = {
      account: plan.account,
      region: change.resource.region,
      optIn: { key: '', value: '' },
      inheriting: new Set(),
    };
    for (const { Action: actions } of NEEDS[change.attribute].writes([change], at)) {
      // tags at a creation are asked for with it
      for (const action of actions.filter((one) => one !== 'ec2:CreateTags'))
        found.set(`${action} ${change.resource.region}`, { action, change });
    }
  }
  return [...found.values()];
}

function summary(
  name: string,
  verdicts: readonly Verdict[],
  { arn, environment }: PermissionRequest,
): readonly Check[] {
  const of = (kind: Verdict['kind']): readonly Verdict[] => verdicts.filter((one) => one.kind === kind);
  const permitted = namesOf(of('permitted'));
  const denied = of('denied');
  const untold = of('unknown');
  return [
    ...(permitted.length > 0 ? [ok(name, `${permitted.length} permitted: ${permitted.join(', ')}`)] : []),
    ...namesOf(denied).map((action) => {
      const own = denied.filter((one) => one.action === action);
      const where = own.map(({ region }) => region).join(', ');
      const [why = ''] = own.map(reasonOf);
      return failed(`${name} ${action}`, `denied in ${where}: ${why}`, { code: 'ACCESS_DENIED', fix: POLICY_FIX });
    }),
    ...reasonsOf(untold).map(([why, names]) =>
      unknown(
        `${name} unknown`,
        `${names.length} can't be told: ${names.join(', ')}: ${why}`,
        environment.amazon ? simulateFix(arn, names) : undefined,
      ),
    ),
  ];
}

function namesOf(verdicts: readonly Verdict[]): readonly Action[] {
  return [...new Set(verdicts.map(({ action }) => action))].sort();
}

/** What can't be told for the same reason, wherever it is. */
function reasonsOf(verdicts: readonly Verdict[]): readonly (readonly [string, readonly Action[]])[] {
  const reasons = new Set(verdicts.map(reasonOf));
  return [...reasons].map((why) => [why, namesOf(verdicts.filter((one) => reasonOf(one) === why))] as const);
}

function reasonOf(verdict: Verdict): string {
  return 'why' in verdict ? verdict.why.replace(` in ${verdict.region}:`, ':') : '';
}

/** IAM itself can tell, and whoever may ask it: kong's own role should not need to. */
function simulateFix(arn: string, actions: readonly Action[]): string {
  const role = /^arn:(aws[\w-]*):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  const principal = role ? `arn:${role[1] ?? 'aws'}:iam::${role[2] ?? ''}:role/${role[3] ?? ''}` : arn;
  return `aws iam simulate-principal-policy --policy-source-arn ${principal} --action-names ${actions.join(' ')}`;
}
