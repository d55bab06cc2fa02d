import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Json } from '../model/json.js';
import type { YamlFlaw } from './yaml-limits.js';

/** The tags that say no more than the value itself does. */
const PLAIN_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** Plain data made from YAML nodes, and everything by which they were more than data. */
export interface Plain {
  readonly value: Json;
  readonly flaws: readonly YamlFlaw[];
}

/**
 * Nodes as mappings with text keys, lists and scalars. Refuses tags, aliases, keys that are there twice or are no
 * single text, and `__proto__`.
 */
export function toPlain(root: Node): Plain {
  const flaws: YamlFlaw[] = [];
  return { value: convert(root, flaws), flaws };
}

function convert(node: Node, flaws: YamlFlaw[]): Json {
  if (isAlias(node)) {
    return flaw(node, flaws, `alias *${node.source} is not allowed`, 'write the value out: a file without aliases can\'t grow');
  }
  const { tag } = node;
  if (tag !== undefined && tag !== '!' && !PLAIN_TAGS.has(tag)) flaw(node, flaws, `tag ${tag} is not allowed`, 'a file is plain data: take the tag away');
  if (isSeq<Node>(node)) return node.items.map((item) => convert(item, flaws));
  if (isMap<Node, Node | null>(node)) return convertMap(node, flaws);
  return scalar(isScalar(node) ? node.value : null);
}

function convertMap(map: YAMLMap<Node, Node | null>, flaws: YamlFlaw[]): Json {
  // not uniqueKeys of the parser: it compares each key with every other, which took a minute for 20,000 of them
  const entries = new Map<string, Json>();
  for (const pair of map.items) {
    const key = keyText(pair);
    const wrong = key === undefined ? 'a key has to be a single text' : whyNotKey(key, entries);
    if (wrong !== undefined) flaw(pair.key, flaws, wrong);
    const value = pair.value ? convert(pair.value, flaws) : null;
    if (key !== undefined && wrong === undefined) entries.set(key, value);
  }
  return Object.fromEntries(entries);
}

function whyNotKey(key: string, entries: ReadonlyMap<string, Json>): string | undefined {
  if (key === '__proto__') return 'the key __proto__ is not allowed';
  return entries.has(key) ? `keys have to be unique: ${key} is there twice` : undefined;
}

/** A mapping's key as text; undefined where it is none. */
export function keyText({ key }: Pair<Node, Node | null>): string | undefined {
  const value = isScalar(key) ? scalar(key.value) : null;
  return value === null ? undefined : String(value);
}

function scalar(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function flaw(node: Node, flaws: YamlFlaw[], message: string, fix?: string): null {
  flaws.push({ offset: node.range?.[0] ?? 0, message, ...(fix === undefined ? {} : { fix }) });
  return null;
}
