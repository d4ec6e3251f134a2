import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { updateIf } from './conditional-writes';
import type { Database } from './database';
import { MAX_CALLS_PER_SECOND, MAX_ENTITLEMENT_CALLS_PER_SECOND } from '../domain/marketplace-limits';
import { storedInteger } from './stored-values';

/** A slot further ahead than this was set by a clock that has since been corrected. */
const MAX_AHEAD_MS = 10_000;

const slot = z.object({ nextSlotAt: storedInteger });

/** The calls of one operation that all runs may make together, as slots in time. */
export interface CallQuota {
  /** Takes the next free slot: the time, in ms since the epoch, at which the call may start. */
  takeSlot(nowMs: number): Promise<number>;
}

/** AWS counts calls per account; a fifth is left to whatever else of the seller's makes them there. */
export function callIntervalMs(callsPerSecond: number): number {
  return 1000 / (callsPerSecond * 0.8);
}

/** The operations whose calls are paced, each with the table that keeps its next free slot. */
const PACED = {
  BatchMeterUsage: { table: 'hourlyUsage', intervalMs: callIntervalMs(MAX_CALLS_PER_SECOND) },
  GetEntitlements: { table: 'subscriptions', intervalMs: callIntervalMs(MAX_ENTITLEMENT_CALLS_PER_SECOND) },
} as const;
type PacedOperation = keyof typeof PACED;

/** The next free slot is an item `quota` of the table, one per operation. */
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
