import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { documentClientOf } from '../../lambdas/shared/runtime/dynamodb-client';
import type { Command } from '../../local/dynamodb/memory-dynamodb';
import { MARK } from './promises';
import { aWire, type WireAnswer } from './wire';

/**
 * DynamoDB's limits without its memory: the real client writes every request as it goes over the wire, and the request
 * is judged as DynamoDB judges it. The in-memory tables ask first, so that they do not accept what DynamoDB refuses.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export class DynamoDbLimits {
  /** Requests that DynamoDB refuses because of the input: the verbs must not send them. */
  readonly refusals: string[] = [];

  /** @param failing - every request fails, as in an outage, with a message that must not get out. */
  constructor(readonly failing: boolean) {
    wire.answer = (body) => this.#answer(body);
  }

  /** @throws what the SDK throws when DynamoDB refuses the command. */
  readonly judge = async (command: Command): Promise<void> => {
    await sharedClient.send(command as GetCommand);
  };

  #answer(body: string): WireAnswer {
    if (this.failing) return refusal(500, 'InternalServerError');
    const problem = requestProblem(JSON.parse(body));
    if (problem === undefined) return { status: 200, body: {} };
    this.refusals.push(problem);
    return refusal(400, 'ValidationException');
  }
}

/** One for all cases, because creating a client takes longer than most of them. */
const { wire, config } = aWire();
const sharedClient = documentClientOf(new DynamoDBClient(config));

function refusal(status: number, name: string): WireAnswer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `${name} ${MARK}` } };
}

const PARTITION_KEY_BYTES = 2048;
const SORT_KEY_BYTES = 1024;
const ITEM_BYTES = 400 * 1024;

type Attribute = Record<string, unknown>;
type Attributes = Record<string, Attribute>;

const attributes: z.ZodType<Attributes> = z.record(z.string(), z.record(z.string(), z.unknown()));
const write = z.object({
  Item: attributes.optional(),
  Key: attributes.optional(),
  ExpressionAttributeValues: attributes.optional(),
});
const request = write.extend({
  TransactItems: z.array(z.object({ Put: write.optional(), Update: write.optional() })).optional(),
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(attributes) })).optional(),
});

function requestProblem(body: unknown): string | undefined {
  const { TransactItems = [], RequestItems = {}, ...single } = request.parse(body);
  const writes = [single, ...TransactItems.flatMap(({ Put, Update }) => [Put ?? {}, Update ?? {}])];
  const keys = Object.values(RequestItems).flatMap(({ Keys }) => Keys);
  const stored = keys.map((key) => JSON.stringify(key).replaceAll(/\\ud[89a-f]../g, '?'));
  if (new Set(stored).size < stored.length) return 'two keys of a batch are the same';
  for (const { Item, Key, ExpressionAttributeValues } of writes) {
    const problem =
      (Item && (keyProblem(Item) ?? itemProblem(Item))) ??
      (Key && keyProblem(Key)) ??
      (ExpressionAttributeValues && itemProblem(ExpressionAttributeValues));
    if (problem) return problem;
  }
  return keys.map(keyProblem).find((problem) => problem !== undefined);
}

function keyProblem({ pk, sk }: Attributes): string | undefined {
  if (pk && isOutside(pk, PARTITION_KEY_BYTES)) return 'the partition key is empty or longer than 2,048 bytes';
  if (sk && isOutside(sk, SORT_KEY_BYTES)) return 'the sort key is empty or longer than 1,024 bytes';
  return undefined;
}

function isOutside({ S }: Attribute, maxBytes: number): boolean {
  return typeof S === 'string' && (S === '' || Buffer.byteLength(S) > maxBytes);
}

function itemProblem(item: Attributes): string | undefined {
  const account = item.customerAWSAccountId ?? item[':customerAWSAccountId'];
  if (account && isOutside(account, PARTITION_KEY_BYTES)) return 'the index key is empty or longer than 2,048 bytes';
  const found = { bytes: 0, problem: undefined as string | undefined };
  for (const [name, value] of Object.entries(item)) {
    found.bytes += Buffer.byteLength(name);
    measure(value, found);
  }
  return found.problem ?? (found.bytes > ITEM_BYTES ? `the item has ${found.bytes} bytes` : undefined);
}

/** DynamoDB's own count, roughly: text by its UTF-8, a number by its digits. */
function measure(value: unknown, found: { bytes: number; problem: string | undefined }): void {
  if (typeof value === 'string') {
    found.bytes += Buffer.byteLength(value);
    // DynamoDB stores `?` for each, so that different texts become equal.
    if (!value.isWellFormed()) found.problem ??= 'a text is not well-formed Unicode';
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [type, inner] of Object.entries(value)) {
    if (type === 'N' && typeof inner === 'string' && !isStorableNumber(inner))
      found.problem ??= `${inner} is no number to DynamoDB`;
    found.bytes += 1;
    measure(inner, found);
  }
}

function isStorableNumber(text: string): boolean {
  const [, digits = '', fraction = ''] = /^-?(\d+)(?:\.(\d+))?(?:[eE][+-]?\d{1,3})?$/.exec(text) ?? [];
  const significant = `${digits}${fraction}`.replace(/^0+/, '').replace(/0+$/, '');
  return digits !== '' && significant.length <= 38;
}
