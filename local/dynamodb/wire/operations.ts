import type * as z from 'zod';
import type { Engine } from '../engine';
import { invalid, unsupported } from '../errors';
import { batchGetItem, batchWriteItem, transactGetItems, transactWriteItems } from '../operations/batches';
import { deleteItem, getItem, putItem, updateItem, type Output } from '../operations/items';
import { query, scan } from '../operations/reads';
import { describeStream, getRecords, getShardIterator, listStreams } from '../operations/streams';
import {
  createTable,
  deleteTable,
  describeTable,
  describeTimeToLive,
  listTables,
  updateTimeToLive,
} from '../operations/tables';
import { SerializationError } from './attribute-values';
import { REQUESTS, type OperationName, type RequestOf } from './requests';
import { written } from './responses';

const OPERATIONS: { [Name in OperationName]: (engine: Engine, input: RequestOf<Name>) => Output } = {
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  CreateTable: createTable,
  DescribeTable: describeTable,
  DeleteTable: deleteTable,
  ListTables: listTables,
  UpdateTimeToLive: updateTimeToLive,
  DescribeTimeToLive: describeTimeToLive,
  ListStreams: listStreams,
  DescribeStream: describeStream,
  GetShardIterator: getShardIterator,
  GetRecords: getRecords,
};

/**
 * Answers one request.
 *
 * @param target - the `X-Amz-Target`, such as `DynamoDB_20120810.PutItem`
 * @throws the SDK's exceptions
 */
export function answer(engine: Engine, target: string, body: unknown): object {
  const name = target.replace(/^DynamoDB(Streams)?_20120810\./, '');
  if (!isOperation(name)) throw unsupported(`the operation ${name || '(none)'}`);
  engine.sweepExpired();
  return written(run(engine, name, body));
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

function run<Name extends OperationName>(engine: Engine, name: Name, body: unknown): Output {
  const schema: z.ZodType<RequestOf<Name>> = REQUESTS[name] as never;
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw problemOf(name, parsed.error);
  return OPERATIONS[name](engine, parsed.data);
}

function problemOf(name: OperationName, { issues }: z.ZodError): Error {
  const unknown = issues.find(({ code }) => code === 'unrecognized_keys');
  if (unknown?.code === 'unrecognized_keys') return unsupported(`the parameter ${unknown.keys.join(', ')} of ${name}`);
  const [issue] = issues;
  const where = issue?.path.join('.') ?? '';
  if (issue?.code === 'invalid_type' && issue.input !== undefined)
    return new SerializationError(`${where}: ${issue.message}`);
  return invalid(
    `1 validation error detected: Value at '${where}' failed to satisfy constraint: ${issue?.message ?? ''}`,
  );
}
