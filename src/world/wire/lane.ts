/** Something that is done again and again, and never twice at once. */
export class Lane {
  private startedMs: number | undefined;
  private readonly onError: (error: unknown) => void;

  /** @param onError - told what went wrong; the next time is tried all the same */
  constructor(onError: (error: unknown) => void) {
    this.onError = onError;
  }

  /** Begins it, unless it is still under way: then this time is left out. */
  begin(nowMs: number, act: () => Promise<void>): void {
    if (this.startedMs !== undefined) return;
    this.startedMs = nowMs;
    act()
      .catch(this.onError)
      .finally(() => {
        this.startedMs = undefined;
      });
  }

  /** For how long it has been under way; 0: it is not. */
  busyMs(nowMs: number): number {
    return this.startedMs === undefined ? 0 : nowMs - this.startedMs;
  }
}
