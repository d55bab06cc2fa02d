/**
 * For how long nothing new was heard, by the listener's own clock, and only while it was awake itself: two clocks need
 * not agree, and a machine that slept with both the drill and its watchdog on it leaves the drill its time to wake.
 */
export class Silence {
  private last: string | undefined;
  private heardAtMs: number;
  private silentMs = 0;
  private readonly longestStepMs: number;

  /** @param longestStepMs - what lies between two looks, at most, as far as it counts */
  constructor(nowMs: number, longestStepMs: number) {
    this.heardAtMs = nowMs;
    this.longestStepMs = longestStepMs;
  }

  /**
   * Takes what is heard now.
   *
   * @param beat - anything that changes as long as there is life in it
   * @returns milliseconds since it last changed
   */
  after(beat: string, nowMs: number): number {
    const passedMs = Math.min(Math.max(0, nowMs - this.heardAtMs), this.longestStepMs);
    this.heardAtMs = nowMs;
    this.silentMs = beat === this.last ? this.silentMs + passedMs : 0;
    this.last = beat;
    return this.silentMs;
  }
}
