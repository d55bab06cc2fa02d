import { NoEmulator } from './python.js';

/** An emulator that only some machines have. */
export interface Optional {
  /** For a client's `endpoint`. */
  readonly endpoint: string;
  /** Ends it and waits until it is gone; a second time does nothing. */
  stop(): Promise<void>;
}

/**
 * Why an emulator can't be had here, for `describe.skipIf`: nobody has to have it, in CI neither.
 *
 * @param find - throws NoEmulator where it can't be had; installs it when it can
 */
export async function missing(name: string, find: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await find();
    return undefined;
  } catch (error) {
    if (!(error instanceof NoEmulator)) throw error;
    console.warn(`SKIPPED, no ${name}: ${error.message}`);
    return error.message;
  }
}
