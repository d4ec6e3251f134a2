import type { MemoryDynamoDb } from '../../../local/dynamodb/memory-dynamodb';
import type { Item } from '../../../local/dynamodb/values/item';

const INDEXES = { subscriptions: 'entitlementsDue', hourlyUsage: 'due' } as const;

/** The items of a table that its index of due items holds up to this time. */
export function dueItems(dynamoDb: MemoryDynamoDb, name: keyof typeof INDEXES, nowMs: number): Item[] {
  const table = dynamoDb.table(name);
  const due: Item[] = [];
  for (const partition of table.source(INDEXES[name])?.partitions.values() ?? [])
    for (const entry of partition.items())
      if (Number(String(entry.dueAt)) <= nowMs) due.push(table.get(entry) ?? entry);
  return due;
}
