import type {
  AnswerCounts,
  MovedName,
  NameCounts,
  NameSeen,
  ResolutionPlan,
  ResolutionSeen,
  ResolutionStage,
  StageSeen,
} from '../model/resolution.js';

/** The last look of one stage. */
export interface LastLook {
  /** When Route 53 was in sync, and when the look ended; milliseconds. */
  readonly fromMs: number;
  readonly atMs: number;
  readonly counts: readonly NameCounts[];
  /** Since when each name that has is where it is to be, by `nameKey`. */
  readonly since: ReadonlyMap<string, number>;
  /** The last answers that led to the region later than caches may keep them, by `nameKey`. */
  readonly late: ReadonlyMap<string, LateAnswers>;
}

/** Answers that should not be there any more. */
export interface LateAnswers {
  readonly counts: AnswerCounts;
  /** Milliseconds. */
  readonly atMs: number;
}

/** The last looks of a drill; undefined where nobody looked. */
export interface Stages {
  readonly before: LastLook | undefined;
  readonly moved: LastLook | undefined;
  readonly returned: LastLook | undefined;
}

/** What was seen of each name, with its verdict. */
export function seenOf(
  { resolver, region, names }: Extract<ResolutionPlan, { checked: true }>,
  stages: Stages,
): ResolutionSeen {
  return { checked: true, resolver: resolver.address, region, names: names.map((name) => seenName(name, stages)) };
}

function seenName(moved: MovedName, stages: Stages): NameSeen {
  const { name, type, ttlSeconds, share } = moved;
  return {
    name,
    type,
    ttlSeconds,
    share,
    before: stages.before ? countsOf(moved, stages.before) : null,
    moved:
      lateOf(moved, stages.moved) ??
      stageOf(moved, stages.moved, (counts) => (isWhereItIsToBe('moved', counts) ? 'gone' : 'unknown')),
    returned: stageOf(moved, stages.returned, (counts) => {
      if (isWhereItIsToBe('returned', counts)) return 'back';
      return isWhole(counts) ? 'absent' : 'unknown';
    }),
  };
}

/** Whether the answers for a name are as they are to be: after a shift all elsewhere, after a return some are back. */
export function isWhereItIsToBe(stage: ResolutionStage, counts: AnswerCounts): boolean {
  return stage === 'moved' ? counts.region === 0 && isWhole(counts) : counts.region > 0;
}

/** One text per name and type. */
export function nameKey({ name, type }: { readonly name: string; readonly type: string }): string {
  return `${name} ${type}`;
}

function isWhole({ asked, unknown }: AnswerCounts): boolean {
  return asked > 0 && unknown === 0;
}

/** What once was late stays so, also where it is gone in the end: it is members who were sent there. */
function lateOf(moved: MovedName, look: LastLook | undefined): StageSeen<'still'> | undefined {
  const late = look?.late.get(nameKey(moved));
  if (!look || !late) return undefined;
  return { state: 'still', ...late.counts, afterSeconds: (late.atMs - look.fromMs) / 1_000 };
}

function stageOf<State extends string>(
  moved: MovedName,
  look: LastLook | undefined,
  judge: (counts: AnswerCounts) => State | 'unknown',
): StageSeen<State> | null {
  if (!look) return null;
  const counts = countsOf(moved, look);
  const sinceMs = look.since.get(nameKey(moved)) ?? look.atMs;
  return { state: judge(counts), ...counts, afterSeconds: (sinceMs - look.fromMs) / 1_000 };
}

/** What was not asked in time is not known, and not left out. */
const NOT_ASKED: AnswerCounts = { asked: 0, region: 0, elsewhere: 0, unknown: 0, why: 'it was not asked in time' };

function countsOf(moved: MovedName, look: LastLook): AnswerCounts {
  const own = look.counts.find((one) => nameKey(one) === nameKey(moved));
  if (!own) return NOT_ASKED;
  const { asked, region, elsewhere, unknown, why } = own;
  return { asked, region, elsewhere, unknown, why };
}
