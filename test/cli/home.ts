import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { runKong, type KongExit, type KongOptions } from '../emulators/kong.js';

/** The built CLI in an empty folder of its own. */
export interface Home {
  readonly home: string;
  kong(args: readonly string[], more?: Partial<KongOptions>): Promise<KongExit>;
  /** Every file below the folder, by its path in it. */
  files(): readonly string[];
}

/** A folder that is gone when the test has ended. */
export function newHome(): Home {
  const home = mkdtempSync(path.join(tmpdir(), 'kong-'));
  onTestFinished(() => {
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  });
  return {
    home,
    kong: (args, more = {}) => runKong(args, { cwd: home, ...more }),
    files: () => readdirSync(home, { recursive: true, encoding: 'utf8' }),
  };
}
