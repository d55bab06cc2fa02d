import { stringify } from 'yaml';
import type { Json } from '../model/json.js';

/** Something of another tool's file that did not become part of the experiment as it is. */
export interface ImportNote {
  /** Where it stands in the file that was read: `method[2]`. */
  readonly path: string;
  readonly why: string;
}

/** An experiment made from another tool's file. */
export interface Draft {
  readonly name: string;
  readonly hypothesis: string;
  readonly blastRadius: Json;
  /** Undefined, as the other sections: nothing in the file says; a person has to fill it in. */
  readonly slis: Json | undefined;
  readonly steadyState: Json | undefined;
  readonly abort: Json | undefined;
  /** Further sections, as they are written. */
  readonly more: Readonly<Record<string, Json>>;
  readonly method: readonly Json[];
  /** What was decided where the file leaves a choice. */
  readonly choices: readonly string[];
  /** What could not be turned. */
  readonly left: readonly ImportNote[];
}

/** Stands where a person has to write something: no section, scope or region is called that, so it is refused. */
export const TODO = 'TODO';

const ASKS: Readonly<Record<'slis' | 'steadyState' | 'abort' | 'method', string>> = {
  slis: 'name what members would feel, as metrics: nothing in the file says',
  steadyState: 'what is expected of the SLIs: - { sli: …, expect: ">= 99%" }',
  abort: 'when to stop and roll back: when: [{ sli: …, breach: "< 97%", for: 3 of 5 }]',
  method: 'nothing in the file could be turned into a step',
};

/**
 * A draft as an experiment file. What could not be turned stands in it as comments, and what a person has to decide as
 * `TODO`, with which `kong validate` does not accept it.
 *
 * @param from - what it was made from, on one line
 */
export function draftText(draft: Draft, from: string): string {
  const { name, hypothesis, blastRadius, slis, steadyState, abort, more, method, choices, left } = draft;
  return [
    `# Made from ${from} by kong import. Read it before you run it.`,
    ...choices.map((one) => `# - ${one}`),
    ...(left.length > 0 ? ['# Not turned:', ...left.map(({ path, why }) => `# - ${path}: ${why}`)] : []),
  ]
    .map(oneLine)
    .concat('')
    .join('\n')
    .concat(
      [
        stringify({ version: 1, name, hypothesis }),
        stringify({ blastRadius }),
        section('slis', slis),
        section('steadyState', steadyState),
        section('abort', abort),
        ...(Object.keys(more).length > 0 ? [stringify(more)] : []),
        section('method', method.length > 0 ? method : undefined),
      ].join('\n'),
    );
}

function section(key: keyof typeof ASKS, value: Json | undefined): string {
  return value === undefined ? `${key}: ${TODO} # ${ASKS[key]}\n` : stringify({ [key]: value });
}

/** A comment ends with its line, whatever a file's names hold. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 400);
}

/** A name that an experiment may have, out of any text. */
export function nameFrom(text: string, otherwise: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return name === '' ? otherwise : name;
}
