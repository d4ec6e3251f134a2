import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { TABLES, type TableName } from '../../lambdas/shared/contract/tables';
import { toCondition, toUpdate, type Item } from './expressions';
import { MemoryTable, type Write } from './memory-table';

/** A command of the document client, as stores send it. */
export type Command = { input: unknown };

interface ConditionalWrite {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

interface PreparedWrite {
  table: MemoryTable;
  write: Write;
  holds: boolean;
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

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
 * The part of DynamoDB that the stores use, in memory. The production stores run on it unchanged: it has conditions,
 * transactions, indexes and DynamoDB's numbers. Each command takes effect atomically and at once. The suites of
 * `test/stores` run on it and on Amazon's DynamoDB Local.
 */
export class MemoryDynamoDb {
  readonly tables = new Map<string, MemoryTable>(
    Object.values(TABLE_NAMES).map((name) => [name, new MemoryTable(name, TABLES[name])]),
  );
  /** Called after every write of an item. */
  onWrite: (write: Write) => void = () => undefined;

  table(name: TableName): MemoryTable {
    return this.#table(name);
  }

  /** @throws the SDK's own exceptions. */
  run(command: Command): Record<string, unknown> {
    if (command instanceof GetCommand) return { Item: this.#table(command.input.TableName).get(command.input.Key) };
    if (command instanceof PutCommand) {
      this.#one({ Put: command.input });
      return {};
    }
    if (command instanceof UpdateCommand) return this.#update(command);
    if (command instanceof TransactWriteCommand) return this.#transact(command.input.TransactItems ?? []);
    if (command instanceof QueryCommand) return { ...this.#table(command.input.TableName).query(command.input) };
    if (command instanceof BatchGetCommand) return this.#batchGet(command);
    throw new Error('The simulated DynamoDB does not support this command.');
  }

  /** A document client for the stores. `send` decides what happens to each command. */
  client(send: (command: Command) => Promise<unknown>): DynamoDBDocumentClient {
    return Object.assign(Object.create(documentClient), { send });
  }

  #update({ input }: UpdateCommand): Record<string, unknown> {
    const { before, after } = this.#one({ Update: { ...input, UpdateExpression: input.UpdateExpression } });
    const { ReturnValues } = input;
    if (ReturnValues === undefined) return {};
    return { Attributes: ReturnValues === 'UPDATED_OLD' || ReturnValues === 'ALL_OLD' ? before : after };
  }

  #one(item: TransactItem): Write {
    const prepared = this.#prepare(item);
    if (!prepared.holds) throw CONDITION_FAILED;
    this.#commit([prepared]);
    return prepared.write;
  }

  #transact(items: readonly TransactItem[]): Record<string, unknown> {
    const prepared = items.map((item) => this.#prepare(item));
    const keys = new Set(prepared.map(({ table, write }) => `${table.name}/${write.key}`));
    if (keys.size < items.length) throw new Error('A transaction cannot include two operations on one item.');
    if (prepared.some(({ holds }) => !holds)) {
      throw refused(prepared.map(({ holds }) => (holds ? 'None' : 'ConditionalCheckFailed')));
    }
    this.#commit(prepared);
    return {};
  }

  #prepare({ Put, Update }: TransactItem): PreparedWrite {
    if (Put) {
      const table = this.#table(Put.TableName);
      const before = table.get(Put.Item);
      return { table, write: table.write(before, Put.Item ?? {}), holds: holds(Put, before) };
    }
    if (!Update) throw new Error('The simulated DynamoDB supports only Put and Update in a transaction.');
    const table = this.#table(Update.TableName);
    const before = table.get(Update.Key);
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = Update;
    const after = toUpdate(Update.UpdateExpression ?? '')(before ?? Update.Key ?? {}, { names, values });
    return { table, write: table.write(before, after), holds: holds(Update, before) };
  }

  #commit(prepared: readonly PreparedWrite[]): void {
    for (const { table, write } of prepared) table.apply(write);
    for (const { write } of prepared) this.onWrite(write);
  }

  #batchGet({ input }: BatchGetCommand): Record<string, unknown> {
    const responses = Object.entries(input.RequestItems ?? {}).map(([name, { Keys = [] }]) => [
      name,
      Keys.map((key) => this.#table(name).get(key)).filter((item) => item !== undefined),
    ]);
    return { Responses: Object.fromEntries(responses), UnprocessedKeys: {} };
  }

  #table(name: string | undefined): MemoryTable {
    const table = this.tables.get(name ?? '');
    if (table === undefined) throw new Error(`The simulated DynamoDB has no table ${name}.`);
    return table;
  }
}

/** Never opens a socket, because every client made from it replaces `send`. */
const documentClient = DynamoDBDocumentClient.from(
  new DynamoDBClient({ region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } }),
);

function holds(write: ConditionalWrite, item: Item | undefined): boolean {
  const { ConditionExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: values } = write;
  return ConditionExpression === undefined || toCondition(ConditionExpression)(item, { names, values });
}

/** Shared, because it is thrown thousands of times and nobody needs its stack trace. */
const CONDITION_FAILED = new ConditionalCheckFailedException({
  message: 'The conditional request failed',
  $metadata: {},
});

const refusals = new Map<string, Error>();

/** Returns one shared error per pattern of failed conditions. */
function refused(codes: readonly string[]): Error {
  const pattern = codes.join();
  const error = refusals.get(pattern) ?? transactionCanceled(codes);
  refusals.set(pattern, error);
  return error;
}

export function transactionCanceled(codes: readonly string[]): Error {
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`;
  return new TransactionCanceledException({
    message,
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
}
