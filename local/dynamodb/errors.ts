import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  ResourceInUseException,
  ResourceNotFoundException,
  TransactionCanceledException,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './values/item';

const $metadata = {};

/** A request that DynamoDB refuses before it does anything. */
export function invalid(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', $metadata, message });
}

/** A request that DynamoDB may know, but this engine does not. */
export function unsupported(what: string): DynamoDBServiceException {
  const message = `The embedded DynamoDB does not support ${what}. Add it to local/dynamodb/, or use DynamoDB Local.`;
  return new DynamoDBServiceException({ name: 'UnknownOperationException', $fault: 'client', $metadata, message });
}

export function noSuchTable(): ResourceNotFoundException {
  return new ResourceNotFoundException({ message: 'Cannot do operations on a non-existent table', $metadata });
}

export function tableExists(): ResourceInUseException {
  return new ResourceInUseException({ message: 'Cannot create preexisting table', $metadata });
}

export function otherRequest(): IdempotentParameterMismatchException {
  const message = 'The provided client token is already in use with different parameters.';
  return new IdempotentParameterMismatchException({ message, Message: message, $metadata });
}

const CONDITION_FAILED_MESSAGE = 'The conditional request failed';

/** Shared, because the simulation throws it thousands of times and nobody needs its stack trace. */
const CONDITION_FAILED = new ConditionalCheckFailedException({ message: CONDITION_FAILED_MESSAGE, $metadata });

/** @param item - what `ReturnValuesOnConditionCheckFailure` asked for */
export function conditionFailed(item?: Item): Error {
  if (item === undefined) return CONDITION_FAILED;
  const error = new ConditionalCheckFailedException({ message: CONDITION_FAILED_MESSAGE, $metadata });
  return Object.assign(error, { Item: item });
}

/** Why one action of a transaction was not taken. `Item` holds stored values, not attribute values. */
export interface Refusal {
  Code:
    | 'None'
    | 'ConditionalCheckFailed'
    | 'TransactionConflict'
    | 'ThrottlingError'
    | 'ProvisionedThroughputExceeded'
    | 'ValidationError'
    | 'ItemCollectionSizeLimitExceeded';
  Message?: string;
  Item?: Item;
}

export const CONDITION_REFUSAL: Refusal = { Code: 'ConditionalCheckFailed', Message: CONDITION_FAILED_MESSAGE };

const cancellations = new Map<string, Error>();

/** Cancels a transaction. Refusals without items share one error for each pattern of codes. */
export function transactionCanceled(refusals: readonly Refusal[]): Error {
  const codes = refusals.map(({ Code }) => Code).join(', ');
  if (refusals.some(({ Item, Code }) => Item !== undefined || Code === 'ValidationError')) return canceled(refusals);
  const known = cancellations.get(codes) ?? canceled(refusals);
  cancellations.set(codes, known);
  return known;
}

function canceled(refusals: readonly Refusal[]): Error {
  const codes = refusals.map(({ Code }) => Code).join(', ');
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    $metadata,
    CancellationReasons: refusals as CancellationReason[],
  });
}
