import { CALL_INTERVAL_MS, type MeteringQuota } from '../../lambdas/shared/stores/metering-quota';

/** The next free slot in a variable. */
export class InMemoryMeteringQuota implements MeteringQuota {
  #nextSlotAtMs = 0;

  async takeSlot(nowMs: number): Promise<number> {
    const tooFar = this.#nextSlotAtMs > nowMs + 10_000;
    const slot = tooFar ? nowMs : Math.max(nowMs, this.#nextSlotAtMs);
    this.#nextSlotAtMs = slot + CALL_INTERVAL_MS;
    return slot;
  }
}
