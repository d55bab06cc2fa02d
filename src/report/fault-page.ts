import { defaultText, meansText, valuesText, type Params } from '../model/param.js';
import { markdownDocument, markdownTable } from './markdown.js';

/** Everything that is known of a fault without a cloud. */
export interface FaultPage {
  readonly name: string;
  readonly title: string;
  readonly does: string;
  readonly fidelity: string;
  readonly scopes: readonly string[];
  readonly params: Params;
  /** In the order in which it changes them. */
  readonly attributes: readonly FaultAttribute[];
  readonly irreversible: readonly FaultLoss[];
  /** What AWS charges for it, in sentences. */
  readonly cost: string;
  /** Names of experiments that use it; empty: none is known. */
  readonly examples: readonly string[];
}

/** One thing that a fault does and nobody can undo. */
export interface FaultLoss {
  readonly kind: string;
  readonly loses: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** One attribute that a fault sets. */
export interface FaultAttribute {
  readonly attribute: string;
  readonly undo: string;
  /** The IAM actions of its reads and of its writes. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Calls that one change costs, and that a hundred cost; reads that are shared are not among them. */
  readonly calls: readonly [one: number, hundred: number];
}

/** A fault's page: what it does to whom, by which calls, how it is undone, what it is not, permissions and cost. */
export function faultPage(fault: FaultPage): string {
  const { name, title, does, fidelity, scopes, params, attributes, irreversible } = fault;
  return markdownDocument([
    `# ${name}: ${title}`,
    does,
    `Scope: ${scopes.join(', ')}.${Object.keys(params).length === 0 ? ' It takes no parameters.' : ''}`,
    ...(Object.keys(params).length > 0 ? [paramsTable(params)] : []),
    ...(attributes.length > 0 ? ['## What it changes, and how that is taken back', undoTable(attributes), CALLS] : []),
    ...(irreversible.length > 0
      ? [
          '## What can’t be taken back',
          markdownTable(
            ['act', 'what is lost'],
            irreversible.map(({ kind, loses }) => [kind, loses]),
          ),
          'It has to be allowed by name in `blastRadius.allowIrreversible`.',
        ]
      : []),
    '## What it does not simulate',
    sentence(fidelity),
    '## Permissions',
    permissions(fault),
    '## Cost',
    fault.cost,
  ]);
}

const CALLS = [
  'Calls: what one change costs, and what a hundred cost;',
  'reads that all changes share, and the reads that verify, come on top.',
].join(' ');

function paramsTable(params: Params): string {
  return markdownTable(
    ['parameter', 'meaning', 'values', 'if left out'],
    Object.entries(params).map(([name, param]) => [name, meansText(param), valuesText(param), defaultText(param)]),
  );
}

function undoTable(attributes: readonly FaultAttribute[]): string {
  return markdownTable(
    ['attribute', 'how it is taken back', 'calls for 1', 'for 100'],
    attributes.map(({ attribute, undo, calls }) => [attribute, undo, String(calls[0]), String(calls[1])]),
  );
}

/** The IAM actions of everything that a fault does, the way back included: each once, in the order of the alphabet. */
export function actionsOf({ attributes, irreversible }: FaultPage): {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
} {
  const parts = [...attributes, ...irreversible];
  const each = (actions: readonly string[]): readonly string[] => [...new Set(actions)].sort();
  return { reads: each(parts.flatMap((one) => one.reads)), writes: each(parts.flatMap((one) => one.writes)) };
}

function permissions(fault: FaultPage): string {
  const { reads, writes } = actionsOf(fault);
  const list = (actions: readonly string[]): string => actions.map((action) => `\`${action}\``).join(', ') || 'none';
  return [
    `Reads: ${list(reads)}.`,
    `Writes, the way back included: ${list(writes)}.`,
    '`kong policy TARGET` prints the whole policy of a plan, narrowed to its resources and to the opt-in tag.',
  ].join('\n\n');
}

function sentence(text: string): string {
  return text === '' ? text : `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`;
}
