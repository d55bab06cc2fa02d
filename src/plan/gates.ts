import type { AnyChange } from '../model/change.js';
import type { ErrorCode } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Inventory } from '../model/inventory.js';
import type { Blast, Forecast, Gate, PlannedStep } from '../model/plan.js';
import type { Environment } from './environment.js';
import type { Movable } from './shift.js';
import { regionsOf } from './targets.js';

/** What the gates look at. */
export interface GateRequest {
  readonly experiment: Experiment;
  readonly inventory: Inventory;
  readonly environment: Environment;
  readonly steps: readonly PlannedStep[];
  readonly blast: Blast;
  readonly forecast: Forecast;
  readonly movable: Movable | undefined;
}

/** Every reason not to begin that can be told from a plan, passed or not. */
export function gatesOf(request: GateRequest): readonly Gate[] {
  return [
    ...allowedGates(request),
    emptyGate(request),
    ...limitGates(request),
    ...irreversibleGates(request),
    ...bystanderGates(request),
    ...trafficGates(request),
    ...rollbackGates(request),
  ];
}

interface Verdict {
  readonly name: string;
  readonly code: ErrorCode;
  readonly passed: boolean;
  readonly message: string;
  readonly fix: string;
}

function gate({ name, code, passed, message, fix }: Verdict): Gate {
  return passed ? { name, code, passed, message } : { name, code, passed, message, fix };
}

function allowedGates({ experiment, environment }: GateRequest): readonly Gate[] {
  if (!environment.amazon) return [];
  const { accounts, regions } = environment.allowed;
  const wanted = regionsOf(experiment.blastRadius.scope);
  const outside = wanted.filter((region) => !regions.includes(region));
  return [
    gate({
      name: 'account',
      code: 'ACCOUNT_NOT_ALLOWED',
      passed: accounts.includes(environment.account),
      message: `account ${environment.account} ${accounts.includes(environment.account) ? 'is' : 'is not'} in kong.yaml aws.accounts`,
      fix: 'add the account to aws.accounts in kong.yaml, and have that reviewed',
    }),
    gate({
      name: 'region',
      code: 'REGION_NOT_ALLOWED',
      passed: outside.length === 0,
      message:
        outside.length === 0
          ? `${wanted.join(', ')} may be drilled`
          : `${outside.join(', ')} is not in kong.yaml aws.regions`,
      fix: 'add the region to aws.regions in kong.yaml, and have that reviewed',
    }),
  ];
}

function emptyGate({ experiment, steps, environment }: GateRequest): Gate {
  const faults = steps.filter((step) => step.step.kind === 'fault');
  const empty = faults.filter((step) => step.batches.flat().length === 0);
  const optIn = environment.optIn
    ? `, and whether targets carry ${environment.optIn.key}=${environment.optIn.value}`
    : '';
  return gate({
    name: 'target',
    code: 'EMPTY_TARGET',
    passed: empty.length === 0 || experiment.blastRadius.allowEmpty,
    message:
      empty.length === 0
        ? 'every fault has a target'
        : `${empty.map((step) => step.title).join(', ')} would hit nothing`,
    fix: `check blastRadius.select${optIn}; \`kong plan\` says what was left alone and why`,
  });
}

function limitGates({ experiment, blast, steps }: GateRequest): readonly Gate[] {
  const { limits } = experiment.blastRadius;
  const changed = new Set(
    steps
      .flatMap((step) => step.batches.flat())
      .filter(isFaultOnGroup)
      .map((change) => change.resource.id),
  );
  const groups = Math.max(blast.autoScalingGroups, changed.size);
  const least = Math.min(...blast.byGroup.map((group) => group.of - group.hit));
  const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
  const fix = 'narrow blastRadius.select, or raise blastRadius.limits and have the change reviewed';
  const limit = (name: string, exceeded: boolean, message: string): Gate =>
    gate({ name, code: 'BLAST_RADIUS_EXCEEDED', passed: !exceeded, message, fix });
  return [
    ...(limits.instances === undefined
      ? []
      : [
          limit(
            'limits.instances',
            blast.instances > limits.instances,
            `${blast.instances} instances, limit ${limits.instances}`,
          ),
        ]),
    ...(limits.groups === undefined
      ? []
      : [limit('limits.groups', groups > limits.groups, `${groups} groups, limit ${limits.groups}`)]),
    ...(limits.share === undefined
      ? []
      : [
          limit(
            'limits.share',
            blast.share > limits.share,
            `${percent(blast.share)} of all instances, limit ${percent(limits.share)}`,
          ),
        ]),
    ...(limits.minHealthy === undefined || blast.byGroup.length === 0
      ? []
      : [
          limit(
            'limits.minHealthy',
            least < limits.minHealthy,
            `a group keeps ${least} instances, limit ${limits.minHealthy}`,
          ),
        ]),
  ];
}

function isFaultOnGroup(change: AnyChange): boolean {
  return change.attribute === 'asg.suspendedProcesses';
}

function irreversibleGates({ experiment, steps }: GateRequest): readonly Gate[] {
  const kinds = [
    ...new Set(
      steps
        .flatMap((step) => step.batches.flat())
        .filter((change) => change.kind === 'irreversible')
        .map((change) => change.attribute),
    ),
  ];
  const allowed: readonly string[] = experiment.blastRadius.allowIrreversible;
  return kinds.map((kind) =>
    gate({
      name: 'irreversible',
      code: 'IRREVERSIBLE_NOT_ALLOWED',
      passed: allowed.includes(kind),
      message: `${kind} can't be undone, and ${allowed.includes(kind) ? 'is allowed by name' : 'is not allowed'}`,
      fix: `add ${kind} to blastRadius.allowIrreversible if that is what you want`,
    }),
  );
}

/** Instances that did not opt in, and would lose their network with the subnet that they share. */
function bystanderGates({ environment, inventory, steps }: GateRequest): readonly Gate[] {
  const { optIn } = environment;
  if (!optIn) return [];
  const cut = new Set(
    steps
      .flatMap((step) => step.batches.flat())
      .filter((change) => change.attribute === 'subnet.networkAcl')
      .map((change) => change.resource.id),
  );
  const bystanders = inventory.regions
    .flatMap((region) => region.instances)
    .filter((instance) => cut.has(instance.subnet ?? '') && instance.tags[optIn.key] !== optIn.value);
  return [
    gate({
      name: 'bystanders',
      code: 'REFUSED',
      passed: bystanders.length === 0,
      message:
        bystanders.length === 0
          ? 'every instance in the subnets has opted in'
          : `${bystanders.length} instances in the subnets have not opted in: ${bystanders
              .slice(0, 5)
              .map((instance) => instance.id)
              .join(', ')}`,
      fix: `tag them ${optIn.key}=${optIn.value}, or leave their subnets out`,
    }),
  ];
}

function trafficGates({ movable }: GateRequest): readonly Gate[] {
  if (!movable) return [];
  return [
    gate({
      name: 'records',
      code: 'EMPTY_TARGET',
      passed: movable.records.length > 0,
      message:
        movable.records.length > 0
          ? `${movable.records.length} weighted records can be shifted`
          : 'no weighted record sends traffic to the region',
      fix: 'records are matched by a region in their target or set identifier; check blastRadius.select.domains',
    }),
    gate({
      name: 'survivors',
      code: 'REFUSED',
      passed: movable.stranded.length === 0,
      message:
        movable.stranded.length === 0
          ? 'every name has a survivor that answers'
          : `no survivor answers for ${movable.stranded.join(', ')}`,
      fix: 'give the name a weighted record in a surviving region first',
    }),
  ];
}

function rollbackGates({ experiment, forecast }: GateRequest): readonly Gate[] {
  const within = experiment.rollbackWithinMs;
  if (within === undefined) return [];
  const seconds = forecast.rollbackSeconds;
  return [
    gate({
      name: 'rollback.within',
      code: 'ROLLBACK_TOO_SLOW',
      passed: seconds * 1_000 <= within,
      message: `a rollback takes ${seconds}s at worst, limit ${within / 1_000}s`,
      fix: 'narrow the blast radius, or raise rollback.within',
    }),
  ];
}
