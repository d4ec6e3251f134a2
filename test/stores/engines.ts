import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../../lambdas/shared/contract/notices';
import type { TableName } from '../../lambdas/shared/contract/tables';
import type { Database } from '../../lambdas/shared/stores/database';
import { toNotice } from '../../lambdas/shared/stores/notices';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { openTables } from '../setup/tables';

/** Opens new, empty tables of these designs. */
type Open = <Table extends TableName>(...tables: Table[]) => Promise<Database<Table>>;

/** The stores' suites run in the same process and by the wire: on the embedded DynamoDB, or on Amazon's. */
export const ENGINES: [name: string, open: Open][] = [
  ['in memory', async () => new MemoryTables().database],
  [process.env.TEST_DYNAMODB_LOCAL === undefined ? 'by the wire' : 'in DynamoDB Local', openTables],
];

/** The notice that the outbox holds under this key: of one fact, or of a version of a subscription. */
export async function noticeIn(
  { client, tables }: Database<'notices'>,
  pk: string,
  sk = 0,
): Promise<Notice | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: tables.notices, Key: { pk, sk } }));
  return Item && toNotice(Item);
}
