import { readFileSync } from 'node:fs';
import { parseWorld } from '../../../src/world/world-file.js';
import type { World } from '../../../src/world/world.js';

const FILE = new URL('../../../worlds/streaming.yaml', import.meta.url);

/** The default world, with some of its fields set: `traffic.flaws.no-headroom=true`. */
export function streaming(...overrides: readonly string[]): World {
  return parseWorld(readFileSync(FILE, 'utf8'), 'worlds/streaming.yaml', overrides);
}
