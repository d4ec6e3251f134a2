import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { nameOfRun } from '../domain/run-name';
import { attemptUpdate } from './conditional-writes';
import type { Database } from './database';
import { storedInteger } from './stored-values';

/** No queue of slots is as long. A slot further ahead comes from a clock that was set, and is ignored. */
const MAX_AHEAD_MS = 120_000;
/** While something else holds the item. */
const CONFLICT_WAIT_MS = 25;

const quotaItem = z.object({
  /** By the clock of the run that took the last slot. */
  nextSlotAt: storedInteger,
  /** When that run took it, by the same clock. Absent: an earlier version took it. */
  takenAt: storedInteger.optional(),
  takenBy: z.string().optional(),
});
type QuotaItem = z.output<typeof quotaItem>;

/** Paces the calls of one operation over all runs: each call takes a slot in time. */
export interface CallQuota {
  /** Takes the next free slot. @returns when the call may start, ms since the epoch by the clock of this run. */
  takeSlot(): Promise<number>;
}

/** The paced operations, each with the table that stores its next free slot. */
const PACED = { BatchMeterUsage: 'hourlyUsage', GetEntitlements: 'subscriptions' } as const;
type PacedOperation = keyof typeof PACED;

export interface Pace {
  clock: { now(): number };
  /** 0 … 1; names the run. */
  random(): number;
  callsPerSecond: number;
}

/**
 * Stores the next free slot of each operation in an item `quota`.
 *
 * The clocks of two runs differ, and a slot is a time. Each run therefore writes slots by its own clock, and reads another's
 * by the latest time at which that run can have written them: it was before this run read them. So a slot is never less
 * than the interval after the one before, whatever the clocks say, and a change of hands costs a few milliseconds.
 *
 * ```
 * run A (clock 2 s ahead)   takes 14:00:02.0, next 14:00:02.1
 * run B                     reads it at 14:00:00.02: A took its slot 1.98 s "later" or earlier
 *                           takes 14:00:02.1 − 1.98 s = 14:00:00.12
 * ```
 */
export class DynamoDbCallQuota<Operation extends PacedOperation> implements CallQuota {
  readonly #name: string;
  readonly #intervalMs: number;
  /** The item as this run last saw it. */
  #seen: QuotaItem | undefined;
  /** How far this clock is ahead of another run's, at most. */
  readonly #aheadOf = new Map<string, number>();
  #taken: Promise<unknown> = Promise.resolve();
  /** Slots that this run has asked for. */
  #takes = 0;

  constructor(
    private readonly database: Database<(typeof PACED)[Operation]>,
    private readonly operation: Operation,
    private readonly pace: Pace,
  ) {
    this.#name = nameOfRun(pace);
    this.#intervalMs = 1000 / pace.callsPerSecond;
  }

  /** One after the other, so that the calls of one run do not compete for the item. */
  async takeSlot(): Promise<number> {
    const slot = this.#taken.then(async () => this.#takeSlot());
    this.#taken = slot.catch(() => undefined);
    return slot;
  }

  async #takeSlot(): Promise<number> {
    for (;;) {
      this.#takes += 1;
      const nowMs = this.pace.clock.now();
      const slotMs = this.#slotAfter(this.#seen, nowMs);
      const next = { nextSlotAt: slotMs + this.#intervalMs, takenAt: nowMs, takenBy: this.#name };
      const result = await attemptUpdate(this.database, this.#replace(this.#seen, next));
      if (result.outcome === 'conflict') await this.database.sleep(CONFLICT_WAIT_MS);
      if (result.outcome === 'refused') this.#see(seenIn(result.item));
      if (result.outcome !== 'written') continue;
      this.#seen = next;
      return slotMs;
    }
  }

  #slotAfter(seen: QuotaItem | undefined, nowMs: number): number {
    if (seen === undefined) return nowMs;
    const freeAtMs = seen.nextSlotAt + (this.#aheadOf.get(seen.takenBy ?? '') ?? 0);
    return freeAtMs > nowMs && freeAtMs <= nowMs + MAX_AHEAD_MS ? freeAtMs : nowMs;
  }

  /** Another run took a slot before now. */
  #see(item: QuotaItem | undefined): void {
    this.#seen = item;
    if (item?.takenBy === undefined || item.takenAt === undefined || item.takenBy === this.#name) return;
    const aheadMs = this.pace.clock.now() - item.takenAt;
    this.#aheadOf.set(item.takenBy, Math.min(aheadMs, this.#aheadOf.get(item.takenBy) ?? Infinity));
  }

  #replace(seen: QuotaItem | undefined, next: Required<QuotaItem>): UpdateCommandInput {
    const tables: Partial<Record<string, string>> = this.database.tables;
    const unchanged =
      seen === undefined
        ? 'attribute_not_exists(nextSlotAt)'
        : `nextSlotAt = :seen AND ${seen.takenBy === undefined ? 'attribute_not_exists(takenBy)' : 'takenBy = :seenBy'}`;
    return {
      TableName: tables[PACED[this.operation]],
      Key: { pk: 'quota', sk: this.operation },
      UpdateExpression: 'SET nextSlotAt = :next, takenAt = :now, takenBy = :name, takes = :takes',
      // The SDK repeats a write whose answer is lost: the slot that it took is this run's.
      ConditionExpression: `(${unchanged}) OR (nextSlotAt = :next AND takenBy = :name AND takes = :takes)`,
      ExpressionAttributeValues: {
        ':next': next.nextSlotAt,
        ':now': next.takenAt,
        ':name': next.takenBy,
        ':takes': this.#takes,
        ...(seen && { ':seen': seen.nextSlotAt }),
        ...(seen?.takenBy !== undefined && { ':seenBy': seen.takenBy }),
      },
    };
  }
}

/** Undefined without a slot. @throws when nobody can read the slot: no write would ever replace it. */
function seenIn(item: Readonly<Record<string, unknown>> | undefined): QuotaItem | undefined {
  return item?.nextSlotAt === undefined ? undefined : quotaItem.parse(item);
}
