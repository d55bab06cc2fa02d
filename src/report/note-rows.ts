import { formatDuration } from '../model/duration.js';
import type { Json } from '../model/json.js';
import type { AttributeNote, Result } from '../model/run.js';
import { attributeText } from './change-rows.js';
import { table, toned, type Line, type Tone } from './lines.js';
import { valueText } from './value-text.js';

/** How many names of a list a note shows: it stands beside others in a table. */
const LIST_SHOWN = 3;

/** What a note says about its attribute, ready for a table: resource, attribute, values, remark. */
export interface NoteRow {
  readonly resource: string;
  readonly attribute: string;
  /** `reads deny-vpc-1, was acl-17` */
  readonly values: string;
  readonly note: string;
}

/** An attribute that is not as it was, in words. */
export function noteRow({ resource, attribute, before, after, now, note }: AttributeNote): NoteRow {
  const text = (value: Json): string => valueText(value, { resource, limit: LIST_SHOWN });
  const reads = now === undefined ? `could not be read, kong set ${text(after)}` : `reads ${text(now)}`;
  return { resource, attribute: attributeText(attribute), values: `${reads}, was ${text(before)}`, note: note ?? '' };
}

/** An act that can't be taken back, in words. `on`: where it was done, where that is known. */
export function lossRow(loss: AttributeNote, on?: Result['on']): NoteRow {
  const { resource, attribute, note, uncertain, aftermath } = loss;
  const lost = uncertain ? 'no answer came: may have lost' : 'lost';
  const values = note === undefined ? '' : `${lost} ${note}`;
  const felt = aftermath && feltText(aftermath, on === 'sim' && attribute.endsWith('.failover'));
  const became = aftermath && felt !== undefined ? aftermathText(aftermath, felt) : '';
  return { resource, attribute: attributeText(attribute), values, note: became };
}

type Aftermath = NonNullable<AttributeNote['aftermath']>;

/** @param isUnused - no service of a simulated world reads or writes it: that nobody noticed says nothing */
function feltText({ noticed }: Aftermath, isUnused: boolean): string {
  if (isUnused) return 'the simulated traffic does not use it';
  return noticed.length === 0 ? 'nobody noticed' : `noticed: ${noticed.join(', ')} did not hold`;
}

/** Whether the system made up for it, and who noticed. */
function aftermathText({ state, by, afterSeconds }: Aftermath, felt: string): string {
  switch (state) {
    case 'replaced':
      return `replaced by ${by ?? ''} after ${formatDuration((afterSeconds ?? 0) * 1_000)}; ${felt}`;
    case 'kept':
      return `serves again itself; ${felt}`;
    case 'missing':
      return `NOT REPLACED until the end; ${felt}`;
    case 'unowned':
      return `nobody replaces it; ${felt}`;
    case 'unknown':
      return `whether it was replaced can't be told; ${felt}`;
  }
}

/** Rows as a table. */
export function noteLines(rows: readonly NoteRow[], tone: Tone, indent = 4): readonly Line[] {
  return table(rows.map(({ resource, attribute, values, note }) => [
    toned(tone, resource), attribute, values, ...(note === '' ? [] : [toned('dim', note)]),
  ]), indent);
}
