/** A command as JSON, without its table. */
export interface WireCommand {
  operation: string;
  input: Record<string, unknown>;
}

export interface WireAnswer {
  status: number;
  body: Record<string, unknown>;
}

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=test';

/** Sends one request by the wire protocol. DynamoDB Local wants a signature, and checks none. */
export async function send(endpoint: string, { operation, input }: WireCommand): Promise<WireAnswer> {
  const service = /Stream|Shard|Records/.test(operation) ? 'DynamoDBStreams' : 'DynamoDB';
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${service}_20120810.${operation}`,
      authorization: AUTHORIZATION,
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Adds the table where each operation expects it. */
export function onTable(TableName: string, { operation, input }: WireCommand): WireCommand {
  const { TransactItems, Keys, Requests } = input;
  if (Array.isArray(TransactItems)) {
    const actions = TransactItems.map((action: Record<string, object>) =>
      Object.fromEntries(Object.entries(action).map(([kind, each]) => [kind, { TableName, ...each }])),
    );
    return { operation, input: { ...input, TransactItems: actions } };
  }
  if (Keys !== undefined) return { operation, input: { RequestItems: { [TableName]: { Keys } } } };
  if (Requests !== undefined) return { operation, input: { RequestItems: { [TableName]: Requests } } };
  return { operation, input: { TableName, ...input } };
}
