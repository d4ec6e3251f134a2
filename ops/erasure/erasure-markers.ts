import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { pagesOfPartition } from '../../lambdas/shared/stores/partition';
import type { InstalledTables } from '../installation/installation';

/**
 * Markers of erasures: items `erased#`, `<subscriptionId>` of the HourlyUsage table, with the time. They hold no personal
 * data and never expire. They are not in Registrations, because a restore of that table would take away the markers
 * together with the erasures. One partition holds them all, so that they are found without a scan of the ledger.
 */
const PARTITION = 'erased#';

const marker = z.object({ sk: z.string(), erasedAt: z.iso.datetime() });

/** Notes that everything stored up to `erasedAtMs` is erased. A later erasure replaces an earlier one. */
export async function markErased(
  { dynamoDb: client, tables }: InstalledTables,
  { subscriptionId, erasedAtMs }: { subscriptionId: string; erasedAtMs: number },
): Promise<void> {
  const update = new UpdateCommand({
    TableName: tables.hourlyUsage,
    Key: { pk: PARTITION, sk: subscriptionId },
    UpdateExpression: 'SET erasedAt = :at',
    ConditionExpression: 'attribute_not_exists(erasedAt) OR erasedAt < :at',
    ExpressionAttributeValues: { ':at': new Date(erasedAtMs).toISOString() },
  });
  try {
    await client.send(update);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** When each subscription's buyer was last erased, epoch milliseconds. */
export async function readErasures({ dynamoDb: client, tables }: InstalledTables): Promise<Map<string, number>> {
  const erasures = new Map<string, number>();
  for await (const items of pagesOfPartition({ client, tableName: tables.hourlyUsage }, PARTITION))
    for (const each of items) {
      const { sk, erasedAt } = marker.parse(each);
      erasures.set(sk, Date.parse(erasedAt));
    }
  return erasures;
}
