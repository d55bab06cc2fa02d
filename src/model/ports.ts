/**
 * The outside of the process, as the rest of kong sees it. `host/` implements these for a real machine, tests and the
 * simulator implement them for virtual time.
 */

/** Where time comes from. */
export interface Clock {
  /** Milliseconds since the epoch; virtual in the simulator. */
  now(): number;
  /**
   * Waits.
   * @throws Cancelled as soon as `signal` fires
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where chance comes from. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** The few file operations that state needs. All synchronous: an entry must be on disk before its call leaves. */
export interface Files {
  /** @returns undefined where there is no such file */
  read(path: string): string | undefined;
  /** Replaces the file as a whole, or leaves the old one: never a half. Mode 0600. */
  write(path: string, text: string): void;
  /** Adds to the end; with `flush` it is on disk before this returns. Creates the file (0600) and its folders. */
  append(path: string, text: string, options: { readonly flush: boolean }): void;
  /** Creates the file whole; false where it is there already. Atomic between processes. */
  createNew(path: string, text: string): boolean;
  /**
   * Replaces the file if it holds exactly `from`, or removes it where `to` is undefined; false where it does not, or
   * somebody else is at it at this very moment. Atomic between processes: of two with the same `from`, one gets it.
   */
  replace(path: string, text: { readonly from: string; readonly to: string | undefined }): boolean;
  /** Names in a folder, sorted; empty where there is no such folder. */
  list(path: string): readonly string[];
  /** Removes a file or a folder with all in it; nothing where there is none. */
  remove(path: string): void;
}
