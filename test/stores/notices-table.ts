import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../../lambdas/shared/contract/notices';
import { toNotice } from '../../lambdas/shared/stores/notices';

/** What the outbox holds of a single fact. */
export async function noticeIn(
  client: DynamoDBDocumentClient,
  tableName: string,
  noticeId: string,
): Promise<Notice | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { pk: noticeId, sk: 0 } }));
  return Item && toNotice(Item);
}
