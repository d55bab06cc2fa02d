import type { Balancer } from '../model/inventory.js';
import { DATABASES, databasesNeeded, failOversAsked, together } from './fail-over.js';
import type { Fault, FaultChanges, FaultRequest, ProtoChange, TargetRegion } from './fault.js';
import { freezeOwners } from './owners.js';
import { textOf } from './params.js';
import { behindIn, isSelected } from './sends-to.js';
import { canShift, zonalShift } from './zonal-shift.js';

/** An application load balancer must be in two zones; a network load balancer in one. */
const FEWEST_ZONES: Readonly<Record<string, number>> = { application: 2, network: 1 };

const PARAMS = {
  ...DATABASES,
  by: {
    kind: 'choice',
    of: ['subnets', 'zonal-shift'],
    default: 'subnets',
    means: 'subnets: they leave those of the zone; zonal-shift: they stay, and AWS FIS holds a zonal shift of ARC',
  },
  addresses: {
    kind: 'choice',
    of: ['keep', 'may-change'],
    default: 'keep',
    appliesWhen: { by: 'subnets' },
    means:
      'may-change: also network load balancers whose addresses AWS chose, which get others then; keep: they stay',
  },
} as const;

/**
 * Moves traffic out of a zone while all is well there: its load balancers leave their subnets in the zone. What an
 * operator does when a zone is ill, and is to be practised before.
 */
export const azEvacuate: Fault = {
  name: 'az-evacuate',
  title: 'Zone is evacuated',
  does: [
    'Takes the load balancers before the selected instances of the zone out of their subnets there, or has AWS FIS',
    'begin a zonal shift of them: nothing is sent to their targets in the zone any more. Keeps the groups of those',
    'from replacing what nobody asks for.',
  ].join(' '),
  fidelity: [
    'by subnets, connections through the nodes of the zone end, as they do in no zonal shift',
    'a zonal shift is for load balancers that have it switched on; a preview of FIS refuses the others first',
    'it ends by itself when the drill has to be over',
    'what comes into the zone without a load balancer still does',
    'a group that scales out still launches in the zone, too',
  ].join('; '),
  scopes: ['az'],
  params: PARAMS,
  attributes: ['asg.suspendedProcesses', 'balancer.subnets', 'fisExperiment.running', 'fisTemplate.exists'],
  irreversible: ['cache.failover', 'database.failover'],
  needsFisRole: ({ by }) => by === 'zonal-shift',
  needsWith: databasesNeeded,
  needs: ['targets', 'balancers'],
  changes: (request) => {
    const made = request.targets.regions.map((target) => evacuated(target, request));
    return together([...made, failOversAsked(request)]);
  },
};

function evacuated(target: TargetRegion, request: FaultRequest): FaultChanges {
  const { region, instances, balancers = [] } = target;
  const behind = behindIn(target, request);
  const judged = balancers.map((balancer) => ({ balancer, why: whyNot(balancer, target, request) }));
  const leaving = judged.flatMap(({ balancer, why }) => (why === undefined ? [balancer] : []));
  const arns = new Set(leaving.map(({ arn }) => arn));
  const served = new Set(
    behind.targets.filter((one) => one.balancers.some((arn) => arns.has(arn))).map(({ instance }) => instance),
  );
  const spared = instances.filter(({ id }) => served.has(id));
  const owned = spared.map(({ group }) => ({ region, group }));
  return {
    leftAlone: judged.flatMap(({ balancer, why }) =>
      why === undefined ? [] : [{ what: `balancer ${region}/${balancer.name}`, why }],
    ),
    changes: moved({ region, leaving, spared }, freezeOwners(owned, request), request),
  };
}

interface Moving {
  readonly region: string;
  readonly leaving: readonly Balancer[];
  readonly spared: TargetRegion['instances'];
}

function moved(
  { region, leaving, spared }: Moving,
  frozen: readonly ProtoChange[],
  request: FaultRequest,
): readonly ProtoChange[] {
  if (!isShift(request)) return [...frozen, ...leaving.map((balancer) => withoutZone(region, balancer, request))];
  if (leaving.length === 0) return [];
  const instances = spared.map(({ id }) => id);
  const zone = zoneOf(request);
  return zonalShift({ region, zone, balancers: leaving, instances, beside: frozen }, request);
}

function isShift({ params }: FaultRequest): boolean {
  return textOf(PARAMS, 'by', params) === 'zonal-shift';
}

/** Guard clauses: the list of reasons why a load balancer stays in the zone. */
function whyNot(balancer: Balancer, target: TargetRegion, request: FaultRequest): string | undefined {
  const { zones } = balancer;
  const { select } = request;
  const isAll = Object.keys(select.tags).length === 0 && select.groups.length === 0;
  if (!zones.some((one) => one.zone === zoneOf(request))) return `is not in ${zoneOf(request)}`;
  if (!isAll && !isSelected(balancer, behindIn(target, request), request)) return 'sends to nothing that is selected';
  return isShift(request) ? whyNotShift(balancer, request) : whyNotLeave(balancer, request);
}

function whyNotShift(balancer: Balancer, request: FaultRequest): string | undefined {
  if (!canShift(balancer)) return `is a ${balancer.kind} load balancer, which has no zonal shift`;
  if (balancer.zones.every((one) => one.zone === zoneOf(request))) return 'is in no other zone';
  return undefined;
}

function whyNotLeave({ kind, zones, fixed }: Balancer, request: FaultRequest): string | undefined {
  if (fixed !== undefined) return fixed;
  const left = zones.filter((one) => one.zone !== zoneOf(request));
  const fewest = FEWEST_ZONES[kind] ?? Infinity;
  if (left.length < fewest) return `would be left in ${count(left.length)}: ${kind} load balancers need ${fewest}`;
  const isLent = zones.some((one) => one.zone === zoneOf(request) && one.isAddressLent);
  if (isLent && textOf(PARAMS, 'addresses', request.params) === 'keep')
    return 'would come back under another address: give it Elastic IPs, or allow it by addresses: may-change';
  return undefined;
}

function withoutZone(region: string, { arn, name, zones }: Balancer, request: FaultRequest): ProtoChange {
  const left = zones.filter((one) => one.zone !== zoneOf(request));
  return {
    kind: 'reversible',
    attribute: 'balancer.subnets',
    resource: { type: 'balancer', region, id: arn, name },
    before: zones.map(({ mapping }) => mapping).sort(),
    after: left.map(({ mapping }) => mapping).sort(),
  };
}

function zoneOf({ scope }: FaultRequest): string {
  return scope.kind === 'az' ? scope.zone : '';
}

function count(zones: number): string {
  return zones === 1 ? '1 zone' : `${zones} zones`;
}
