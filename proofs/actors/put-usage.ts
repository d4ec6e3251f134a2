import { PutItemCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

export type UsageItem = Record<string, AttributeValue>;

/** A usage event as an application in the seller's account writes it. */
export interface PutEvent {
  subscriptionId: string;
  id: string;
  dimension: string;
  /** Decimal text. */
  quantity: string;
  timeMs: number;
  tags?: Readonly<Record<string, string>>;
}

const RETENTION_SECONDS = 90 * 86_400;

/**
 * The item that `docs/` tells sellers to write. It is built here, not with production code, so that it tests what
 * `docs/` promises.
 */
export function usageItem(event: PutEvent, nowMs: number): UsageItem {
  const { subscriptionId, id, dimension, quantity, timeMs, tags = {} } = event;
  const S = (text: string) => ({ S: text });
  return {
    pk: S(`${subscriptionId}##${id}`),
    subscriptionId: S(subscriptionId),
    source: S(''),
    id: S(id),
    dimension: S(dimension),
    quantity: { N: quantity },
    time: S(new Date(timeMs).toISOString()),
    receivedAt: S(new Date(nowMs).toISOString()),
    tags: { M: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, S(value)])) },
    expiresAt: { N: String(Math.ceil(nowMs / 1000) + RETENTION_SECONDS) },
  };
}

export interface UsageEventsTable {
  client: DynamoDBClient;
  tableName: string;
}

/**
 * Puts usage directly, on the documented condition.
 * @throws ConditionalCheckFailedException when the event is stored already.
 */
export async function putUsage({ client, tableName }: UsageEventsTable, Item: UsageItem): Promise<void> {
  const ConditionExpression = 'attribute_not_exists(pk)';
  await client.send(new PutItemCommand({ TableName: tableName, Item, ConditionExpression }));
}

/** Puts usage without the condition, which the documentation forbids: it replaces an event that is stored. */
export async function overwriteUsage({ client, tableName }: UsageEventsTable, Item: UsageItem): Promise<void> {
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
}
