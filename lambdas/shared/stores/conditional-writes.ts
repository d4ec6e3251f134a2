import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  NumberValue,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type PutCommandInput,
  type TransactWriteCommandInput,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** All stores write through these functions: a condition that does not hold is a result, not an error. */
interface Writing {
  client: DynamoDBDocumentClient;
}

interface Waiting extends Writing {
  sleep(ms: number): Promise<void>;
}

/** Holds while no item has this key. */
export const IS_NEW = 'attribute_not_exists(pk)';

export type TransactionPart = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
/** A conditional update of one item; the store adds the table. */
export type ItemUpdate = Omit<UpdateCommandInput, 'TableName' | 'UpdateExpression'> & { UpdateExpression: string };

export type UpdateResult = { held: true; attributes: Record<string, unknown> | undefined } | { held: false };

/** Puts an item unless its key is taken. @returns whether it was put. */
export async function putIfNew({ client }: Writing, input: Pick<PutCommandInput, 'TableName' | 'Item'>) {
  try {
    await client.send(new PutCommand({ ...input, ConditionExpression: IS_NEW }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Puts an item unless its key is taken. @returns the item that has the key, as the document client would read it. */
export async function putOrExisting(
  { client }: Writing,
  input: Pick<PutCommandInput, 'TableName' | 'Item'>,
): Promise<Record<string, unknown> | undefined> {
  try {
    const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
    await client.send(new PutCommand({ ...input, ConditionExpression: IS_NEW, ReturnValuesOnConditionCheckFailure }));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return itemOf(error);
  }
}

/** The document client does not convert the items of errors. */
function itemOf({ Item = {} }: ConditionalCheckFailedException): Record<string, unknown> {
  return unmarshall(Item, { wrapNumbers: (value) => NumberValue.from(value) });
}

export type AttemptResult =
  | { outcome: 'written'; attributes: Record<string, unknown> | undefined }
  /** The condition does not hold for this item. */
  | { outcome: 'refused'; item: Record<string, unknown> }
  /** Nothing was written, because a transaction held the item. */
  | { outcome: 'conflict'; error: Error };

/** Updates an item if the condition holds and no transaction holds the item. */
export async function attemptUpdate({ client }: Writing, input: UpdateCommandInput): Promise<AttemptResult> {
  try {
    const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
    const { Attributes } = await client.send(new UpdateCommand({ ...input, ReturnValuesOnConditionCheckFailure }));
    return { outcome: 'written', attributes: Attributes };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { outcome: 'refused', item: itemOf(error) };
    if (error instanceof TransactionConflictException) return { outcome: 'conflict', error };
    throw error;
  }
}

const CONFLICT_ATTEMPTS = 4;
const CONFLICT_WAIT_MS = 25;

/**
 * Updates an item if the condition holds. `attributes` are the ones that `ReturnValues` requests. While a transaction
 * holds the item, it tries again.
 */
export async function updateIf(database: Waiting, input: UpdateCommandInput): Promise<UpdateResult> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptUpdate(database, input);
    if (result.outcome === 'written') return { held: true, attributes: result.attributes };
    if (result.outcome === 'refused') return { held: false };
    if (attempt === CONFLICT_ATTEMPTS) throw result.error;
    await database.sleep(CONFLICT_WAIT_MS * attempt);
  }
}

export type TransactionResult =
  | { outcome: 'written' }
  /** Nothing was written. `parts` are the indexes of the conditions that do not hold. */
  | { outcome: 'refused'; parts: readonly number[] }
  /** Nothing was written, because another transaction held an item. A caller that cannot try again throws the error. */
  | { outcome: 'conflict'; error: Error };

/**
 * Writes all parts or none.
 * @throws Error when the transaction was cancelled for a reason other than a condition or a conflict.
 */
export async function writeTogether({ client }: Writing, TransactItems: TransactionPart[]): Promise<TransactionResult> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems }));
    return { outcome: 'written' };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
    const parts = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
    if (parts.length > 0) return { outcome: 'refused', parts };
    if (codes.includes('TransactionConflict')) return { outcome: 'conflict', error };
    throw error;
  }
}
