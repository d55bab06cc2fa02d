import { drawLines, toned, type Line } from './lines.js';

/** A fault as a person looks it up. */
export interface FaultInfo {
  readonly name: string;
  readonly title: string;
  readonly fidelity: string;
  readonly scopes: readonly string[];
  readonly params: Readonly<Record<string, string>>;
}

/** Faults, a paragraph each. Ends with a line break. */
export function faultsText(faults: readonly FaultInfo[], { colour }: { readonly colour: boolean }): string {
  return drawLines(faults.flatMap(paragraph), { colour });
}

function paragraph({ name, title, fidelity, scopes, params }: FaultInfo): readonly Line[] {
  return [
    [toned('bold', name), `  ${title}`],
    [toned('dim', `  scope: ${scopes.join(', ')}`)],
    [toned('dim', `  does not simulate: ${fidelity}`)],
    ...Object.entries(params).map(([param, meaning]): Line => [toned('dim', `  ${param}: ${meaning}`)]),
  ];
}
