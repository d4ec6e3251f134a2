import type {
  BatchGetCommandInput,
  BatchWriteCommandInput,
  TransactGetCommandInput,
  TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { Consumption } from './capacity';
import type { Engine } from '../engine';
import { CONDITION_REFUSAL, invalid, otherRequest, transactionCanceled, type Refusal } from '../errors';
import { readItem, type Output } from './items';
import { itemSize } from '../values/item-size';
import type { Write } from '../tables/memory-table';
import { prepareCheck, prepareDelete, preparePut, prepareUpdate, type Prepared } from './prepared-writes';
import { checkKey } from '../tables/table-layout';
import type { Item } from '../values/item';
import { toStoredItem } from '../values/values';

const MAX_BATCH_GET = 100;
const MAX_BATCH_GET_BYTES = 16 * 1024 * 1024;
const MAX_BATCH_WRITE = 25;
const MAX_TRANSACTION = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

export function batchGetItem(engine: Engine, input: BatchGetCommandInput): Output {
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  const requests = Object.entries(input.RequestItems ?? {});
  const count = requests.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0);
  if (count > MAX_BATCH_GET) throw invalid('Too many items requested for the BatchGetItem call');
  if (count === 0) throw invalid('The batch get request must contain at least one key');
  const Responses: Record<string, Item[]> = {};
  const UnprocessedKeys: Record<string, object> = {};
  let bytes = 0;
  for (const [name, { Keys = [], ...options }] of requests) {
    const table = engine.table(name);
    const keys = Keys.map((key) => toStoredItem(key));
    refuseRepeats(keys.map((key) => table.keyText(checkKey(key, table.layout))));
    const found: Item[] = [];
    const left: Item[] = [];
    for (const key of keys) {
      const { stored, shown } = readItem(table, { ...options, Key: key });
      const size = stored === undefined ? 0 : itemSize(stored);
      if (bytes + size > MAX_BATCH_GET_BYTES) {
        left.push(key);
        continue;
      }
      bytes += size;
      consumed.read(table, { bytes: size, consistent: options.ConsistentRead === true });
      if (shown) found.push(shown);
    }
    Responses[name] = found;
    if (left.length > 0) UnprocessedKeys[name] = { ...options, Keys: left };
  }
  return { Responses, UnprocessedKeys, ...consumed.ofAll };
}

function refuseRepeats(keys: readonly string[]): void {
  if (new Set(keys).size < keys.length) throw invalid('Provided list of item keys contains duplicates');
}

export function batchWriteItem(engine: Engine, input: BatchWriteCommandInput): Output {
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  const prepared = Object.entries(input.RequestItems ?? {}).flatMap(([TableName, requests]) => {
    const writes = requests.map(({ PutRequest, DeleteRequest }) => {
      if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
        throw invalid(
          'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
        );
      }
      return DeleteRequest
        ? prepareDelete(engine, { TableName, Key: DeleteRequest.Key })
        : preparePut(engine, { TableName, Item: PutRequest?.Item });
    });
    refuseRepeats(writes.map(({ key }) => key));
    return writes;
  });
  if (prepared.length > MAX_BATCH_WRITE) throw invalid('Too many items requested for the BatchWriteItem call');
  if (prepared.length === 0) throw invalid('The batch write request must contain at least one request');
  const writes = prepared.map((each) => each.write());
  for (const write of writes) consumed.write(write);
  engine.commit(writes);
  return { UnprocessedItems: {}, ...consumed.ofAll };
}

export function transactGetItems(engine: Engine, input: TransactGetCommandInput): Output {
  const consumed = new Consumption(input.ReturnConsumedCapacity, 2);
  const gets = (input.TransactItems ?? []).map(({ Get }) => Get ?? { TableName: undefined, Key: undefined });
  requireActions(gets.length);
  const keys = gets.map(
    ({ TableName, Key = {} }) => `${TableName}/${engine.table(TableName).keyText(toStoredItem(Key))}`,
  );
  refuseSharedItems(keys);
  const Responses = gets.map((get) => {
    const table = engine.table(get.TableName);
    const { stored, shown } = readItem(table, get);
    consumed.read(table, { bytes: stored === undefined ? 0 : itemSize(stored), consistent: true });
    return shown === undefined ? {} : { Item: shown };
  });
  return { Responses, ...consumed.ofAll };
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** All writes or none. A token that comes again within ten minutes is answered without writing again. */
export function transactWriteItems(engine: Engine, input: TransactWriteCommandInput): Output {
  const consumed = new Consumption(input.ReturnConsumedCapacity, 2);
  const actions = input.TransactItems ?? [];
  requireActions(actions.length);
  const request = () => JSON.stringify(actions);
  const recalled = engine.recall(input.ClientRequestToken, request);
  if (recalled === 'other') throw otherRequest();
  if (recalled === 'same') return consumed.ofAll;
  const prepared = actions.map((action) => prepare(engine, action));
  refuseSharedItems(prepared.map(({ table, key }) => `${table.name}/${key}`));
  const writes = evaluate(actions, prepared);
  const bytes = writes.reduce((sum, { after, before }) => sum + itemSize(after ?? before ?? {}), 0);
  if (bytes > MAX_TRANSACTION_BYTES) {
    throw invalid('Collection size for TransactWriteItems operation exceeds the maximum allowed size of 4MB');
  }
  for (const write of writes) consumed.write(write);
  engine.commit(writes.filter((_, index) => actions[index]?.ConditionCheck === undefined));
  engine.remember(input.ClientRequestToken, request);
  return consumed.ofAll;
}

function refuseSharedItems(keys: readonly string[]): void {
  if (new Set(keys).size === keys.length) return;
  throw invalid('Transaction request cannot include multiple operations on one item');
}

function requireActions(count: number): void {
  if (count >= 1 && count <= MAX_TRANSACTION) return;
  const bound = count === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_TRANSACTION}`;
  throw invalid(`Member must have length ${bound}`);
}

function prepare(engine: Engine, { Put, Update, Delete, ConditionCheck }: TransactItem): Prepared {
  if ([Put, Update, Delete, ConditionCheck].filter((action) => action !== undefined).length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (Put) return preparePut(engine, Put);
  if (Update) return prepareUpdate(engine, Update);
  return Delete
    ? prepareDelete(engine, Delete)
    : prepareCheck(engine, ConditionCheck ?? { TableName: undefined, Key: undefined });
}

/** @throws TransactionCanceledException that tells the fate of every action */
function evaluate(actions: readonly TransactItem[], prepared: readonly Prepared[]): Write[] {
  const results = prepared.map(({ holds, before, write }, index): Write | Refusal => {
    if (!holds) return { ...CONDITION_REFUSAL, ...(wantsItem(actions[index]) && before && { Item: before }) };
    try {
      return write();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
      return { Code: 'ValidationError', Message: error.message };
    }
  });
  const writes = results.filter((result) => 'table' in result);
  if (writes.length === results.length) return writes;
  throw transactionCanceled(results.map((result) => ('table' in result ? { Code: 'None' } : result)));
}

function wantsItem({ Put, Update, Delete, ConditionCheck }: TransactItem = {}): boolean {
  return (Put ?? Update ?? Delete ?? ConditionCheck)?.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
}
