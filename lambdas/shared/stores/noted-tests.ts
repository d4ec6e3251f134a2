import * as z from 'zod';
import { IS_NEW, updateIf } from './conditional-writes';
import type { Database } from './database';
import { pagesOfPartition } from './partition';

/**
 * Every product and account that any configuration has named as a test: items `tests` of the HourlyUsage table, by name
 * (`product#code`, `account#id`). Nothing deletes them.
 */
export interface NotedTestStore {
  /** Strongly consistent. */
  list(): Promise<Set<string>>;
  /** Idempotent: the item keeps the time of the first note. */
  note(test: string, nowMs: number): Promise<void>;
}

const TESTS = 'tests';

const testItem = z.object({ sk: z.string() });

export class DynamoDbNotedTestStore implements NotedTestStore {
  constructor(private readonly database: Database<'hourlyUsage'>) {}

  async list(): Promise<Set<string>> {
    const { client, tables } = this.database;
    const tests = new Set<string>();
    for await (const items of pagesOfPartition({ client, tableName: tables.hourlyUsage }, TESTS))
      for (const item of items) tests.add(testItem.parse(item).sk);
    return tests;
  }

  async note(test: string, nowMs: number): Promise<void> {
    await updateIf(this.database, {
      TableName: this.database.tables.hourlyUsage,
      Key: { pk: TESTS, sk: test },
      UpdateExpression: 'SET notedAtMs = :now',
      ConditionExpression: IS_NEW,
      ExpressionAttributeValues: { ':now': nowMs },
    });
  }
}
