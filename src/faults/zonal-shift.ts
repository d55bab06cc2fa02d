import { isoMinutes } from '../experiment/fis-template.js';
import { KongError } from '../model/errors.js';
import type { FisTemplate } from '../model/fis-template.js';
import type { Balancer } from '../model/inventory.js';
import type { FaultRequest, ProtoChange } from './fault.js';
import { MOST_ARNS } from './fis-action-parts.js';
import { stopConditionsOf } from './fis-alarms.js';
import { fisRun } from './fis-run.js';

/** How AWS calls the kinds of load balancers that can be shifted. */
const TYPES: Readonly<Record<string, string>> = { application: 'ALB', network: 'NLB' };

/** What an action may last: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
const LONGEST_SECONDS = 12 * 3_600;

/** Whether a load balancer is of a kind that a zonal shift moves. */
export function canShift({ kind }: Balancer): boolean {
  return Object.hasOwn(TYPES, kind);
}

/** What is shifted away from a zone. */
export interface Shifting {
  readonly region: string;
  readonly zone: string;
  /** At least one. */
  readonly balancers: readonly Balancer[];
  /** Instances of the zone to which nothing is sent meanwhile. */
  readonly instances: readonly string[];
  /** What kong changes by itself before. */
  readonly beside: readonly ProtoChange[];
}

/**
 * A zonal shift of load balancers, begun by AWS FIS: it holds each shift by leases of a minute that it renews, so that
 * traffic is back soon after FIS is stopped, is done, or is lost. It is done when the drill has to be over.
 *
 * @throws KongError BAD_EXPERIMENT without a role for FIS, or for longer than FIS runs an action
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#start-zonal-autoshift
 */
export function zonalShift(shifting: Shifting, request: FaultRequest): readonly ProtoChange[] {
  const { region, zone, instances, beside } = shifting;
  const { fisRole, stopAlarms = [], inventory } = request;
  if (fisRole === undefined)
    throw new KongError('BAD_EXPERIMENT', 'a zonal shift is begun by AWS FIS, which needs an IAM role to act by', {
      fix: 'add fis: { role: "arn:aws:iam::…:role/…" } to the experiment, or to kong.yaml; or by: subnets',
    });
  if (request.lastsSeconds > LONGEST_SECONDS)
    throw new KongError('BAD_EXPERIMENT', 'a zonal shift by AWS FIS lasts 12 hours at most, and this would be longer', {
      fix: 'shorten the holds until it is restored, or by: subnets',
    });
  const template: FisTemplate = {
    description: `kong: zonal shift away from ${zone}`,
    roleArn: fisRole,
    stopConditions: stopConditionsOf(stopAlarms, { account: inventory.account, region }),
    ...partsOf(shifting, request.lastsSeconds),
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
  };
  const memo = { shift: true, instances: [...instances].sort() };
  return fisRun({ region, handle: `fis-shift-${zone}`, make: { ...template }, beside: [...beside], memo });
}

/** One action for each five load balancers, all at once. */
function partsOf({ zone, balancers }: Shifting, lastsSeconds: number): Pick<FisTemplate, 'targets' | 'actions'> {
  const arns = balancers.map(({ arn }) => arn).sort();
  const some = Array.from({ length: Math.ceil(arns.length / MOST_ARNS) }, (_, index) => ({
    name: arns.length > MOST_ARNS ? `shift-${index + 1}` : 'shift',
    resourceArns: arns.slice(index * MOST_ARNS, (index + 1) * MOST_ARNS),
  }));
  const parameters = {
    duration: isoMinutes(lastsSeconds * 1_000),
    availabilityZoneIdentifier: zone,
    managedResourceTypes: [...new Set(balancers.flatMap(({ kind }) => TYPES[kind] ?? []))].sort().join(','),
    // they were chosen, and named
    zonalAutoshiftStatus: 'ANY',
  };
  const actionId = 'aws:arc:start-zonal-autoshift';
  const resourceType = 'aws:arc:zonal-shift-managed-resource';
  return {
    targets: Object.fromEntries(
      some.map(({ name, resourceArns }) => [`to-${name}`, { resourceType, resourceArns, selectionMode: 'ALL' }]),
    ),
    actions: Object.fromEntries(
      some.map(({ name }) => [name, { actionId, parameters, targets: { ManagedResources: `to-${name}` } }]),
    ),
  };
}
