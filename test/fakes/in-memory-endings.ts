import type { EndingStore } from '../../lambdas/shared/stores/endings';

/** Endings in a map. */
export class InMemoryEndings implements EndingStore {
  readonly #endings = new Map<string, { openedAtMs: number; dueAtMs: number }>();

  async open(subscriptionId: string, nowMs: number): Promise<number> {
    const ending = this.#endings.get(subscriptionId) ?? { openedAtMs: nowMs, dueAtMs: nowMs };
    this.#endings.set(subscriptionId, ending);
    return ending.openedAtMs;
  }

  async listDue(nowMs: number): Promise<string[]> {
    const due = [...this.#endings].filter(([, { dueAtMs }]) => dueAtMs <= nowMs);
    return due.sort(([, a], [, b]) => a.dueAtMs - b.dueAtMs).map(([subscriptionId]) => subscriptionId);
  }

  async postpone(subscriptionId: string, dueAtMs: number): Promise<void> {
    const ending = this.#endings.get(subscriptionId);
    if (ending) ending.dueAtMs = dueAtMs;
  }

  async close(subscriptionId: string): Promise<void> {
    this.#endings.delete(subscriptionId);
  }
}
