import * as z from 'zod';
import { arn } from './resources';

/** A request that a function sent. */
export const sentRequest = z.object({
  authorization: z.string(),
  target: z.string(),
  method: z.string(),
  path: z.string(),
  body: z.string(),
});
export type SentRequest = z.infer<typeof sentRequest>;

/** The permission that IAM would check: an action on a resource (an ARN, or `*` where the action has no resource). */
export interface AwsCall {
  action: string;
  resource: string;
  /** The beginning of the item's partition key, up to its first `#`, where one item of a table is asked for: `code#`. */
  keyspace?: string;
}

/** A permission that may hold for some partition keys only. */
export interface PolicyGrant extends AwsCall {
  /** Patterns of partition keys; undefined: all keys. */
  leadingKeys: readonly string[] | undefined;
}

/** The service that a request is signed for: `AWS4-HMAC-SHA256 Credential=test/20260714/us-east-1/dynamodb/aws4_request, …`. */
const SIGNED_SERVICE = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/;

const tableRequest = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const batchRequest = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const transactRequest = z.object({ TransactItems: z.array(z.record(z.string(), tableRequest)) });
const itemRequest = z
  .object({ Key: z.object({ pk: z.object({ S: z.string() }) }) })
  .transform(({ Key }) => Key.pk.S)
  .or(z.object({ Item: z.object({ pk: z.object({ S: z.string() }) }) }).transform(({ Item }) => Item.pk.S));
const queueRequest = z.object({ QueueUrl: z.string() });
const putEventsRequest = z.object({ Entries: z.array(z.object({ EventBusName: z.string().default('default') })) });

/** The action that IAM checks for each part of a transaction. */
const TRANSACTION_ACTIONS: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/**
 * The permissions that IAM checks for a request: one for each table of a batch and each part of a transaction. A request
 * that is not understood becomes an action that no role allows, so that the comparison fails.
 */
export function toAwsCalls(request: SentRequest): AwsCall[] {
  const service = SIGNED_SERVICE.exec(request.authorization)?.[1];
  const operation = operationOf(request);
  if (service === undefined || operation === undefined) {
    return [{ action: `unknown:${request.target || `${request.method} ${request.path}`}`, resource: '*' }];
  }
  const action = (name: string) => `${service}:${name}`;
  if (service === 'dynamodb') {
    const body: unknown = JSON.parse(request.body);
    const [keyspace] = /^[^#]+#/.exec(itemRequest.safeParse(body).data ?? '') ?? [];
    return toTableActions(operation, body).map(({ name, table, index }) => ({
      action: action(name),
      resource: `${arn('dynamodb', `table/${table}`)}${index === undefined ? '' : `/index/${index}`}`,
      ...(keyspace !== undefined && { keyspace }),
    }));
  }
  if (service === 'events' && operation === 'PutEvents') {
    return putEventsRequest.parse(JSON.parse(request.body)).Entries.map(({ EventBusName: bus }) => ({
      action: action(operation),
      resource: bus.startsWith('arn:') ? bus : arn('events', `event-bus/${bus}`),
    }));
  }
  if (service === 'sqs') {
    const name = queueRequest.parse(JSON.parse(request.body)).QueueUrl.split('/').at(-1) ?? '';
    return [{ action: action(operation), resource: arn('sqs', name) }];
  }
  return [{ action: action(operation), resource: '*' }];
}

/** The operation: in a header (JSON 1.0 and 1.1), in the path (RPC v2 CBOR) or in the body (query protocol). */
function operationOf({ target, path, body }: SentRequest): string | undefined {
  return /\.(\w+)$/.exec(target)?.[1] ?? /\/operation\/(\w+)$/.exec(path)?.[1] ?? /(?:^|&)Action=(\w+)/.exec(body)?.[1];
}

/** The actions that IAM checks for a request to DynamoDB, and their tables. */
export function toTableActions(operation: string, body: unknown): { name: string; table: string; index?: string }[] {
  if (operation.startsWith('Transact')) {
    return transactRequest.parse(body).TransactItems.flatMap((part) =>
      Object.entries(part).map(([kind, { TableName }]) => ({
        name: TRANSACTION_ACTIONS[kind] ?? kind,
        table: TableName,
      })),
    );
  }
  if (operation.startsWith('Batch')) {
    return Object.keys(batchRequest.parse(body).RequestItems).map((table) => ({ name: operation, table }));
  }
  const { TableName: table, IndexName: index } = tableRequest.parse(body);
  return [{ name: operation, table, index }];
}

/** The distinct calls of one function, in the order of their first occurrence. */
export class RecordedCalls {
  readonly #calls = new Map<string, AwsCall & { times: number }>();

  add(request: SentRequest): void {
    for (const call of toAwsCalls(request)) {
      const key = `${call.action} ${call.resource} ${call.keyspace}`;
      this.#calls.set(key, { ...call, times: (this.#calls.get(key)?.times ?? 0) + 1 });
    }
  }

  list(): (AwsCall & { times: number })[] {
    return [...this.#calls.values()].map((call) => ({ ...call }));
  }
}
