import type { AnyChange } from '../model/change.js';
import { formatDuration } from '../model/duration.js';
import type { Expectation, Experiment, Scope, Step } from '../model/experiment.js';
import { overridesOf, refuses, type BlastShare, type Plan, type PlannedStep } from '../model/plan.js';
import { resourceKey, type ResourceType } from '../model/resource.js';
import { count, scopeText } from '../model/summary.js';
import { restoredBy } from '../model/restored.js';
import { changeRows, LOSS_WORDS, UNDO_WORDS, type ChangeRow } from './change-rows.js';
import { groupBy } from './group-by.js';
import { candidateOutline, type CandidateOutline } from './plan-candidates.js';
import { fisFacts } from './plan-fis.js';
import { ruleText, watchFacts } from './plan-watch.js';
import { timeText } from './words.js';

/**
 * What a plan says, in words and in the order of reading, for text and for Markdown. Texts are as they came: whoever
 * prints cleans.
 */
export interface PlanOutline {
  readonly title: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly watched: readonly WatchedRow[];
  /** Of an escape: what would abort a drill is only told. */
  readonly onlyTold: boolean;
  /** Objectives, polls, gaps and the slowest abort, in the order of reading. */
  readonly watching: readonly (readonly [string, string])[];
  /** `54 of 162 instances (33 %), 9 groups, 9 subnets, 2 records` */
  readonly blast: string;
  readonly blastRows: readonly BlastRow[];
  readonly steps: readonly StepOutline[];
  /** What AWS FIS would run; empty where it runs nothing. */
  readonly fis: readonly (readonly [string, string])[];
  readonly undo: readonly { readonly kind: string; readonly how: string }[];
  readonly losses: readonly { readonly kind: string; readonly means: string; readonly what: readonly string[] }[];
  readonly cost: string;
  /** Where instances are drawn: the rules, those that were, and the others by what dropped them. */
  readonly draw: CandidateOutline | undefined;
  readonly leftAlone: readonly { readonly why: string; readonly what: readonly string[] }[];
  readonly starts: boolean;
  readonly verdict: string;
}

/** One SLI: what is expected of it, and what aborts the drill, or is told where nothing does. */
export interface WatchedRow {
  readonly title: string;
  readonly expect: string;
  readonly abort: string;
}

/** How much of one group or zone is hit. */
export interface BlastRow {
  readonly of: 'group' | 'zone';
  readonly name: string;
  /** `6 of 18` */
  readonly share: string;
  readonly percent: string;
  /** All of it is hit. */
  readonly whole: boolean;
}

/** One step with what it changes. */
export interface StepOutline {
  readonly title: string;
  readonly note: string;
  /** Rows of one kind of attribute, in the order of the first of each. */
  readonly groups: readonly { readonly kind: string; readonly rows: readonly ChangeRow[] }[];
}

/** Reads a plan for people. */
export function outlineOf(plan: Plan): PlanOutline {
  const refused = plan.gates.filter(refuses);
  const rows = changeRows(plan.steps);
  const changes = plan.steps.flatMap((step) => step.batches.flat());
  return {
    title: `${plan.experiment.name}: ${targetText(plan.experiment)}`,
    facts: factsOf(plan),
    watched: watchedOf(plan.experiment),
    onlyTold: plan.experiment.escape === true,
    watching: watchFacts(plan),
    blast: blastText(plan),
    blastRows: [
      ...plan.blast.byGroup.map((row) => blastRow('group', row)),
      ...plan.blast.byZone.map((row) => blastRow('zone', row)),
    ],
    steps: plan.steps.map((step, index) => {
      return { title: step.title, note: noteOf(step, plan.steps), groups: grouped(rows[index] ?? []) };
    }),
    fis: fisFacts(changes),
    undo: undoOf(changes),
    losses: lossesOf(changes),
    cost: costText(plan),
    draw: candidateOutline(plan),
    leftAlone: leftAloneOf(plan),
    starts: refused.length === 0,
    verdict: refused.length === 0
      ? `a drill would start${overriddenText(plan)}`
      : `a drill would be refused by ${count(refused.length, 'gate')}: ${refused.map(({ name }) => name).join(', ')}`,
  };
}

function overriddenText(plan: Plan): string {
  const names = overridesOf(plan).map(({ gate }) => gate);
  return names.length === 0 ? '' : `, past ${count(names.length, 'overridden gate')}: ${names.join(', ')}`;
}

function leftAloneOf(plan: Plan): PlanOutline['leftAlone'] {
  // where instances are drawn, each is told of as a candidate
  const others = plan.draw ? plan.leftAlone.filter(({ what }) => !what.startsWith('instance ')) : plan.leftAlone;
  const byReason = groupBy(others, ({ why }) => why);
  return [...byReason].map(([why, items]) => ({ why, what: items.map(({ what }) => what) }));
}

/** What is hit and who stays: `region us-east-1, survivors us-west-2`. */
function targetText({ blastRadius }: Experiment): string {
  const { scope, survivors } = blastRadius;
  if (survivors.length === 0) return scopeWords(scope);
  return `${scopeWords(scope)}, ${survivors.length === 1 ? 'survivor' : 'survivors'} ${survivors.join(', ')}`;
}

function scopeWords(scope: Scope): string {
  switch (scope.kind) {
    case 'region':
      return `region ${scope.region}`;
    case 'az':
      return `zone ${scope.zone}`;
    case 'link':
      return `link ${scopeText(scope)}`;
    case 'instance':
      return `${pickText(scope)} in ${scope.region}`;
  }
}

function pickText({ pick }: Extract<Scope, { kind: 'instance' }>): string {
  switch (pick.kind) {
    case 'count':
      return `${count(pick.count, 'instance')}${pick.per === 'group' ? ' of each group' : ''}`;
    case 'percent':
      return `${pick.percent} % of the instances${pick.per === 'group' ? ' of each group' : ''}`;
    case 'ids':
      return `${pick.ids.length === 1 ? 'instance' : 'instances'} ${pick.ids.join(', ')}`;
  }
}

function factsOf({ experiment, on, where, account, seed, fingerprint, saved, notes = [] }: Plan): PlanOutline['facts'] {
  const place = on === 'aws' && !where.includes(account) ? `${where}, account ${account}` : where;
  return [
    ['runs on', place],
    ...notes.map((note) => ['note', note] as const),
    ['hypothesis', experiment.hypothesis.trim()],
    ...(experiment.owner === undefined ? [] : [['owner', experiment.owner] as const]),
    ['seed', `${seed}, fingerprint ${fingerprint.slice(0, 12)}`],
    ...(saved === undefined ? [] : [['plan', `${saved.id}, for one drill until ${timeText(saved.expiresAt)}`] as const]),
  ];
}

function watchedOf({ slis, steadyState, abort }: Experiment): readonly WatchedRow[] {
  return slis.map(({ id, title }) => ({
    title,
    expect: steadyState.filter(({ sli }) => sli === id).map(expectText).join(' and '),
    abort: abort.when.filter(({ sli }) => sli === id).map(ruleText).join(' or '),
  }));
}

function expectText({ expect, settleMs }: Expectation): string {
  return settleMs > 0 ? `${expect.text} after at most ${formatDuration(settleMs)}` : expect.text;
}

/** What else a fault may hit, each with its noun: what a plan counts in instances only, where there are any. */
const ALSO_HIT: Readonly<Partial<Record<ResourceType, string>>> = {
  'db-cluster': 'database',
  'db-instance': 'database',
  'cache-group': 'cache',
  route: 'route',
  'replication-rule': 'replication rule',
};

function alsoHit(steps: Plan['steps']): readonly string[] {
  const changes = steps.filter(({ step }) => step.kind === 'fault').flatMap(({ batches }) => batches.flat());
  const resources = new Map(changes.map(({ resource }) => [resourceKey(resource), resource]));
  const named = [...resources.values()].flatMap(({ type }) => ALSO_HIT[type] ?? []);
  return [...groupBy(named, (noun) => noun)].map(([noun, own]) => count(own.length, noun));
}

function blastText({ blast, steps }: Plan): string {
  const total = blast.share > 0 ? Math.round(blast.instances / blast.share) : 0;
  const hit = total > 0
    ? `${blast.instances} of ${count(total, 'instance')} (${percentText(blast.share)})`
    : count(blast.instances, 'instance');
  return [
    hit, count(blast.autoScalingGroups, 'group'), count(blast.subnets, 'subnet'), count(blast.records, 'record'),
    ...alsoHit(steps),
  ].join(', ');
}

function blastRow(of: BlastRow['of'], { name, hit, of: all }: BlastShare): BlastRow {
  const percent = percentText(all === 0 ? 0 : hit / all);
  return { of, name, share: `${hit} of ${all}`, percent, whole: all > 0 && hit === all };
}

/** Never 100 % unless it is all of it, and never 0 % where something is hit. */
function percentText(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return '< 1 %';
  return percent === 100 && share < 1 ? '> 99 %' : `${percent} %`;
}

function grouped(rows: readonly ChangeRow[]): StepOutline['groups'] {
  return [...groupBy(rows, ({ kind }) => kind)].map(([kind, own]) => ({ kind, rows: own }));
}

function noteOf(planned: PlannedStep, all: readonly PlannedStep[]): string {
  const { step, batches } = planned;
  const changes = batches.flat().length;
  const made = changes > 0 ? count(changes, 'change') : 'changes nothing';
  switch (step.kind) {
    case 'prewarm':
    case 'fault':
    case 'switch':
    case 'isolate':
      return made;
    case 'shift':
    case 'return':
      return `${made}, ${step.steps.length > 1 ? `one batch every ${formatDuration(step.everyMs)}` : 'at once'}${tiersNote(step)}`;
    case 'observe':
    case 'stay':
    case 'hold':
      return '';
    case 'restore':
      return `puts back ${count(restoredBy(planned, all).size, 'change')}`;
  }
}

function tiersNote({ tiers = [] }: Extract<Step, { kind: 'shift' | 'return' }>): string {
  return tiers.length > 1 ? `, in ${tiers.length} tiers` : '';
}

function undoOf(changes: readonly AnyChange[]): PlanOutline['undo'] {
  const kinds = new Set(changes.flatMap((change) => (change.kind === 'reversible' ? [change.attribute] : [])));
  return [...kinds].map((kind) => ({ kind, how: UNDO_WORDS[kind] }));
}

function lossesOf(changes: readonly AnyChange[]): PlanOutline['losses'] {
  const lost = changes.filter((change) => change.kind === 'irreversible');
  return [...groupBy(lost, ({ attribute }) => attribute)].map(([kind, own]) => ({
    kind, means: LOSS_WORDS[kind], what: own.map(({ loses }) => loses),
  }));
}

function costText({ forecast, experiment }: Plan): string {
  const within = experiment.rollbackWithinMs;
  const limit = within === undefined ? '' : `, limit ${formatDuration(within)}`;
  const method = forecast.methodSeconds > 0 ? formatDuration(forecast.methodSeconds * 1_000) : 'no time';
  const rollback = forecast.rollbackSeconds > 0 ? formatDuration(forecast.rollbackSeconds * 1_000) : 'nothing to undo';
  return `${count(forecast.writeCalls, 'write call')} to AWS and ${forecast.undoCalls} to undo; `
    + `the method waits ${method}; rollback at worst ${rollback}${limit}`;
}
