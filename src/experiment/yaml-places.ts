import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { keyText } from './yaml-plain.js';

/** What of a path a place is asked for; `within`: so many characters into a text. */
export interface Asked {
  readonly what: 'key' | 'value';
  readonly within: number;
}

/** Offset in the text of what stands at a path; of the nearest part above it where nothing does. */
export function offsetOf(text: string, root: Node, path: readonly PropertyKey[], { what, within }: Asked): number {
  let found: Child = { key: undefined, value: root };
  for (const part of path) {
    const child = childOf(found.value, part);
    if (!child) return startOf(found.key ?? found.value);
    found = child;
  }
  const { key, value } = found;
  if (value === undefined || isNothing(value) || what === 'key') return startOf(key ?? value);
  return startOf(value) + insideText(value, text, within);
}

interface Child {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function childOf(node: Node | undefined, part: PropertyKey): Child | undefined {
  if (isSeq<Node>(node)) {
    const value = node.items[Number(part)];
    return value && { key: undefined, value };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = node.items.find((one) => keyText(one) === String(part));
  return pair && { key: pair.key, value: pair.value ?? undefined };
}

function startOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}

/** `key:` with nothing after it: its value has no length, and stands where nobody would look for it. */
function isNothing(node: Node): boolean {
  return isScalar(node) && node.range?.[0] === node.range?.[1];
}

/** Past the quote; 0 where the text is written with escapes or folded, so that its characters can't be counted. */
function insideText(node: Node, text: string, within: number): number {
  if (within === 0 || !isScalar(node) || typeof node.value !== 'string') return 0;
  const at = text.slice(startOf(node), node.range?.[1]).indexOf(node.value);
  return at < 0 ? 0 : at + Math.min(within, node.value.length);
}
