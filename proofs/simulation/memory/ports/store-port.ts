import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
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
import { isGlance, watchRead } from '../invariants/watch-read';
import type { Invocation } from '../scheduler';
import type { MemoryWorld } from '../memory-engine';
import { MOST_OUTDATED_MS } from '../../driver/time';

const CONFLICT: Refusal = { Code: 'TransactionConflict' };
const THROTTLES: readonly Refusal[] = [{ Code: 'ThrottlingError' }, { Code: 'ProvisionedThroughputExceeded' }];
const NOTHING: Refusal = { Code: 'None' };

const METADATA = { message: 'made up by the simulation', $metadata: {} };

/** Transactions this recent may still be half visible to a Query. */
const OVERLAP_MS = 3000;

/** DynamoDB as one invocation sees it: each command waits for its turn, and may fail in every way that DynamoDB can. */
export function storeClient(world: MemoryWorld, invocation: Invocation): DynamoDBDocumentClient {
  return world.engine.dynamoDb.client((command) =>
    world.engine.scheduler.call(invocation, command.constructor.name, () => {
      try {
        world.engine.claimers.acting = invocation;
        return perform(world, command, invocation);
      } catch (error) {
        invocation.wasFailedByStore ||= typeof error === 'object' && error !== null && world.engine.injected.has(error);
        throw error;
      }
    }),
  );
}

function perform(world: MemoryWorld, command: Command, invocation: Invocation): Record<string, unknown> {
  watchRead(world, command, invocation);
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
  if (isGlance(command)) return glance(world, command);
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
    throw isTransaction
      ? canceled(world, command, [CONFLICT])
      : world.engine.injectedError(new TransactionConflictException(METADATA));
  }
  if (isTransaction && world.strikes('transactionThrottled')) {
    world.count('transactionThrottled');
    throw canceled(world, command, THROTTLES);
  }
  const result = isTransaction ? transact(world, command) : world.engine.dynamoDb.run(command);
  if (world.strikes('storeErrorAfterCommit')) {
    world.count('storeErrorAfterCommit', command.constructor.name);
    throw world.engine.injectedError(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }));
  }
  // A transaction carries a token by which DynamoDB recognizes the SDK's retry; a single write does not.
  if (isTransaction || !world.strikes('storeAnswerLost')) return result;
  world.count('storeAnswerLost', command.constructor.name);
  return world.engine.dynamoDb.run(command);
}

/** A transaction that is refused because of any of its parts, for one of these reasons. */
function canceled(world: MemoryWorld, { input }: TransactWriteCommand, reasons: readonly Refusal[]): Error {
  const refusals = (input.TransactItems ?? []).map(() => NOTHING);
  refusals[world.dice.below(refusals.length)] = world.dice.pick(reasons);
  return world.engine.injectedError(transactionCanceled(refusals));
}

/** If a condition does not hold, other parts may have met a conflict or a throttle at the same moment. */
function transact(world: MemoryWorld, command: TransactWriteCommand): Record<string, unknown> {
  try {
    return world.engine.dynamoDb.run(command);
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const refusals = [...((error.CancellationReasons ?? []) as Refusal[])];
    const free = refusals.flatMap(({ Code }, part) => (Code === 'None' ? [part] : []));
    if (free.length === 0 || !world.strikes('reasonsMixed')) throw error;
    refusals[world.dice.pick(free)] = world.dice.pick([CONFLICT, ...THROTTLES]);
    world.count('reasonsMixed', refusals.map(({ Code }) => Code).join());
    throw world.engine.injectedError(transactionCanceled(refusals));
  }
}

function query(world: MemoryWorld, command: QueryCommand): Record<string, unknown> {
  const result = world.engine.dynamoDb.run(paged(world, command));
  const items = Array.isArray(result.Items) ? (result.Items as Item[]) : [];
  const isWhole = result.LastEvaluatedKey === undefined && command.input.ExclusiveStartKey === undefined;
  if (result.LastEvaluatedKey !== undefined && command.input.Limit === undefined) world.count('paged');
  const isIndex = command.input.IndexName !== undefined;
  if (isIndex && !isWhole) return result;
  return { ...result, Items: isIndex ? lagging(world, command, items) : overlapping(world, items) };
}

/** A page ends at 1 MB; here a few small items do for it. */
function paged(world: MemoryWorld, command: QueryCommand): QueryCommand {
  if (command.input.Limit !== undefined || !world.strikes('paged')) return command;
  return new QueryCommand({ ...command.input, Limit: world.dice.between(1, 3) });
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

/** An eventually consistent read of subscriptions may show each of them as it was before its last write. */
function glance(world: MemoryWorld, command: BatchGetCommand): Record<string, unknown> {
  const answer = batchGet(world, command);
  const { subscriptions } = answer.Responses as { subscriptions: readonly Item[] };
  return { ...answer, Responses: { subscriptions: subscriptions.flatMap((item) => outdated(world, item)) } };
}

function outdated(world: MemoryWorld, item: Item): Item[] {
  const before = world.engine.subscriptionBefore.get(String(item.pk));
  const isRecent = before !== undefined && before.writtenAtMs >= world.timeline.nowMs - MOST_OUTDATED_MS;
  if (!isRecent || !world.strikes('glanceOutdated')) return [item];
  const [was, is] = [before.item, item].map((each) => String(each?.state ?? 'none'));
  world.count('glanceOutdated', `${String(item.pk)}: ${was} instead of ${is}`);
  return before.item === undefined ? [] : [before.item];
}
