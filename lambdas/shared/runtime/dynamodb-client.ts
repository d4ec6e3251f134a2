import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, NumberValue } from '@aws-sdk/lib-dynamodb';

/**
 * The document client of every store. Numbers come back as strings inside `NumberValue`: a quantity such as 0.1 has no
 * exact JavaScript number. Retries happen here and nowhere above (one retry layer a hop).
 */
export function createDocumentClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ maxAttempts: 4 });
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
    unmarshallOptions: { wrapNumbers: (value) => NumberValue.from(value) },
  });
}
