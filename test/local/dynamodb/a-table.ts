import { randomUUID } from 'node:crypto';
import { onTable, send, type WireAnswer } from './wire-client';

const attribute = (AttributeName: string, AttributeType: string) => ({ AttributeName, AttributeType });
const keySchema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];

/** A table with a sort key, two indexes and a stream. */
export function tableDesign(TableName: string): Record<string, unknown> {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      ...['pk', 'sk', 'account'].map((name) => attribute(name, 'S')),
      ...['dueShard', 'dueAt'].map((name) => attribute(name, 'N')),
    ],
    KeySchema: keySchema('pk', 'sk'),
    GlobalSecondaryIndexes: [
      { IndexName: 'due', KeySchema: keySchema('dueShard', 'dueAt'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      { IndexName: 'byAccount', KeySchema: keySchema('account', 'pk'), Projection: { ProjectionType: 'ALL' } },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  };
}

/** The engine that this run tests: the embedded one, or DynamoDB Local. */
const endpoint = () => process.env.TEST_DYNAMODB_ENDPOINT ?? '';

export interface Table {
  name: string;
  /** Sends a request about this table. */
  ask(operation: string, input?: Record<string, unknown>): Promise<WireAnswer>;
  /** Like `ask`. @throws Error for a refusal */
  must(operation: string, input?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The message of a refusal, after its type. */
  refusal(operation: string, input?: Record<string, unknown>): Promise<string>;
}

/** A new table on the engine under test. */
export async function aTable(): Promise<Table> {
  const name = `contract-${randomUUID()}`;
  await send(endpoint(), { operation: 'CreateTable', input: tableDesign(name) });
  const ask: Table['ask'] = async (operation, input = {}) => send(endpoint(), onTable(name, { operation, input }));
  return {
    name,
    ask,
    must: async (operation, input) => {
      const { status, body } = await ask(operation, input);
      if (status !== 200) throw new Error(`${operation} was refused: ${JSON.stringify(body)}`);
      return body;
    },
    refusal: async (operation, input) => {
      const { body } = await ask(operation, input);
      const type = String(body.__type).replace(/^.*#/, '');
      return `${type}: ${String(body.message ?? body.Message)}`;
    },
  };
}
