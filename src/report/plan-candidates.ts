import type { Plan } from '../model/plan.js';
import { groupBy } from './group-by.js';
import { firstOf, toned, wrap, type Line } from './lines.js';
import { details, markdownTable } from './markdown.js';
import { markdownCell } from './plain.js';

/** Who could have been hit: how many were drawn and how that was rounded, and each instance with what became of it. */
export interface CandidateOutline {
  readonly seed: number;
  readonly rules: readonly string[];
  /** `i-0a5 (us-east-1b, playback)` */
  readonly chosen: readonly string[];
  readonly dropped: readonly { readonly why: string; readonly what: readonly string[] }[];
}

/** Names of one list that are shown, and the columns that a line may take. */
export interface ListLimits {
  readonly limit: number;
  readonly width: number;
}

/** What a plan says of its candidates; undefined where no instances are drawn. */
export function candidateOutline({ draw, seed }: Plan): CandidateOutline | undefined {
  if (!draw) return undefined;
  const dropped = groupBy(
    draw.candidates.filter(({ chosen }) => !chosen),
    ({ why }) => why,
  );
  return {
    seed,
    rules: draw.rules,
    chosen: draw.candidates
      .filter(({ chosen }) => chosen)
      .map(({ id, zone, group, endedBy }) => `${id} (${zone}, ${group ?? 'in no group'}${endedText(endedBy)})`),
    dropped: [...dropped].map(([why, own]) => ({ why, what: own.map(({ id }) => id) })),
  };
}

function endedText(step: number | undefined): string {
  return step === undefined ? '' : `; terminated by step ${step}`;
}

/** Candidates for a terminal: the rules, then who was drawn, then the others by what dropped them. */
export function candidateLines(outline: CandidateOutline, limits: ListLimits): readonly Line[] {
  const { seed, rules, chosen, dropped } = outline;
  return [
    ...rules.map((rule): Line => [`  ${rule}`, toned('dim', `, seed ${seed}`)]),
    ...namedLines('drawn', chosen, limits),
    ...dropped.flatMap(({ why, what }) => namedLines(why, what, limits)),
  ];
}

/** A reason, and the names that it is true of, the first few of them. */
export function namedLines(why: string, what: readonly string[], { limit, width }: ListLimits): readonly Line[] {
  const { shown, hidden } = firstOf(what, limit);
  const more = hidden === 0 ? '' : `, … and ${hidden} more`;
  return [
    [`  ${why} `, toned('dim', `(${what.length})`)],
    ...wrap(`${shown.join(', ')}${more}`, { width, indent: '    ' }).map((line): Line => [toned('dim', line)]),
  ];
}

/** Candidates for a pull request's comment. */
export function candidateMarkdown({ seed, rules, chosen, dropped }: CandidateOutline): string {
  const rows = [
    ...chosen.map((one) => [one, 'drawn']),
    ...dropped.flatMap(({ why, what }) => what.map((one) => [one, why])),
  ];
  const rule = rules.map((one) => markdownCell(`${one}, seed ${seed}`)).join('; ');
  return `${rule}\n\n${details(`candidates (${rows.length})`, markdownTable(['instance', 'why'], rows))}`;
}
