/** Limits calls per second on the simulator's clock; a burst may use up one second's quota at once. */
export class TokenBucket {
  #tokens: number;

  constructor(
    private readonly perSecond: number,
    private filledAtMs: number,
  ) {
    this.#tokens = perSecond;
  }

  /** Counts one call; `false` when the quota is used up. */
  take(nowMs: number): boolean {
    // When the clock is set back, the bucket must not wait for the old time to return before it refills.
    const elapsedMs = Math.max(0, nowMs - this.filledAtMs);
    this.filledAtMs = nowMs;
    this.#tokens = Math.min(this.perSecond, this.#tokens + (elapsedMs * this.perSecond) / 1000);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
