import type { Difference, Gate } from '../model/plan.js';
import { refuses } from '../model/plan.js';
import { attributeText } from './change-rows.js';
import { firstOf, toned, wrap, type Line } from './lines.js';
import { valueText } from './value-text.js';

/** How gates are told. */
export interface GateTextOptions {
  readonly width: number;
  /** Differences that are shown of a plan that no longer fits. */
  readonly limit: number;
}

/** `9 passed, 1 overridden, 2 refuse` */
export function gateCounts(gates: readonly Gate[]): string {
  const refusing = gates.filter(refuses).length;
  const overridden = gates.filter((gate) => !gate.passed && !refuses(gate)).length;
  return [
    ...(refusing > 0 ? [`${refusing} ${refusing === 1 ? 'refuses' : 'refuse'}`] : []),
    ...(overridden > 0 ? [`${overridden} overridden`] : []),
    `${gates.filter((gate) => gate.passed).length} passed`,
  ].join(', ');
}

/** What stands in the way first, then what was passed by name, then all the rest: each gate as it came. */
export function sortedGates(gates: readonly Gate[]): readonly Gate[] {
  const rank = (gate: Gate): number => (gate.passed ? 2 : refuses(gate) ? 0 : 1);
  return [...gates].sort((a, b) => rank(a) - rank(b));
}

/** Every gate in a line or more: what refuses with its way out, what was overridden with the reason. */
export function gateTextLines(gates: readonly Gate[], options: GateTextOptions): readonly Line[] {
  return sortedGates(gates).flatMap((gate) => [...headLines(gate, options), ...moreLines(gate, options)]);
}

/** What a difference says: `subnet us-east-1/subnet-0a1 networkAcl: planned acl-1, now acl-9`. */
export function differenceText({ resource, attribute, planned, now, note }: Difference): string {
  const text = (value: Difference['now']): string => valueText(value, { resource });
  const values = `planned ${text(planned)}, now ${text(now)}`;
  return `${resource} ${attributeText(attribute)}: ${values}${note === undefined ? '' : ` (${note})`}`;
}

/** What may be typed to go on all the same, or that nothing may. */
export function overrideHint({ name, overridable }: Gate): string | undefined {
  if (overridable === undefined) return undefined;
  return overridable ? `or pass it: --override ${name} --reason "…"` : "can't be overridden";
}

function headLines({ name, passed, message, ...gate }: Gate, { width }: GateTextOptions): readonly Line[] {
  const [mark, tone] = passed ? (['✓', 'good'] as const) : markOf(gate);
  const [first = '', ...rest] = wrap(`${name}: ${message}`, { width: width - 4, indent: '' });
  return [[toned(tone, `  ${mark} `), first], ...rest.map((line): Line => [`      ${line}`])];
}

function markOf({ overridden }: Pick<Gate, 'overridden'>): readonly ['✗', 'bad'] | readonly ['!', 'warn'] {
  return overridden === undefined ? ['✗', 'bad'] : ['!', 'warn'];
}

function moreLines(gate: Gate, { width, limit }: GateTextOptions): readonly Line[] {
  if (gate.passed) return [];
  const said = (text: string): readonly Line[] => wrap(text, { width, indent: '      ' }).map((line) => [line]);
  if (gate.overridden !== undefined) return said(`overridden: ${gate.overridden.reason}`);
  const { shown, hidden } = firstOf(gate.differences ?? [], limit);
  const hint = overrideHint(gate);
  return [
    ...shown.flatMap((one) => said(differenceText(one))),
    ...(hidden > 0 ? said(`… and ${hidden} more, -v lists them`) : []),
    ...(gate.fix === undefined ? [] : said(`fix: ${gate.fix}`)),
    ...(hint === undefined ? [] : said(hint)),
  ];
}
