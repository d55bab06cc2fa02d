import { formatDuration } from './duration.js';
import type { Experiment, Scope } from './experiment.js';
import { quantityText } from './quantity.js';
import type { Outcome, Result, StopReason } from './run.js';

/** What the one line about a run is made of. */
export interface SummaryParts {
  readonly outcome: Outcome;
  /** The experiment's name. */
  readonly experiment: string;
  readonly run: string;
  readonly stop: StopReason;
  /** Attributes that are still as kong set them. */
  readonly remaining: number;
  /** Attributes that someone else changed meanwhile, and that were left alone. */
  readonly conflicts: number;
  /** Why it did not begin; null: it did. */
  readonly refusal: string | null;
  readonly rto: Result['objectives']['rto'];
  /** Expectations that did not hold: `stream-starts >= 99%`. */
  readonly off: readonly string[];
  /** No step changed anything. */
  readonly isEmpty?: boolean;
  /** With it the line also says what was done meanwhile, and which abort rule fired. */
  readonly details?: Experiment;
}

/**
 * The first words of a summary line: the outcome, or `STILL CHANGED`, which comes before any outcome.
 *
 * @param remaining - attributes that are still as kong set them
 */
export function summaryLabel(outcome: Outcome, remaining: number): string {
  return remaining > 0 ? 'STILL CHANGED' : outcome.toUpperCase();
}

/**
 * A run in one line, without colour: `HELD  chaos-kong: the steady state held while us-east-1 was dark (recovered in
 * 2m28s of 3m)`.
 *
 * Names and messages are as they came: whoever prints the line makes them harmless.
 */
export function summaryLine(parts: SummaryParts): string {
  const { outcome, remaining, conflicts, experiment, run } = parts;
  const label = summaryLabel(outcome, remaining);
  if (remaining > 0) {
    const what = `${count(remaining, 'attribute')} of ${experiment}`;
    return `${label}  ${what}: ${sentence(parts)}; to finish: kong rollback ${run}`;
  }
  const left = conflicts > 0 ? `; left alone: ${count(conflicts, 'attribute')} changed by someone else` : '';
  return `${label}  ${experiment}: ${sentence(parts)}${ending(parts)}${left}`;
}

/** A number with its noun: `1 attribute`, `3 attributes`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Whether it is worth saying that all is as before: only after something was cut short. */
function ending({ outcome, stop, conflicts, isEmpty }: SummaryParts): string {
  switch (outcome) {
    case 'aborted':
    case 'interrupted':
    case 'inconclusive':
    case 'failed':
      if (isEmpty === true && stop.kind === 'completed') return '; nothing was changed';
      return conflicts > 0 ? '' : '; everything is restored';
    case 'refused':
      return '; nothing was changed';
    case 'held':
    case 'deviated':
      return '';
  }
}

function sentence(parts: SummaryParts): string {
  if (parts.refusal !== null) return parts.refusal;
  const { outcome, stop, details } = parts;
  if (stop.kind === 'left') return stopText(stop);
  switch (outcome) {
    case 'held':
      if (details?.escape === true) return `the traffic of ${scopeText(details.blastRadius.scope)} was out, and is back`;
      return `the steady state held${meanwhile(parts)}${recovered(parts)}`;
    case 'deviated':
      return `${deviation(parts)}${meanwhile(parts)}${recovered(parts)}`;
    case 'inconclusive':
      return stop.kind === 'completed' ? inconclusive(parts) : stopText(stop, details);
    case 'aborted':
    case 'interrupted':
    case 'failed':
    case 'refused':
      return stopText(stop, details);
  }
}

/** Of a drill that nothing stopped, and that teaches nothing all the same. */
function inconclusive({ isEmpty }: SummaryParts): string {
  if (isEmpty === true) return 'nothing was broken, so nothing was learned';
  return "the method was completed, but whether the steady state held can't be told";
}

function deviation({ off }: SummaryParts): string {
  const [first, ...others] = off;
  if (first === undefined) return 'the steady state did not come back';
  return `${first} did not hold${others.length > 0 ? `, nor did ${count(others.length, 'other expectation')}` : ''}`;
}

function recovered({ rto }: SummaryParts): string {
  const { achievedSeconds, targetSeconds, met } = rto;
  if (achievedSeconds === null) return targetSeconds === null ? '' : unrecovered(targetSeconds, met);
  if (achievedSeconds === 0) return ' (it was never off)';
  const taken = formatDuration(achievedSeconds * 1_000);
  if (targetSeconds === null) return ` (recovered in ${taken})`;
  const target = formatDuration(targetSeconds * 1_000);
  return ` (recovered in ${taken}${met === false ? `, the objective is ${target}` : ` of ${target}`})`;
}

/** Of a recovery that was not seen while the fault lasted. */
function unrecovered(targetSeconds: number, met: boolean | null): string {
  const target = formatDuration(targetSeconds * 1_000);
  return met === false ? ` (not recovered within the RTO of ${target})` : ` (RTO not known, the objective is ${target})`;
}

/**
 * Why a drill stopped injecting, in words: `stream-starts 96.1 % < 97 % for 3 of 5 in us-west-2 at 14:03:20`. Times
 * are UTC.
 *
 * @param details - the experiment, for units and the count of the rule; without it a unit is taken from the threshold
 */
export function stopText(stop: StopReason, details?: Experiment): string {
  switch (stop.kind) {
    case 'completed':
      return 'the method was completed';
    case 'breach':
      return breachText(stop, details);
    case 'unmeasurable':
      return `${stop.sli === '' ? 'the SLIs' : stop.sli} could not be measured: ${stop.message}`;
    case 'ended-early':
      return `the fault was over before its restore: ${stop.message}`;
    case 'left':
      return `traffic stays out: ${stop.message}`;
    case 'interrupted':
      return `stopped by ${stop.signal}`;
    case 'error':
      return `${stop.message} (${stop.code})`;
  }
}

function breachText(stop: Extract<StopReason, { kind: 'breach' }>, details: Experiment | undefined): string {
  const { sli, series, value, breach, at } = stop;
  const rule = details?.abort.when.find((one) => one.sli === sli && one.breach.text === breach);
  const times = rule && rule.of > 1 ? ` for ${rule.count} of ${rule.of}` : '';
  const unit = details?.slis.find((one) => one.id === sli)?.unit ?? /\d\s*(%|ms|s)(?![a-z])/.exec(breach)?.[1] ?? '';
  const reading = value === null ? ':' : ` ${quantityText(value, unit)}`;
  const place = series === '' || series === 'global' ? '' : ` in ${series}`;
  return `${sli}${reading} ${breach.replace(/(\d)%/g, '$1 %')}${times}${place} at ${at.slice(11, 19)}`;
}

function meanwhile({ details }: SummaryParts): string {
  const fault = details?.method.find((step) => step.kind === 'fault');
  if (!details || fault?.kind !== 'fault') return '';
  const where = scopeText(details.blastRadius.scope);
  switch (fault.fault) {
    case 'region-dark':
    case 'az-blackout':
      return ` while ${where} was dark`;
    default:
      return ` under ${fault.fault} in ${where}`;
  }
}

/** Where a drill strikes, in a few words: `us-east-1`, `us-east-1a`, `us-east-1 ↔ us-west-2`. */
export function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case 'region':
    case 'instance':
      return scope.region;
    case 'az':
      return scope.zone;
    case 'link':
      return scope.regions.join(' ↔ ');
  }
}
