import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { MAX_CALLS_PER_SECOND } from '../domain/marketplace-limits';
import { callIntervalMs, DynamoDbCallQuota, type CallQuota } from './call-quota';

export const CALL_INTERVAL_MS = callIntervalMs(MAX_CALLS_PER_SECOND);

/** The calls of BatchMeterUsage that all runs may make together, as slots in time. */
export type MeteringQuota = CallQuota;

/** The next free slot is an item of the HourlyUsage table. */
export class DynamoDbMeteringQuota implements MeteringQuota {
  readonly #quota: CallQuota;

  constructor(options: { client: DynamoDBDocumentClient; tableName: string }) {
    this.#quota = new DynamoDbCallQuota({
      ...options,
      operation: 'BatchMeterUsage',
      intervalMs: CALL_INTERVAL_MS,
    });
  }

  takeSlot(nowMs: number): Promise<number> {
    return this.#quota.takeSlot(nowMs);
  }
}
