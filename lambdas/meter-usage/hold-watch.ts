import { isOnHold, type Hold } from '../shared/domain/hold';
import type { Clock } from '../shared/runtime/ports';
import type { HoldReader } from '../shared/stores/holds';

/** How old the holds may be that a run knows. */
const READ_AGAIN_AFTER_MS = 30_000;

/** The operator's holds, as one run knows them: read at its start and again every half minute. */
export class HoldWatch {
  #known: { readAtMs: number; holds: Promise<readonly Hold[]> } | undefined;

  constructor(
    private readonly holds: HoldReader,
    private readonly clock: Clock,
  ) {}

  async covers(hour: Parameters<typeof isOnHold>[1]): Promise<boolean> {
    const nowMs = this.clock.now();
    if (this.#known === undefined || nowMs - this.#known.readAtMs >= READ_AGAIN_AFTER_MS)
      this.#known = { readAtMs: nowMs, holds: this.holds.list() };
    const known = this.#known;
    try {
      return isOnHold(await known.holds, hour);
    } catch (error) {
      // Nobody knows what is held, so the hour waits. The next one asks again.
      if (this.#known === known) this.#known = undefined;
      throw error;
    }
  }
}
