import { defaultText, meansText, valuesText, type Param } from '../model/param.js';
import { actionsOf, type FaultPage } from './fault-page.js';
import { drawLines, toned, type Line } from './lines.js';

/** How faults are told. */
export interface FaultsTextOptions {
  readonly colour: boolean;
  /** With permissions, calls, cost and examples. */
  readonly whole: boolean;
}

/** Faults, a paragraph each. Ends with a line break. */
export function faultsText(faults: readonly FaultPage[], { colour, whole }: FaultsTextOptions): string {
  const lines = faults.flatMap((fault) => [...paragraph(fault), ...(whole ? priceLines(fault) : [])]);
  return drawLines(lines, { colour });
}

const note = (label: string, text: string): Line => [toned('dim', `  ${label}: `), text];

/** What it takes to use it. */
function priceLines(fault: FaultPage): readonly Line[] {
  const { reads, writes } = actionsOf(fault);
  const calls = fault.attributes.map(
    ({ attribute, calls: [one, many] }) => `${attribute} ${one} for one change, ${many} for a hundred`,
  );
  return [
    ...(reads.length > 0 ? [note('reads by', reads.join(', '))] : []),
    note('writes by', writes.join(', ')),
    ...(calls.length > 0 ? [note('calls', calls.join('; '))] : []),
    note('cost', fault.cost),
    ...fault.examples.map((name) => note('example', `kong drill ${name}`)),
  ];
}

function paragraph(fault: FaultPage): readonly Line[] {
  const { name, title, does, fidelity, scopes, params, attributes, irreversible } = fault;
  return [
    [toned('bold', name), `  ${title}`],
    [`  ${does}`],
    note('scope', scopes.join(', ')),
    ...attributes.map((one) => note(`sets ${one.attribute}`, one.undo)),
    ...irreversible.map((one) => note(`can't be undone: ${one.kind}`, one.loses)),
    note('does not simulate', fidelity),
    ...Object.entries(params).map(([name, param]) =>
      note(name, `${meansText(param)}: ${valuesText(param)} (${withoutText(param)})`),
    ),
  ];
}

function withoutText(param: Param): string {
  return param.default === undefined ? defaultText(param) : `${defaultText(param)} if left out`;
}
