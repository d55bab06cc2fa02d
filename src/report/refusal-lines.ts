import type { RefusingGate, Result } from '../model/run.js';
import { groupBy } from './group-by.js';
import { toned, type Line } from './lines.js';
import { markdownTable } from './markdown.js';
import { differenceText } from './plan-gates.js';

/** What to do about a refusal. The reason is in the first line of the result, and is not said again. */
export function refusalLines({ error, summary }: Result): readonly Line[] {
  if (!error) return [];
  const { gates = [], code, fix, message } = error;
  if (gates.length > 0) return [...groupBy(gates, waysOut).values()].flatMap((own) => gateLines(own, gates.length > 1));
  if (summary.includes(message)) return fixLines(fix, code);
  return [[toned('bad', '  error: '), `${message} (${code})`], ...fixLines(fix, code).slice(0, -1)];
}

/** The gates that refused and were passed by name, each with its reason. */
export function overrideLines({ overrides = [] }: Result): readonly Line[] {
  return overrides.flatMap(({ gate, message, reason }): readonly Line[] => [
    [toned('warn', '  ! '), `${gate}: ${message}`],
    [`      overridden: ${reason}`],
  ]);
}

/** The same as a table. */
export function overrideMarkdown({ overrides = [] }: Result): string {
  return markdownTable(
    ['gate', '', 'reason'],
    overrides.map(({ gate, message, reason }) => [gate, message, reason]),
  );
}

/** Gates with the same way out, said once; of several each is named again, so that it is clear whose way out it is. */
function gateLines(gates: readonly RefusingGate[], named: boolean): readonly Line[] {
  const [first] = gates;
  const indent = named ? '    ' : '  ';
  const lines = gates.flatMap(({ gate, message, differences = [] }): readonly Line[] => [
    ...(named ? [[toned('bad', '  ✗ '), `${gate}: ${message}`]] : []),
    ...differences.map((one): Line => [`${indent}${differenceText(one)}`]),
  ]);
  return first === undefined ? [] : [...lines, ...wayOutLines(first, gates, indent)];
}

function waysOut({ code, fix, overridable }: RefusingGate): string {
  return JSON.stringify([code, fix, overridable]);
}

function wayOutLines(
  { code, fix, overridable }: RefusingGate,
  gates: readonly RefusingGate[],
  indent: string,
): readonly Line[] {
  const names = gates.map(({ gate }) => `--override ${gate}`).join(' ');
  const hint = overridable === true ? [[toned('dim', `${indent}or: ${names} --reason "…"`)]] : [];
  return [...fixLines(fix, code, indent).slice(0, -1), ...hint, ...fixLines(null, code, indent)];
}

function fixLines(fix: string | null, code: string, indent = '  '): readonly Line[] {
  const said = fix === null ? [] : [[toned('accent', `${indent}fix: `), fix]];
  return [...said, [toned('dim', `${indent}code: ${code}`)]];
}
