import type { Action } from './permissions-actions.js';

/** One statement of an IAM policy, with AWS's own names for its parts. */
export interface Statement {
  /** Letters and digits, unique in its policy. */
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly Action[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/** By operator, then by condition key. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A policy as IAM takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/**
 * The most characters of a managed policy; IAM does not count white space.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MOST_CHARACTERS = 6_144;

/** Some actions on some resources. */
export function allow(
  Sid: string,
  Action: readonly Action[],
  { on, when }: { readonly on: readonly string[]; readonly when?: Condition | undefined },
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource: on, ...(when ? { Condition: when } : {}) };
}

/** How large IAM takes a document to be, in characters. */
export function sizeOf(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length;
}

/**
 * The same permissions in fewer statements: what differs in its actions alone, or in its resources alone, becomes one.
 * Lists are sorted and names made unique, so that the same plan gives the same document.
 */
export function merged(statements: readonly Statement[]): readonly Statement[] {
  const byActions = mergedBy(statements, ({ Action, Condition }) => JSON.stringify([sortedSet(Action), Condition]));
  return named(mergedBy(byActions, ({ Resource, Condition }) => JSON.stringify([Resource, Condition])));
}

function mergedBy(statements: readonly Statement[], keyOf: (one: Statement) => string): readonly Statement[] {
  const found = new Map<string, Statement>();
  for (const one of statements) {
    const key = keyOf(one);
    const other = found.get(key);
    found.set(key, {
      ...(other ?? one),
      Action: sortedSet([...(other?.Action ?? []), ...one.Action]),
      Resource: sortedSet([...(other?.Resource ?? []), ...one.Resource]),
    });
  }
  return [...found.values()];
}

function sortedSet<T extends string>(items: readonly T[]): readonly T[] {
  return [...new Set(items)].sort();
}

function named(statements: readonly Statement[]): readonly Statement[] {
  const seen = new Map<string, number>();
  return statements.map((one) => {
    const count = (seen.get(one.Sid) ?? 0) + 1;
    seen.set(one.Sid, count);
    return count === 1 ? one : { ...one, Sid: `${one.Sid}${count}` };
  });
}

/**
 * A policy in as many documents as it takes to keep each within `most` characters: in order, a statement's resources
 * over several where it is too long by itself. All of them together permit what the one would.
 */
export function split(statements: readonly Statement[], most = MOST_CHARACTERS): readonly PolicyDocument[] {
  const parts: Statement[][] = [[]];
  for (const one of statements.flatMap((statement) => halved(statement, most))) {
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && sizeOf(documentOf([...last, one])) > most) parts.push([one]);
    else last.push(one);
  }
  return parts.map((part) => documentOf(named(part)));
}

function halved(statement: Statement, most: number): readonly Statement[] {
  const { Resource } = statement;
  if (Resource.length < 2 || sizeOf(documentOf([statement])) <= most) return [statement];
  const middle = Math.ceil(Resource.length / 2);
  const halves = [Resource.slice(0, middle), Resource.slice(middle)];
  return halves.flatMap((half) => halved({ ...statement, Resource: half }, most));
}

/** Statements as IAM takes them. */
export function documentOf(statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}
