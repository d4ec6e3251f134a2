import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type DynamoDBDocumentClient, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { MAX_CALLS_PER_SECOND } from '../domain/marketplace-limits';
import { storedInteger } from './stored-values';

/** AWS counts calls per account and region; a fifth is left to whatever else of the seller's meters there. */
export const CALL_INTERVAL_MS = 1000 / (MAX_CALLS_PER_SECOND * 0.8);

/** A slot further ahead than this was set by a clock that has since been corrected. */
const MAX_AHEAD_MS = 10_000;

const KEY = { pk: 'quota', sk: 'BatchMeterUsage' };

/** The calls that all runs may make together, as slots in time. */
export interface MeteringQuota {
  /** Takes the next free slot: the time, in ms since the epoch, at which the call may start. */
  takeSlot(nowMs: number): Promise<number>;
}

/** The next free slot is an item of the HourlyUsage table. */
export class DynamoDbMeteringQuota implements MeteringQuota {
  constructor(private readonly options: { client: DynamoDBDocumentClient; tableName: string }) {}

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
      ExpressionAttributeValues: { ':next': nowMs + CALL_INTERVAL_MS, ':now': nowMs, ':tooFar': nowMs + MAX_AHEAD_MS },
    });
    return before !== 'refused';
  }

  async #queueBehindOthers(nowMs: number): Promise<number | undefined> {
    const before = await this.#update({
      UpdateExpression: 'SET nextSlotAt = nextSlotAt + :interval',
      ConditionExpression: 'nextSlotAt > :now AND nextSlotAt <= :tooFar',
      ExpressionAttributeValues: { ':interval': CALL_INTERVAL_MS, ':now': nowMs, ':tooFar': nowMs + MAX_AHEAD_MS },
      ReturnValues: 'UPDATED_OLD',
    });
    return before === 'refused' ? undefined : z.object({ nextSlotAt: storedInteger }).parse(before).nextSlotAt;
  }

  async #update(update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<unknown> {
    const { client, tableName } = this.options;
    try {
      const { Attributes } = await client.send(new UpdateCommand({ TableName: tableName, Key: KEY, ...update }));
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'refused';
      throw error;
    }
  }
}
