import { KongError } from '../model/errors.js';
import type { SwitchDefinition, SwitchWay } from '../model/switch.js';

/** What stands for the value. */
export const VALUE = '{value}';

/** Longer than any flag: the least of what programs, endpoints and the Parameter Store take. */
const LONGEST_VALUE = 4_096;

/** Arguments with the value in its places; each stays one argument, whatever the value holds. */
export function commandFor(argv: readonly string[], value: string): readonly string[] {
  const why = whyNotWritable({ kind: 'command', read: [], write: argv }, value);
  if (why !== undefined) throw new KongError('SWITCH_FAILED', `it can't be set to ${JSON.stringify(value)}: ${why}`);
  return argv.map((argument) => argument.replaceAll(VALUE, () => value));
}

/** What a program printed, without the end of its last line. */
export function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/** Why a switch can't be set to a value; undefined: it can. Asked of the value before too: it has to be put back. */
export function whyNotWritable(way: SwitchWay, value: string): string | undefined {
  if (value.length > LONGEST_VALUE) return `it is longer than ${LONGEST_VALUE} characters`;
  if (value.includes('\0')) return 'it holds a NUL character';
  switch (way.kind) {
    case 'parameter':
      return value === '' ? 'a parameter can not be empty' : undefined;
    case 'http':
      return undefined;
    case 'command':
      return isTakenForOption(way.write, value)
        ? `it begins with "-", and the program would take it for an option; put "--" before ${VALUE} in kong.yaml`
        : undefined;
  }
}

/** Behind `--` nothing is an option any more. */
function isTakenForOption(argv: readonly string[], value: string): boolean {
  const end = argv.indexOf('--');
  const exposed = end < 0 ? argv : argv.slice(0, end);
  return value.startsWith('-') && exposed.some((argument) => argument.startsWith(VALUE));
}

/** Why a value is none that a switch may have; undefined: it is. */
export function whyNotOneOf({ values }: Pick<SwitchDefinition, 'values'>, value: string): string | undefined {
  if (values === undefined || values.includes(value)) return undefined;
  return `is none of ${values.join(', ')}`;
}
