import { fieldsOf, textsIn, type Json } from './json.js';

/** A document of Systems Manager that runs on some instances, as a change has it. Plain JSON. */
export type SentCommand = {
  readonly document: string;
  /** With `DurationSeconds`: when it ends by itself, cancelled or not. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Ids, at most 50, sorted. */
  readonly instances: readonly string[];
};

/**
 * The most instances that one command names.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
export const MOST_INSTANCES = 50;

/** A change's value as a command; undefined where it is none. */
export function sentCommand(value: Json): SentCommand | undefined {
  const { document, parameters, instances } = fieldsOf(value);
  if (typeof document !== 'string' || !Array.isArray(instances)) return undefined;
  const given = Object.entries(fieldsOf(parameters)).flatMap(([name, one]) =>
    typeof one === 'string' ? [[name, one] as const] : [],
  );
  return { document, parameters: Object.fromEntries(given), instances: textsIn(instances) };
}

/** How long it lasts by itself, in seconds; 0 where its document takes no time. */
export function secondsOf({ parameters }: Pick<SentCommand, 'parameters'>): number {
  return Number(parameters.DurationSeconds ?? 0);
}
