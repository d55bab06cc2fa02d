import { defaultText, valuesText, type Param } from '../model/param.js';
import type { FaultPage } from './fault-page.js';
import { drawLines, toned, type Line } from './lines.js';

/** Faults, a paragraph each. Ends with a line break. */
export function faultsText(faults: readonly FaultPage[], { colour }: { readonly colour: boolean }): string {
  return drawLines(faults.flatMap(paragraph), { colour });
}

function paragraph(fault: FaultPage): readonly Line[] {
  const { name, title, does, fidelity, scopes, params, attributes, irreversible } = fault;
  const note = (label: string, text: string): Line => [toned('dim', `  ${label}: `), text];
  return [
    [toned('bold', name), `  ${title}`],
    [`  ${does}`],
    note('scope', scopes.join(', ')),
    ...attributes.map((one) => note(`sets ${one.attribute}`, one.undo)),
    ...irreversible.map((one) => note(`can't be undone: ${one.kind}`, one.loses)),
    note('does not simulate', fidelity),
    ...Object.entries(params).map(([name, param]) =>
      note(name, `${param.means}: ${valuesText(param)} (${withoutText(param)})`),
    ),
  ];
}

function withoutText(param: Param): string {
  return param.default === undefined ? defaultText(param) : `${defaultText(param)} if left out`;
}
