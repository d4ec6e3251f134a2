import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { updateIf } from './conditional-writes';
import type { Database } from './database';
import { MAX_CALLS_PER_SECOND, MAX_ENTITLEMENT_CALLS_PER_SECOND } from '../domain/marketplace-limits';
import { storedInteger } from './stored-values';

/**
 * Clocks of two runs may differ by less than this: each then waits for the slots of the other. A slot further ahead comes
 * from a wrong clock, and is ignored.
 */
const MAX_AHEAD_MS = 60_000;

const slot = z.object({ nextSlotAt: storedInteger });

/** Paces the calls of one operation over all runs: each call takes a slot in time. */
export interface CallQuota {
  /** Takes the next free slot. @returns when the call may start, ms since the epoch. */
  takeSlot(nowMs: number): Promise<number>;
}

/** AWS counts calls per account. A fifth of the quota is reserved for the seller's other applications. */
export function callIntervalMs(callsPerSecond: number): number {
  return 1000 / (callsPerSecond * 0.8);
}

/** The paced operations, each with the table that stores its next free slot. */
const PACED = {
  BatchMeterUsage: { table: 'hourlyUsage', intervalMs: callIntervalMs(MAX_CALLS_PER_SECOND) },
  GetEntitlements: { table: 'subscriptions', intervalMs: callIntervalMs(MAX_ENTITLEMENT_CALLS_PER_SECOND) },
} as const;
type PacedOperation = keyof typeof PACED;

/** Stores the next free slot of each operation in an item `quota`. */
export class DynamoDbCallQuota<Operation extends PacedOperation> implements CallQuota {
  constructor(
    private readonly database: Database<(typeof PACED)[Operation]['table']>,
    private readonly operation: Operation,
  ) {}

  async takeSlot(nowMs: number): Promise<number> {
    for (;;) {
      if (await this.#takeIdleSlot(nowMs)) return nowMs;
      const slot = await this.#queueBehindOthers(nowMs);
      if (slot !== undefined) return slot;
    }
  }

  async #takeIdleSlot(nowMs: number): Promise<boolean> {
    const { held } = await this.#update({
      UpdateExpression: 'SET nextSlotAt = :next',
      ConditionExpression: 'attribute_not_exists(nextSlotAt) OR nextSlotAt <= :now OR nextSlotAt > :tooFar',
      ExpressionAttributeValues: {
        ':next': nowMs + PACED[this.operation].intervalMs,
        ':now': nowMs,
        ':tooFar': nowMs + MAX_AHEAD_MS,
      },
    });
    return held;
  }

  async #queueBehindOthers(nowMs: number): Promise<number | undefined> {
    const result = await this.#update({
      UpdateExpression: 'SET nextSlotAt = nextSlotAt + :interval',
      ConditionExpression: 'nextSlotAt > :now AND nextSlotAt <= :tooFar',
      ExpressionAttributeValues: {
        ':interval': PACED[this.operation].intervalMs,
        ':now': nowMs,
        ':tooFar': nowMs + MAX_AHEAD_MS,
      },
      ReturnValues: 'UPDATED_OLD',
    });
    return result.held ? slot.parse(result.attributes).nextSlotAt : undefined;
  }

  async #update(update: Omit<UpdateCommandInput, 'TableName' | 'Key'>) {
    const tables: Partial<Record<string, string>> = this.database.tables;
    const Key = { pk: 'quota', sk: this.operation };
    return updateIf(this.database, { TableName: tables[PACED[this.operation].table], Key, ...update });
  }
}
