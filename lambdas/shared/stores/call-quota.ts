import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type DynamoDBDocumentClient, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
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

/** The next free slot is an item `quota` of the table, one an operation. */
export class DynamoDbCallQuota implements CallQuota {
  constructor(
    private readonly options: {
      client: DynamoDBDocumentClient;
      tableName: string;
      operation: string;
      intervalMs: number;
    },
  ) {}

  async takeSlot(nowMs: number): Promise<number> {
    for (;;) {
      if (await this.#takeIdleSlot(nowMs)) return nowMs;
      const slot = await this.#queueBehindOthers(nowMs);
      if (slot !== undefined) return slot;
    }
  }

  async #takeIdleSlot(nowMs: number): Promise<boolean> {
    const before = await this.#update({
      UpdateExpression: 'SET nextSlotAt = :next',
      ConditionExpression: 'attribute_not_exists(nextSlotAt) OR nextSlotAt <= :now OR nextSlotAt > :tooFar',
      ExpressionAttributeValues: {
        ':next': nowMs + this.options.intervalMs,
        ':now': nowMs,
        ':tooFar': nowMs + MAX_AHEAD_MS,
      },
    });
    return before !== 'refused';
  }

  async #queueBehindOthers(nowMs: number): Promise<number | undefined> {
    const before = await this.#update({
      UpdateExpression: 'SET nextSlotAt = nextSlotAt + :interval',
      ConditionExpression: 'nextSlotAt > :now AND nextSlotAt <= :tooFar',
      ExpressionAttributeValues: {
        ':interval': this.options.intervalMs,
        ':now': nowMs,
        ':tooFar': nowMs + MAX_AHEAD_MS,
      },
      ReturnValues: 'UPDATED_OLD',
    });
    return before === 'refused' ? undefined : slot.parse(before).nextSlotAt;
  }

  async #update(update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<unknown> {
    const { client, tableName, operation } = this.options;
    const Key = { pk: 'quota', sk: operation };
    try {
      const { Attributes } = await client.send(new UpdateCommand({ TableName: tableName, Key, ...update }));
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'refused';
      throw error;
    }
  }
}
