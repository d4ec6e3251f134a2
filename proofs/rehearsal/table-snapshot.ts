import { paginateScan } from '@aws-sdk/client-dynamodb';
import { TABLES } from '../../lambdas/shared/contract/tables';
import type { AwsAccount } from './aws-account';
import type { StackOutputs } from './cdk-cli';

/** Every item of every table, by the table's physical name: a replaced table gets a new name. */
export type Snapshot = ReadonlyMap<string, readonly string[]>;

export async function snapshot({ dynamodb }: AwsAccount, outputs: StackOutputs): Promise<Snapshot> {
  const tables = new Map<string, string[]>();
  for (const noun of Object.keys(TABLES)) {
    const TableName = outputs[`${noun[0]?.toUpperCase()}${noun.slice(1)}TableName`];
    if (TableName === undefined)
      throw new Error(
        `The stack has no output with the table name of ${noun}. Add one to lib/marketplace-saas-stack.ts.`,
      );
    const items: string[] = [];
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName, ConsistentRead: true })) {
      items.push(...Items.map((item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))));
    }
    tables.set(TableName, items.sort());
  }
  return tables;
}

/** Says, in sentences, which items were lost or changed. */
export function lost(before: Snapshot, after: Snapshot): string[] {
  return [...before].flatMap(([table, items]) => {
    const now = after.get(table);
    if (now === undefined) return [`The table ${table} was replaced.`];
    const missing = items.filter((item) => !now.includes(item)).length;
    return missing === 0 ? [] : [`${missing} of ${items.length} items of ${table} are gone or changed.`];
  });
}

export function itemsIn(snapshot: Snapshot): number {
  return [...snapshot.values()].reduce((sum, items) => sum + items.length, 0);
}
