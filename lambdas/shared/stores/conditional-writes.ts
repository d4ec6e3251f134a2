import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
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

/** Holds while no item has this key. */
export const IS_NEW = 'attribute_not_exists(pk)';

export type TransactionPart = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
/** A conditional update of one item; the store adds the table. */
export type ItemUpdate = Omit<UpdateCommandInput, 'TableName' | 'UpdateExpression'> & { UpdateExpression: string };

export type UpdateResult = { held: true; attributes: Record<string, unknown> | undefined } | { held: false };

/** Puts an item unless its key is taken. @returns whether it was put. */
export async function putIfNew({ client }: Writing, input: Pick<PutCommandInput, 'TableName' | 'Item'>) {
  return ifHeld(async () => {
    await client.send(new PutCommand({ ...input, ConditionExpression: IS_NEW }));
    return true;
  }, false);
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
    // The document client does not convert the items of errors.
    return unmarshall(error.Item ?? {}, { wrapNumbers: (value) => NumberValue.from(value) });
  }
}

/** Updates an item if the condition holds. `attributes` are the ones that `ReturnValues` requests. */
export async function updateIf({ client }: Writing, input: UpdateCommandInput): Promise<UpdateResult> {
  return ifHeld<UpdateResult>(
    async () => {
      const { Attributes } = await client.send(new UpdateCommand(input));
      return { held: true, attributes: Attributes };
    },
    { held: false },
  );
}

async function ifHeld<Result>(write: () => Promise<Result>, refused: Result): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return refused;
    throw error;
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
