import { KongError } from '../model/errors.js';
import type { Gate, OverrideRequest } from '../model/plan.js';
import { nearestOf } from './nearest.js';

const REVIEWED = 'where drills may run is decided in kong.yaml, and reviewed there';
const BY_NAME = "what can't be undone is allowed in the experiment, by its own name";
const TWO_AT_ONCE = "two drills at once would take each other's values for the state before";
const LEFT_OVER = 'what another run left changed would be taken for the state before';
const NO_RIGHT = 'kong could not put back what it breaks';
const BLIND = 'without its SLIs a drill can neither be judged nor stopped in time';

/**
 * What `--override` can't pass, each with the reason that a person is told: what can't be taken back, what protects
 * others than whoever decides, and what the rollback itself stands on.
 */
const NEVER: ReadonlyMap<string, string> = new Map([
  ['account', REVIEWED],
  ['region', REVIEWED],
  ['irreversible', BY_NAME],
  ['bystanders', 'it protects instances whose owners did not agree to be hit'],
  ['survivors', 'with no survivor left Route 53 answers as if all weights were equal: traffic would have no way out'],
  ['switch.read', 'what a switch said before is what an undo sets it to'],
  ['switch.values', 'a switch would be set to what it can not be, or could not be set back'],
  ['marker', 'it protects buckets whose owners did not agree that anything is written there'],
  ['lock', TWO_AT_ONCE],
  ['unfinished', LEFT_OVER],
  ['fis', 'what another experiment has changed would be taken for the state before, and put back after its end'],
  ['fis.lasts', 'what holds once the fault is gone would count as held under it'],
  ['sli.data', BLIND],
  ['abort.fires', 'a rule that can never fire stops no drill; it is corrected in the experiment'],
  ['runner', 'kong would cut itself off, and put nothing back'],
  ['state', 'a journal that goes dark can not be rolled back by'],
  ['credentials', NO_RIGHT],
  ['plan.unused', 'a reviewed plan is a decision for one drill'],
  ['plan.valid', 'a review is worth something for a time; making the plan anew costs nothing'],
  ['plan.world', "the plan's changes are those of another world"],
  ['plan.drift', 'an undo would put back what was not there when the drill began'],
]);

/** The same for every gate that refuses with one of these codes, whatever its name. */
const NEVER_BY_CODE: ReadonlyMap<string, string> = new Map([
  ['ACCOUNT_NOT_ALLOWED', REVIEWED],
  ['REGION_NOT_ALLOWED', REVIEWED],
  ['IRREVERSIBLE_NOT_ALLOWED', BY_NAME],
  ['LOCKED', TWO_AT_ONCE],
  ['UNFINISHED_RUN', LEFT_OVER],
  ['SLI_NO_DATA', BLIND],
  ['STEADY_STATE_BROKEN', 'an abort would follow at once'],
  ['CREDENTIALS', NO_RIGHT],
  ['NOT_WATCHED', 'the watchdog was asked for'],
]);

/** What a person may decide to pass, by name, and has to say why. */
const PASSABLE: ReadonlySet<string> = new Set([
  'target',
  'fis.stop',
  'fis.targets',
  'records',
  'limits.instances',
  'limits.groups',
  'limits.share',
  'limits.minHealthy',
  'rollback.within',
  'groups.desired',
  'groups.settled',
  'groups.healthy',
  'groups.refresh',
  'window',
  'freeze',
  'alarms',
  'budget',
  'survivors.room',
  'resolver',
]);

/** The same for every gate that refuses with one of these codes: they are about how much, not about whom. */
const PASSABLE_BY_CODE: ReadonlySet<string> = new Set(['BLAST_RADIUS_EXCEEDED', 'EMPTY_TARGET', 'ROLLBACK_TOO_SLOW']);

/** Every gate whose name is known here, whether or not a plan asks it. */
export function knownGates(): readonly string[] {
  return [...NEVER.keys(), ...PASSABLE];
}

/**
 * Why a gate can't be passed by name; undefined: it can. A gate that nobody has thought about can't.
 */
export function whyNotPassable({ name, code }: Pick<Gate, 'name' | 'code'>): string | undefined {
  const never = NEVER.get(name) ?? NEVER_BY_CODE.get(code);
  if (never !== undefined) return never;
  const passable = PASSABLE.has(name) || PASSABLE_BY_CODE.has(code);
  return passable ? undefined : 'it is not among those that a person may decide to pass';
}

/**
 * Pairs `--override` with `--reason`: as many reasons as gates, in their order, or one for all.
 *
 * @throws KongError BAD_ARGUMENT for a missing or empty reason, a reason too many, or a gate that is named twice
 */
export function overrideRequests(gates: readonly string[], reasons: readonly string[]): readonly OverrideRequest[] {
  const said = reasons.map((reason) => reason.trim());
  const twice = gates.find((gate, index) => gates.indexOf(gate) !== index);
  if (twice !== undefined) throw badArgument(`--override ${twice} is given twice`, 'name each gate once');
  if (gates.length === 0 && said.length > 0) {
    throw badArgument('--reason belongs to an --override, and there is none', 'add --override GATE, or leave it out');
  }
  if (gates.length > 0 && (said.length === 0 || said.some((reason) => reason === ''))) {
    throw badArgument(`--override ${gates.join(', ')} has no reason`, 'say why it may be passed: --reason "…"');
  }
  if (said.length > 1 && said.length !== gates.length) {
    throw badArgument(
      `${said.length} reasons for ${gates.length} overrides`,
      'give one --reason for each --override, in their order, or one for all',
    );
  }
  return gates.map((gate, index) => ({ gate, reason: (said.length === 1 ? said[0] : said[index]) ?? '' }));
}

function badArgument(message: string, fix: string): KongError {
  return new KongError('BAD_ARGUMENT', message, { fix });
}

/** The gates of a plan with what was passed by name, and what is to be said about requests that changed nothing. */
export interface Overridden {
  readonly gates: readonly Gate[];
  readonly notes: readonly string[];
}

/**
 * Passes refusing gates by name, and says of every gate whether it could be. Pure.
 *
 * @throws KongError BAD_ARGUMENT for a gate that does not exist, with the nearest, and for one that can't be passed
 */
export function withOverrides(gates: readonly Gate[], requests: readonly OverrideRequest[]): Overridden {
  const names = [...new Set([...gates.map(({ name }) => name), ...knownGates()])];
  const notes = requests.flatMap(({ gate }) => noteOn(gate, gates, names));
  const reasons = new Map(requests.map(({ gate, reason }) => [gate, reason]));
  return { notes, gates: gates.map((gate) => marked(gate, reasons.get(gate.name))) };
}

function marked(gate: Gate, reason: string | undefined): Gate {
  const overridable = whyNotPassable(gate) === undefined;
  return reason === undefined || gate.passed
    ? { ...gate, overridable }
    : { ...gate, overridable, overridden: { reason } };
}

/** What is said about one request; nothing where it does what was asked for. */
function noteOn(name: string, gates: readonly Gate[], names: readonly string[]): readonly string[] {
  const own = gates.filter((gate) => gate.name === name);
  const why = own.map(whyNotPassable).find((one) => one !== undefined) ?? NEVER.get(name);
  if (!names.includes(name)) throw unknownGate(name, names);
  if (why !== undefined) {
    throw badArgument(`gate ${name} can't be overridden: ${why}`, 'leave --override out, and remove what it refuses');
  }
  if (own.length === 0) return [`--override ${name}: this experiment does not ask that gate`];
  return own.every((gate) => gate.passed) ? [`--override ${name}: the gate passes anyway`] : [];
}

function unknownGate(name: string, names: readonly string[]): KongError {
  const nearest = nearestOf(name, names);
  return badArgument(
    `there is no gate ${name}`,
    nearest === undefined ? '`kong plan` shows every gate by its name' : `did you mean ${nearest}?`,
  );
}
