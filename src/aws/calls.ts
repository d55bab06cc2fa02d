/** How many calls went out, and how many came back throttled. Retries count: Amazon counts them too. */
export interface CallCounts {
  readonly read: number;
  readonly write: number;
  readonly throttled: number;
  /** How often each operation was called, by its name and by the alphabet: `DescribeSubnets`. */
  readonly byOperation: Readonly<Record<string, number>>;
}

/** One call as it leaves, for `-v` and for measuring the first undo. */
export interface SentCall {
  readonly service: string;
  readonly command: string;
  readonly region: string;
  readonly write: boolean;
}

/** Counts what is sent, and tells whoever listens. */
export class CallLog {
  private read = 0;
  private write = 0;
  private throttled = 0;
  private readonly operations = new Map<string, number>();
  private listeners: readonly ((call: SentCall) => void)[] = [];

  sent(call: SentCall): void {
    if (call.write) this.write++;
    else this.read++;
    const operation = call.command.replace(/Command$/, '');
    this.operations.set(operation, (this.operations.get(operation) ?? 0) + 1);
    for (const listener of this.listeners) listener(call);
  }

  wasThrottled(): void {
    this.throttled++;
  }

  /** @returns a function that ends it */
  listen(listener: (call: SentCall) => void): () => void {
    this.listeners = [...this.listeners, listener];
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }

  counts(): CallCounts {
    const byOperation = Object.fromEntries([...this.operations].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { read: this.read, write: this.write, throttled: this.throttled, byOperation };
  }
}
