import { count } from '../model/summary.js';
import { jsonText } from './json.js';
import { drawLines, right, table, toned, type Line, type Tone } from './lines.js';
import { timeText } from './words.js';

/** One run as `kong status` and `kong history` list it. */
export interface RunStatus {
  readonly run: string;
  readonly experiment: string;
  readonly on: string;
  readonly where: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly outcome?: string;
  /** `unfinished`: nobody is at it, and something is still changed. */
  readonly state: 'running' | 'finished' | 'unfinished';
  /** Who holds the lock, of a running one. */
  readonly heldBy?: string;
  /** Attributes that are still as the run set them. */
  readonly stillChanged: number;
  /** Lines of its journal are gone or were changed: more may be changed. */
  readonly lost?: boolean;
}

/** Runs as a table, and what to do about those that left something changed. Ends with a line break. */
export function statusText(runs: readonly RunStatus[], { colour } = { colour: false }): string {
  if (runs.length === 0) return drawLines([['no runs yet']], { colour });
  const titles = ['RUN', 'STATE', 'EXPERIMENT', 'STARTED', 'WHERE'];
  const head = [...titles.map((text) => toned('dim', text)), right('CHANGED', 'dim'), toned('dim', 'HELD BY')];
  return drawLines([...table([head, ...runs.map(cells)], 0), ...adviceLines(runs)], { colour });
}

/** The runs as one document. Ends with a line break. */
export function statusJson(runs: readonly RunStatus[]): string {
  return jsonText({ schema: 'kong/status/v1', runs });
}

function cells(run: RunStatus): Line {
  const tone = toneOf(run);
  return [
    run.run,
    toned(tone, run.state === 'finished' ? run.outcome ?? 'finished' : run.state),
    run.experiment,
    timeText(run.startedAt),
    run.where,
    right(String(run.stillChanged), run.stillChanged > 0 ? tone : 'dim'),
    run.heldBy ?? '',
  ];
}

function toneOf({ state, stillChanged, outcome }: RunStatus): Tone {
  switch (state) {
    case 'running':
      return 'accent';
    case 'unfinished':
      return 'bad';
    case 'finished':
      if (stillChanged > 0) return 'bad';
      return outcome === 'held' ? 'good' : 'warn';
  }
}

function adviceLines(runs: readonly RunStatus[]): readonly Line[] {
  const left = runs.filter(({ state, stillChanged }) => state !== 'running' && stillChanged > 0);
  const changed = left.reduce((sum, { stillChanged }) => sum + stillChanged, 0);
  const torn = runs.filter(({ state, lost }) => state === 'unfinished' && lost).map(({ run }): Line => {
    return [toned('warn', `lines of the journal of ${run} are lost`), `: kong rollback ${run}`];
  });
  if (changed === 0) return torn.length === 0 ? [] : [[], ...torn];
  const text = `${count(changed, 'attribute')} still changed by ${count(left.length, 'run')}`;
  return [[], ...torn, [toned('bad', text), ': kong rollback']];
}
