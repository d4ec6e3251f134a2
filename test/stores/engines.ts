import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../../lambdas/shared/contract/notices';
import type { TableName } from '../../lambdas/shared/contract/tables';
import { toNotice } from '../../lambdas/shared/stores/notices';
import { MemoryDynamoDb } from '../../local/dynamodb/memory-dynamodb';
import { documentClient, givenTable } from '../setup/tables';

export interface Engine {
  client: DynamoDBDocumentClient;
  /** The name of this engine's own table of a design; it is created when it is first asked for. */
  table(design: TableName): Promise<string>;
}

/** The stores' suites run on both: DynamoDB Local is Amazon's, and the one in memory must not flatter the stores. */
export const ENGINES: [name: string, open: () => Engine][] = [
  ['in memory', openMemory],
  ['in DynamoDB Local', openDynamoDbLocal],
];

function openMemory(): Engine {
  const dynamoDb = new MemoryDynamoDb();
  return { client: dynamoDb.client(async (command) => dynamoDb.run(command)), table: async (design) => design };
}

export function openDynamoDbLocal(): Engine {
  const tables = new Map<TableName, Promise<string>>();
  const table = (design: TableName) => {
    const created = tables.get(design) ?? givenTable(design);
    tables.set(design, created);
    return created;
  };
  return { client: documentClient, table };
}

/** The tables that a change of a subscription writes to. */
export async function changeTables({ table }: Engine) {
  const [subscriptions, notices] = await Promise.all([table('subscriptions'), table('notices')]);
  return { subscriptions, notices };
}

/** The notice that the outbox holds under this key: of one fact, or of a version of a subscription. */
export async function noticeIn({ client, table }: Engine, pk: string, sk = 0): Promise<Notice | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: await table('notices'), Key: { pk, sk } }));
  return Item && toNotice(Item);
}
