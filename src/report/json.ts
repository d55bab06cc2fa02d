import type { RunEvent } from '../model/run.js';
import { jsonEscaped } from './plain.js';

/**
 * One JSON document, indented by two, with a line break at its end. Parses to the same value; characters that a
 * terminal would act on are
 * written as `\uXXXX`.
 */
export function jsonText(value: object): string {
  return `${jsonEscaped(JSON.stringify(value, null, 2))}\n`;
}

/** One event as one line of ndjson, with its line break. */
export function eventLine(event: RunEvent): string {
  return jsonLine(event);
}

/** A value as one line of ndjson, with its line break. */
export function jsonLine(value: object): string {
  return `${jsonEscaped(JSON.stringify(value))}\n`;
}
