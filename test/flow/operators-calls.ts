import * as z from 'zod';
import type { Installation } from '../../ops/installation/installation';
import { toTableActions, type AwsCall, type PolicyGrant } from '../../local/stack/aws-calls';
import { arn } from '../../local/stack/resources';

/** A call of an operator's command as IAM sees it. */
export interface OperatorsCall extends AwsCall {
  /** The partition key of the item that it writes. */
  leadingKey?: string;
}

const key = z.looseObject({ pk: z.string() });
const writing = z.object({ Item: key.optional(), Key: key.optional() });
const s3Actions: Record<string, string> = { ListObjectsV2: 'ListBucket' };
const s3Input = z.object({ Bucket: z.string(), Key: z.string().optional() });
const sqsInput = z.object({ QueueUrl: z.string().optional(), SourceArn: z.string().optional() });
const eventsInput = z.object({ Entries: z.array(z.object({ EventBusName: z.string() })) });

/** Passes every call of an installation's clients to `record`, before it is sent. */
export function recordCalls(installation: Installation, record: (call: OperatorsCall) => void): void {
  const { dynamoDb, s3, sqs, eventBridge } = installation;
  const step = { step: 'initialize' } as const;
  const noting = (toCalls: typeof toTableCalls) => (context: object, input: unknown) => {
    const { commandName } = z.object({ commandName: z.string() }).parse(context);
    for (const call of toCalls(commandName.replace(/Command$/, ''), input)) record(call);
  };
  const [onTables, onObjects, onQueues, onBuses] = [
    noting(toTableCalls),
    noting(toS3Calls),
    noting(toSqsCalls),
    noting(toEventsCalls),
  ];
  dynamoDb.middlewareStack.add((next, context) => (args) => (onTables(context, args.input), next(args)), step);
  s3.middlewareStack.add((next, context) => (args) => (onObjects(context, args.input), next(args)), step);
  sqs.middlewareStack.add((next, context) => (args) => (onQueues(context, args.input), next(args)), step);
  eventBridge.middlewareStack.add((next, context) => (args) => (onBuses(context, args.input), next(args)), step);
}

function toTableCalls(operation: string, input: unknown): OperatorsCall[] {
  const { Item, Key } = writing.parse(input);
  return toTableActions(operation, input).map(({ name, table, index }) => ({
    action: `dynamodb:${name}`,
    resource: arn('dynamodb', `table/${table}`) + (index === undefined ? '' : `/index/${index}`),
    leadingKey: (Item ?? Key)?.pk,
  }));
}

function toS3Calls(operation: string, input: unknown): OperatorsCall[] {
  const { Bucket, Key } = s3Input.parse(input);
  const resource = `arn:aws:s3:::${Bucket}${Key === undefined ? '' : `/${Key.replace(/[^/]*$/, '*')}`}`;
  return [{ action: `s3:${s3Actions[operation] ?? operation}`, resource }];
}

function toSqsCalls(operation: string, input: unknown): OperatorsCall[] {
  const { QueueUrl, SourceArn } = sqsInput.parse(input);
  return [{ action: `sqs:${operation}`, resource: SourceArn ?? arn('sqs', QueueUrl?.split('/').at(-1) ?? '') }];
}

/** `doctor` reads rules, too: its own statement is held to its calls in test/ops/doctor. */
function toEventsCalls(operation: string, input: unknown): OperatorsCall[] {
  if (operation !== 'PutEvents') return [];
  const buses = eventsInput.parse(input).Entries.map(({ EventBusName }) => arn('events', `event-bus/${EventBusName}`));
  return buses.map((resource) => ({ action: `events:${operation}`, resource }));
}

/** Whether a policy allows a call. Wildcards are only at the end of a key or of a resource. */
export function allows({ action, resource, leadingKeys }: PolicyGrant, call: OperatorsCall): boolean {
  if (action !== call.action || !matches(resource, call.resource)) return false;
  const { leadingKey } = call;
  if (leadingKeys === undefined) return true;
  return leadingKey !== undefined && leadingKeys.some((pattern) => matches(pattern, leadingKey));
}

const matches = (pattern: string, name: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
