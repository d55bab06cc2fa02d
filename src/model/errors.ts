/** Every way in which kong can say no, each with the exit code that a script sees. */
const EXIT_CODES = {
  // 2: bad input
  BAD_ARGUMENT: 2,
  BAD_EXPERIMENT: 2,
  BAD_CONFIG: 2,
  BAD_WORLD: 2,
  BAD_PLAN: 2,
  UNKNOWN_TARGET: 2,
  UNKNOWN_RUN: 2,
  FILE_NOT_READABLE: 2,
  // 3: refused by a gate before anything was changed
  REFUSED: 3,
  ACCOUNT_NOT_ALLOWED: 3,
  REGION_NOT_ALLOWED: 3,
  NOT_CONFIRMED: 3,
  BLAST_RADIUS_EXCEEDED: 3,
  EMPTY_TARGET: 3,
  IRREVERSIBLE_NOT_ALLOWED: 3,
  LOCKED: 3,
  NOT_WATCHED: 3,
  UNFINISHED_RUN: 3,
  SLI_NO_DATA: 3,
  STEADY_STATE_BROKEN: 3,
  ROLLBACK_TOO_SLOW: 3,
  // 4: something is still changed
  STILL_CHANGED: 4,
  // 5: the environment failed
  CREDENTIALS: 5,
  ACCESS_DENIED: 5,
  THROTTLED: 5,
  NETWORK: 5,
  AWS_SERVICE: 5,
  NOT_FOUND: 5,
  NOT_IMPLEMENTED: 5,
  AWS_REJECTED: 5,
  NOT_VERIFIED: 5,
  SWITCH_FAILED: 5,
  ENDED_BY_AWS: 5,
  CLOCK_JUMPED: 5,
  LOCK_LOST: 5,
  STATE_NOT_WRITABLE: 5,
  STATE_NOT_READABLE: 5,
} as const;

/** What an error is about, for scripts and tests. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** Whether a text is one of kong's codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(EXIT_CODES, text);
}

/** The exit code that goes with an error's code. */
export function exitCodeOfError(code: ErrorCode): number {
  return EXIT_CODES[code];
}

/** What may come with an error. */
export interface ErrorOptions {
  /** What to type or edit so that it works. */
  readonly fix?: string;
  readonly cause?: unknown;
  /** Further lines that a reader needs: positions, lists, source excerpts. */
  readonly detail?: readonly string[];
  /** What was asked for may have been done all the same. */
  readonly unanswered?: boolean;
}

/**
 * Something that the person at the keyboard can act on. Anything else that is thrown is a bug in kong.
 *
 * The message is lower case, has no full stop and holds the offending value.
 */
export class KongError extends Error {
  override readonly name = 'KongError';
  readonly code: ErrorCode;
  readonly fix: string | undefined;
  readonly detail: readonly string[];
  /** Whether what was asked for may have been done all the same: no answer came, or none that tells. */
  readonly unanswered: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fix = options.fix;
    this.detail = options.detail ?? [];
    this.unanswered = options.unanswered ?? false;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** The same error, of something that may have been done all the same; what is no error of kong's stays as it is. */
export function inDoubt(error: unknown): unknown {
  if (!(error instanceof KongError) || error.unanswered) return error;
  const { code, message, fix, detail } = error;
  const options = { cause: error, detail, unanswered: true };
  return new KongError(code, message, fix === undefined ? options : { ...options, fix });
}

/** Thrown out of a wait or a call whose AbortSignal fired: nobody's fault, never shown to a person. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('cancelled');
  }
}

/** What a caught value says, whatever it is. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
