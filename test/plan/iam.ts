import type { PolicyDocument, Statement } from '../../src/plan/permissions-statements.js';

/** What IAM is asked about one resource of one call. */
export interface Asked {
  readonly action: string;
  readonly resource: string;
  /** Condition keys with what they are in this request. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Whether a policy of nothing but Allow statements allows it, by IAM's own rules. */
export function isAllowed({ Statement: statements }: PolicyDocument, asked: Asked): boolean {
  return statements.some(
    ({ Action, Resource, Condition = {} }) =>
      Action.some((one) => one === asked.action) &&
      Resource.some((pattern) => like(pattern, asked.resource)) &&
      Object.entries(Condition).every(([operator, keys]) => holds(operator, keys, asked.context)),
  );
}

/** Every action that a policy allows anything of. */
export function actionsIn({ Statement: statements }: PolicyDocument): readonly string[] {
  return [...new Set(statements.flatMap(({ Action }) => Action))].sort();
}

type Keys = NonNullable<Statement['Condition']>[string];

function holds(operator: string, keys: Keys, context: Asked['context']): boolean {
  return Object.entries(keys).every(([key, wanted]) => {
    const patterns = [wanted].flat();
    const actual = [context[key] ?? []].flat();
    const fits = (value: string): boolean =>
      patterns.some((pattern) => (operator.endsWith('StringLike') ? like(pattern, value) : pattern === value));
    // of an absent key every value is as wanted: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    if (operator.startsWith('ForAllValues:')) return actual.every(fits);
    return actual.length === 1 && actual.every(fits);
  });
}

function like(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (char) =>
    char === '*' ? '.*' : char === '?' ? '.' : `\\${char}`,
  );
  return new RegExp(`^${source}$`, 's').test(text);
}
