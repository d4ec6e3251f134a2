import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { TABLES, type TableName } from '../../lambdas/shared/contract/tables';
import { batchGetItem, transactWriteItems } from './operations/batches';
import { Engine } from './engine';
import { unsupported } from './errors';
import { getItem, putItem, updateItem, type Output } from './operations/items';
import type { MemoryTable } from './tables/memory-table';
import { query } from './operations/reads';
import type { Item } from './values/item';
import { written } from './wire/responses';

/** A command of the document client, as stores send it. */
export type Command = { input: unknown };

/** The write of one item: the item before and after. */
export interface ItemWrite {
  table: TableName;
  /** The key as text. */
  key: string;
  before: Item | undefined;
  after: Item;
}

/** The tables in memory have the names of their designs. */
export const TABLE_NAMES = {
  registrations: 'registrations',
  subscriptions: 'subscriptions',
  usageEvents: 'usageEvents',
  usageTallies: 'usageTallies',
  hourlyUsage: 'hourlyUsage',
  notices: 'notices',
} as const satisfies Record<TableName, TableName>;

/**
 * The project's tables in the embedded DynamoDB, for stores that run in the same process: commands of the document
 * client reach the engine without a socket. Streams are left out, because a simulation makes its own from the writes.
 */
export class MemoryDynamoDb {
  readonly #engine = new Engine();
  readonly #tables: Readonly<Record<TableName, MemoryTable>>;
  /** Called after every write of an item. */
  onWrite: (write: ItemWrite) => void = () => undefined;

  constructor() {
    const created = Object.values(TABLE_NAMES).map((name) => {
      const { stream: _, ...layout } = { stream: undefined, ...TABLES[name] };
      return [name, this.#engine.createTable(name, layout)];
    });
    this.#tables = Object.fromEntries(created) as Record<TableName, MemoryTable>;
    this.#engine.onWrite = ({ table, key, before, after }) => {
      if (after !== undefined) this.onWrite({ table: table.name as TableName, key, before, after });
    };
  }

  table(name: TableName): MemoryTable {
    return this.#tables[name];
  }

  /** @throws the SDK's own exceptions. */
  run(command: Command): Output {
    try {
      return this.#answer(command);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
      // The document client leaves the items of errors as attribute values.
      throw Object.assign(error, written({ Item: error.Item }));
    }
  }

  #answer(command: Command): Output {
    if (command instanceof GetCommand) return getItem(this.#engine, command.input);
    if (command instanceof PutCommand) return putItem(this.#engine, command.input);
    if (command instanceof UpdateCommand) return updateItem(this.#engine, command.input);
    if (command instanceof TransactWriteCommand) return transactWriteItems(this.#engine, command.input);
    if (command instanceof QueryCommand) return query(this.#engine, command.input);
    if (command instanceof BatchGetCommand) return batchGetItem(this.#engine, command.input);
    throw unsupported(`the command ${command.constructor.name} in memory`);
  }

  /** A document client for the stores. `send` decides what happens to each command. */
  client(send: (command: Command) => Promise<unknown>): DynamoDBDocumentClient {
    return Object.assign(Object.create(documentClient), { send });
  }
}

/** Never opens a socket, because every client made from it replaces `send`. */
const documentClient = DynamoDBDocumentClient.from(
  new DynamoDBClient({ region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } }),
);
