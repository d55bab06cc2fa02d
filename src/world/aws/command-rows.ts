/** How one instance fares with a command that was sent to it. */
export type InvocationRow = {
  readonly instance: string;
  readonly status: 'Pending' | 'InProgress' | 'Cancelling' | 'Success' | 'Failed' | 'Cancelled' | 'TimedOut';
  /** What the status does not say: `DeliveryTimedOut`, `ExecutionTimedOut`, `Terminated`; else the status again. */
  readonly details: string;
  readonly startedMs: number | null;
  /** When it ends by itself, or ended; null while it waits. */
  readonly endsMs: number | null;
  readonly code: number;
  readonly output: string;
  readonly error: string;
  /** Whether what it does to its instance goes on. */
  readonly isFelt: boolean;
};

/** A command that Systems Manager was asked to run on some instances. */
export type CommandRow = {
  readonly id: string;
  readonly region: string;
  readonly document: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly targets: readonly { readonly key: string; readonly values: readonly string[] }[];
  readonly comment: string;
  readonly requestedMs: number;
  /** What was not delivered by then is given up. */
  readonly expiresMs: number;
  readonly timeoutSeconds: number;
  /** How many instances work at it at once, and after how many failures the others are spared. */
  readonly most: { readonly working: number; readonly failed: number };
  readonly invocations: readonly InvocationRow[];
  /** When something about it changes by itself; null: nothing any more. */
  readonly dueMs: number | null;
};

/** One version of a parameter of the Parameter Store; `id` is `REGION NAME`. */
export type ParameterRow = {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly version: number;
  readonly modifiedMs: number;
};
