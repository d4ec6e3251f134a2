import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../../../local/dynamodb/values/item';
import { transactionCanceled, type Refusal } from '../../../../local/dynamodb/errors';
import type { Command } from '../../../../local/dynamodb/memory-dynamodb';
import { watchRead } from '../invariants/watch-read';
import type { Invocation } from '../scheduler';
import type { MemoryWorld } from '../memory-engine';

const CONFLICT: Refusal = { Code: 'TransactionConflict' };
const NOTHING: Refusal = { Code: 'None' };

const METADATA = { message: 'made up by the simulation', $metadata: {} };

/** Transactions this recent may still be half visible to a Query. */
const OVERLAP_MS = 3000;

/** DynamoDB as one invocation sees it: each command waits for its turn, and may fail in every way that DynamoDB can. */
export function storeClient(world: MemoryWorld, invocation: Invocation): DynamoDBDocumentClient {
  return world.engine.dynamoDb.client((command) =>
    world.engine.scheduler.call(invocation, command.constructor.name, () => {
      try {
        return perform(world, command);
      } catch (error) {
        invocation.wasFailedByStore ||= typeof error === 'object' && error !== null && world.engine.injected.has(error);
        throw error;
      }
    }),
  );
}

function perform(world: MemoryWorld, command: Command): Record<string, unknown> {
  watchRead(world, command);
  if (world.engine.isDown('store')) {
    world.count('storeOutage');
    throw world.engine.injectedError(new InternalServerError(METADATA));
  }
  if (world.isQuiet) return world.engine.dynamoDb.run(command);
  if (world.strikes('storeThrottled')) {
    world.count('storeThrottled', command.constructor.name);
    throw world.engine.injectedError(new ProvisionedThroughputExceededException(METADATA));
  }
  if (command instanceof QueryCommand) return query(world, command);
  if (command instanceof BatchGetCommand) return batchGet(world, command);
  const isWrite = command instanceof PutCommand || command instanceof UpdateCommand;
  if (isWrite || command instanceof TransactWriteCommand) return write(world, command);
  return world.engine.dynamoDb.run(command);
}

function write(
  world: MemoryWorld,
  command: PutCommand | UpdateCommand | TransactWriteCommand,
): Record<string, unknown> {
  const isTransaction = command instanceof TransactWriteCommand;
  if (world.strikes('transactionConflict')) {
    world.count('transactionConflict', command.constructor.name);
    const others = isTransaction ? (command.input.TransactItems ?? []).slice(1).map(() => NOTHING) : [];
    throw world.engine.injectedError(
      isTransaction ? transactionCanceled([CONFLICT, ...others]) : new TransactionConflictException(METADATA),
    );
  }
  const result = world.engine.dynamoDb.run(command);
  if (world.strikes('storeErrorAfterCommit')) {
    world.count('storeErrorAfterCommit', command.constructor.name);
    throw world.engine.injectedError(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }));
  }
  // A transaction carries a token by which DynamoDB recognizes the SDK's retry; a single write does not.
  if (isTransaction || !world.strikes('storeAnswerLost')) return result;
  world.count('storeAnswerLost', command.constructor.name);
  return world.engine.dynamoDb.run(command);
}

function query(world: MemoryWorld, command: QueryCommand): Record<string, unknown> {
  const result = world.engine.dynamoDb.run(command);
  const items = Array.isArray(result.Items) ? (result.Items as Item[]) : [];
  return { Items: command.input.IndexName === undefined ? overlapping(world, items) : lagging(world, command, items) };
}

function overlapping(world: MemoryWorld, items: readonly Item[]): readonly Item[] {
  const sinceMs = world.timeline.nowMs - OVERLAP_MS;
  const settled = items.filter((item) => (world.engine.tallyWrittenAtMs.get(item) ?? -Infinity) < sinceMs);
  if (settled.length === items.length || !world.strikes('partialQuery')) return items;
  world.count('partialQuery', `${settled.length} of ${items.length}`);
  return settled;
}

function lagging(world: MemoryWorld, { input }: QueryCommand, items: readonly Item[]): readonly Item[] {
  const shard = `${input.TableName}/${String(input.ExpressionAttributeValues?.[':shard'])}`;
  const before = world.engine.indexBefore.get(shard) ?? [];
  world.engine.indexBefore.set(shard, items);
  const key = ({ pk, sk }: Item) => `${String(pk)}/${String(sk)}`;
  const same = before.length === items.length && before.every((item, n) => key(item) === key(items[n] ?? {}));
  if (same || !world.strikes('indexLagged')) return items;
  world.count('indexLagged');
  return before;
}

function batchGet(world: MemoryWorld, command: BatchGetCommand): Record<string, unknown> {
  const [[table, { Keys = [] }] = ['', {}]] = Object.entries(command.input.RequestItems ?? {});
  if (Keys.length < 2 || !world.strikes('keysUnprocessed')) return world.engine.dynamoDb.run(command);
  world.count('keysUnprocessed');
  const [done, left] = [Keys.slice(1), Keys.slice(0, 1)];
  const answer = world.engine.dynamoDb.run(new BatchGetCommand({ RequestItems: { [table]: { Keys: done } } }));
  return { ...answer, UnprocessedKeys: { [table]: { Keys: left } } };
}
