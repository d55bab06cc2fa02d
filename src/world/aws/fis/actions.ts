import { AwsFault } from '../aws-fault.js';
import type { FisUndo } from '../fis-rows.js';
import { isEnding, reboot, stop, terminate, USER_STOP } from '../fleet.js';
import type { InstanceRow } from '../rows.js';
import type { SimState } from '../sim-state.js';
import { issueCommand } from '../ssm/commands.js';
import { checkDocument } from '../ssm/documents.js';
import { disruptConnectivity } from './connectivity.js';
import { durationMs } from './durations.js';
import { shiftAway } from './zonal-shift.js';

/** FIS's answer to whatever is wrong with a request. */
export function invalid(message: string): AwsFault {
  return new AwsFault('ValidationException', message);
}

type Parameters = Readonly<Record<string, string>>;

/** What an action acts on. */
export interface Acting {
  readonly region: string;
  readonly parameters: Parameters;
  /** Ids that were chosen before the first action. */
  readonly ids: readonly string[];
}

/** How an action began: until when it goes on, and what is to be put back then. */
export interface Begun {
  readonly endsMs: number;
  readonly undo: FisUndo | null;
  /** Why it could not begin. */
  readonly failure?: string;
}

/** One kind of action. */
export interface ActionKind {
  readonly target: { readonly key: string; readonly resourceType: string } | undefined;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** @throws AwsFault ValidationException at a value that is not simulated */
  readonly check: (parameters: Parameters) => void;
  readonly begin: (sim: SimState, acting: Acting) => Begun;
}

const INSTANCES = { key: 'Instances', resourceType: 'aws:ec2:instance' };
/** From the call to stopped, or terminated, and a little. */
const GONE_MS = 30_000;
const SHORTEST_MS = 60_000;
const LONGEST_MS = 12 * 3_600_000;

/**
 * The actions that have an effect in this world, by id. Any other is refused.
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export const ACTIONS: Readonly<Record<string, ActionKind>> = {
  'aws:ec2:stop-instances': {
    target: INSTANCES,
    required: [],
    optional: ['startInstancesAfterDuration', 'completeIfInstancesTerminated'],
    check: (parameters) => void spanOf(parameters, 'startInstancesAfterDuration'),
    begin: stopInstances,
  },
  'aws:ec2:terminate-instances': {
    target: INSTANCES,
    required: [],
    optional: [],
    check: () => undefined,
    begin: (sim, acting) => {
      const rows = rowsOf(sim, acting);
      const held = rows.find((row) => row.keptFrom.termination);
      if (held) return failed(sim, `The instance ${held.id} may not be terminated`);
      for (const row of rows) terminate(sim, row, { member: row.member, reason: USER_STOP });
      return { endsMs: sim.nowMs + GONE_MS, undo: null };
    },
  },
  'aws:ec2:reboot-instances': {
    target: INSTANCES,
    required: [],
    optional: [],
    check: () => undefined,
    begin: (sim, acting) => {
      for (const row of rowsOf(sim, acting)) if (row.state === 'running') reboot(sim, row);
      return { endsMs: sim.nowMs, undo: null };
    },
  },
  'aws:network:disrupt-connectivity': {
    target: { key: 'Subnets', resourceType: 'aws:ec2:subnet' },
    required: ['duration', 'scope'],
    optional: [],
    check: (parameters) => {
      spanOf(parameters, 'duration');
      const { scope = '' } = parameters;
      if (scope !== 'all') throw invalid(`The scope ${scope} of aws:network:disrupt-connectivity is not simulated`);
    },
    begin: (sim, { parameters, ids }) => ({
      endsMs: sim.nowMs + (spanOf(parameters, 'duration') ?? 0),
      undo: { kind: 'acls', swaps: disruptConnectivity(sim, ids) },
    }),
  },
  'aws:ssm:send-command': {
    target: INSTANCES,
    required: ['documentArn', 'duration'],
    optional: ['documentParameters', 'documentVersion'],
    check: (parameters) => {
      spanOf(parameters, 'duration');
      checkDocument(documentOf(parameters), documentParameters(parameters));
    },
    begin: sendCommand,
  },
  'aws:arc:start-zonal-autoshift': {
    target: { key: 'ManagedResources', resourceType: 'aws:arc:zonal-shift-managed-resource' },
    required: ['duration', 'availabilityZoneIdentifier', 'managedResourceTypes'],
    optional: ['zonalAutoshiftStatus'],
    check: (parameters) => {
      spanOf(parameters, 'duration');
      const { managedResourceTypes: types = '' } = parameters;
      if (types !== 'ALB') throw invalid(`Of the managed resource types, ALB is simulated, not ${types}`);
    },
    begin: (sim, { parameters, ids }) => {
      const zone = parameters.availabilityZoneIdentifier ?? '';
      const endsMs = sim.nowMs + (spanOf(parameters, 'duration') ?? 0);
      return { endsMs, undo: { kind: 'shift', zone, balancers: shiftAway(sim, { zone, balancers: ids }) } };
    },
  },
  'aws:fis:wait': {
    target: undefined,
    required: ['duration'],
    optional: [],
    check: (parameters) => void spanOf(parameters, 'duration'),
    begin: (sim, { parameters }) => ({ endsMs: sim.nowMs + (spanOf(parameters, 'duration') ?? 0), undo: null }),
  },
};

function stopInstances(sim: SimState, acting: Acting): Begun {
  const rows = rowsOf(sim, acting);
  const held = rows.find((row) => row.keptFrom.stop);
  if (held) return failed(sim, `The instance ${held.id} may not be stopped`);
  const running = rows.filter(({ state }) => state === 'running');
  if (running.length === 0) return failed(sim, 'No instance is in a state from which it can be stopped');
  for (const row of running) stop(sim, row);
  const spanMs = spanOf(acting.parameters, 'startInstancesAfterDuration');
  if (spanMs === undefined) return { endsMs: sim.nowMs + GONE_MS, undo: null };
  return { endsMs: sim.nowMs + spanMs, undo: { kind: 'start', instances: running.map(({ id }) => id) } };
}

function sendCommand(sim: SimState, { region, parameters, ids }: Acting): Begun {
  const down = ids.find((id) => sim.store.instances.get(id)?.state !== 'running');
  if (down !== undefined) return failed(sim, `Instances [[${down}]] not in a valid state for account`);
  const command = issueCommand(
    sim,
    {
      region,
      document: documentOf(parameters),
      parameters: documentParameters(parameters),
      targets: [],
      comment: '',
      timeoutSeconds: 3_600,
      most: { working: ids.length, failed: ids.length },
    },
    ids,
  );
  return { endsMs: sim.nowMs + (spanOf(parameters, 'duration') ?? 0), undo: { kind: 'cancel', command: command.id } };
}

function documentOf({ documentArn = '' }: Parameters): string {
  return documentArn.split(':document/')[1] ?? documentArn;
}

/** The parameters of a document, as JSON whose values are texts, numbers or lists of them. */
function documentParameters({
  documentParameters: text = '{}',
}: Parameters): Readonly<Record<string, readonly string[]>> {
  const parsed = jsonOf(text);
  if (typeof parsed !== 'object' || parsed === null) throw invalid(`documentParameters is not a JSON object: ${text}`);
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, [value].flat().map(String)]));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(sim: SimState, failure: string): Begun {
  return { endsMs: sim.nowMs, undo: null, failure };
}

function rowsOf(sim: SimState, { ids }: Acting): readonly InstanceRow[] {
  return ids.flatMap((id) => sim.store.instances.get(id) ?? []).filter((row) => !isEnding(row));
}

/** A duration, from a minute to twelve hours; undefined: it is not given. */
function spanOf(parameters: Parameters, name: string): number | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  const ms = durationMs(text);
  if (ms === undefined || ms < SHORTEST_MS || ms > LONGEST_MS)
    throw invalid(`The parameter ${name} must be a duration from PT1M to PT12H, not ${text}`);
  return ms;
}
