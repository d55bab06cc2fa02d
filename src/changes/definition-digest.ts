import { createHash } from 'node:crypto';
import { canonical, parseJson } from '../model/json.js';

/** A digest of what kong.yaml says of something: 12 hexadecimal digits, the same whatever the order of its keys. */
export function digestOf(definition: object): string {
  const plain = canonical(parseJson(JSON.stringify(definition)));
  return createHash('sha256').update(plain).digest('hex').slice(0, 12);
}
