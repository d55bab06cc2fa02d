import type { Change as RecordChange } from '@aws-sdk/client-route-53';
import type { Write } from './driver.js';

/**
 * What one batch may hold: values and aliases, and characters of values. What an UPSERT sends counts twice.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
const MOST_ELEMENTS = 1_000;
const MOST_CHARACTERS = 32_000;

/** A record as it is to be, and the write that asks for it. */
export interface RecordWrite {
  readonly write: Write;
  readonly change: RecordChange;
}

/** Cuts writes into as few batches as Route 53 takes, in their order. A record too large for any has its own. */
export function recordBatches(writes: readonly RecordWrite[]): readonly (readonly RecordWrite[])[] {
  const batches: RecordWrite[][] = [];
  let elements = Infinity;
  let characters = Infinity;
  for (const one of writes) {
    const cost = costOf(one.change);
    const fits = elements + cost.elements <= MOST_ELEMENTS && characters + cost.characters <= MOST_CHARACTERS;
    if (!fits) {
      batches.push([]);
      elements = characters = 0;
    }
    batches.at(-1)?.push(one);
    elements += cost.elements;
    characters += cost.characters;
  }
  return batches;
}

function costOf({ Action, ResourceRecordSet: set }: RecordChange): {
  readonly elements: number;
  readonly characters: number;
} {
  const values = (set?.ResourceRecords ?? []).map(({ Value: value = '' }) => value);
  const times = Action === 'UPSERT' ? 2 : 1;
  const length = values.reduce((sum, value) => sum + value.length, 0);
  return { elements: times * Math.max(1, values.length), characters: times * length };
}
