import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../../lambdas/shared/contract/notices';
import { toNotice } from '../../lambdas/shared/stores/notices';
import type { InstalledTables } from '../installation/installation';

/** The notices about a subscription's own changes that are still stored, the newest first. */
export async function listNotices(
  { dynamoDb, tables }: InstalledTables,
  { subscriptionId, limit }: { subscriptionId: string; limit: number },
): Promise<Notice[]> {
  const { Items = [] } = await dynamoDb.send(
    new QueryCommand({
      TableName: tables.notices,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': subscriptionId },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items.map(toNotice);
}
