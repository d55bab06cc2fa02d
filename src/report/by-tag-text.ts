import type { Json } from '../model/json.js';
import type { AttributeNote } from '../model/run.js';
import { resourceKey, type ResourceRef } from '../model/resource.js';
import { count } from '../model/summary.js';
import { attributeText } from './change-rows.js';
import { jsonText } from './json.js';
import { drawLines, table, toned, type Line } from './lines.js';
import { noteLines, noteRow } from './note-rows.js';
import { reportLines, restoredLine, type RollbackReport } from './rollback-text.js';
import { valueText } from './value-text.js';

/** What a rollback by tags came to. */
export interface ByTagReport {
  readonly reports: readonly TagRollback[];
  readonly leftAlone: readonly LeftAlone[];
  readonly strange: readonly Strange[];
  readonly unread: readonly { readonly region: string; readonly message: string }[];
  /** Where was looked. */
  readonly regions: readonly string[];
}

/** One run of it. */
export interface TagRollback extends RollbackReport {
  /** What the tags did not hold. */
  readonly leftOut: readonly string[];
  readonly suspects: readonly { readonly resource: string; readonly what: string; readonly command: string }[];
}

/** A run that may still go on. */
export interface LeftAlone {
  readonly run: string;
  /** ISO 8601; null: no tag says. */
  readonly expiresAt: string | null;
}

/** What carries a run's tag and can't be a run's. */
export interface Strange {
  readonly id: string;
  readonly run: string;
  readonly resource: ResourceRef;
  readonly foreign: string | undefined;
}

/** What tags tell of a run, before anything is done about it. */
export interface RepairOutline {
  readonly run: string;
  readonly items: readonly { readonly attribute: string; readonly resource: ResourceRef; readonly before: Json }[];
  readonly made: readonly { readonly id: string; readonly resource: ResourceRef }[];
  readonly stuck: readonly AttributeNote[];
}

const NO_TAGS = 'what creates nothing has no tags: an instance that was only stopped is known to its journal alone';

/** What was put back by tags, a paragraph for each run; the last line says whether more is to be done. */
export function byTagText(told: ByTagReport, { colour } = { colour: false }): string {
  const { reports, leftAlone, strange, unread, regions } = told;
  const remaining = reports.reduce((sum, report) => sum + report.remaining.length, 0);
  return drawLines(
    [
      ...reports.flatMap(paragraph),
      ...strange.map(strangeLine),
      ...unread.map(({ region, message }) => [toned('bad', `${region} could not be read: `), message]),
      ...leftAlone.map(leftAloneLine),
      [toned('dim', `looked in ${regions.join(', ')}; ${NO_TAGS}`)],
      lastLine(told, remaining),
    ],
    { colour },
  );
}

/** The same as one document. Ends with a line break. */
export function byTagJson({ reports, leftAlone, strange, unread, regions }: ByTagReport): string {
  return jsonText({
    schema: 'kong/rollback/v1',
    by: 'tags',
    regions,
    runs: reports,
    leftAlone,
    strange: strange.map(({ id, run, resource, foreign }) => ({ id, region: resource.region, run, why: foreign })),
    unread,
  });
}

/** What would be put back, for a person to decide. */
export function repairText(repairs: readonly RepairOutline[], { colour } = { colour: false }): string {
  return drawLines(repairs.flatMap(repairLines), { colour });
}

function repairLines({ run, items, made, stuck }: RepairOutline): readonly Line[] {
  const back = items.map(({ attribute, resource, before }) => {
    return [resourceKey(resource), attributeText(attribute), `back to ${valueText(before, { resource: resource.id })}`];
  });
  const gone = made.map(({ id, resource }) => {
    const runs = resource.type === 'command' || resource.type === 'fis-experiment';
    return [`${resource.type} ${resource.region}/${id}`, ...(runs ? ['runs', 'is stopped'] : ['exists', 'is deleted'])];
  });
  return [
    [toned('bold', run), '  by its tags, what is still as it set it:'],
    ...table([...back, ...gone], 4),
    ...(stuck.length === 0 ? [] : [["  can't be put back:"], ...noteLines(stuck.map(noteRow), 'bad')]),
    [],
  ];
}

function paragraph(report: TagRollback): readonly Line[] {
  const { run, leftOut, suspects } = report;
  const own = reportLines(report).slice(0, -1);
  const unknown = leftOut.length === 0 ? [] : [[toned('bad', '  its tags do not hold: '), leftOut.join(', ')]];
  const hint = leftOut.length === 0 ? [] : [[toned('dim', `    where its journal is: kong rollback ${run}`)]];
  const lines = suspects.flatMap(({ resource, what, command }): readonly Line[] => [
    ['    ', toned('warn', resource), `  ${what}`],
    ['      ', command],
  ]);
  const title = `  ${count(suspects.length, 'group')} that it may have suspended; look, then:`;
  return [...own, ...unknown, ...hint, ...(lines.length === 0 ? [] : [[toned('warn', title)], ...lines]), []];
}

function strangeLine({ id, run, resource, foreign }: Strange): Line {
  const what = `${resource.type} ${resource.region}/${id}`;
  return [toned('warn', what), ` carries the tag of run ${run} and is not touched: ${foreign ?? ''}`];
}

function leftAloneLine({ run, expiresAt }: LeftAlone): Line {
  const until = expiresAt === null ? 'no tag says when it ends' : `it may go on until ${expiresAt}`;
  return [toned('warn', `left alone: ${run}`), `, ${until}; if it is dead: kong rollback --by-tag --run ${run}`];
}

function lastLine({ reports, leftAlone, unread }: ByTagReport, remaining: number): Line {
  if (remaining > 0) return [toned('bad', `STILL CHANGED  ${count(remaining, 'attribute')}`)];
  if (reports.some(({ leftOut, suspects }) => leftOut.length + suspects.length > 0))
    return [toned('bad', 'STILL CHANGED, maybe: what the tags do not hold is for a person to look at')];
  if (unread.length > 0) return [toned('bad', `${count(unread.length, 'region')} could not be read`)];
  if (leftAlone.length > 0) return [`${count(reports.length, 'run')} restored, ${leftAlone.length} left alone`];
  return reports.length === 0 ? ['nothing carries a tag of kong'] : restoredLine(reports);
}
