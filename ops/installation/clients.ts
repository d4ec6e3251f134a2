import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { documentClientOf } from '../../lambdas/shared/runtime/dynamodb-client';

export interface ClientOptions {
  region: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** The endpoints of a local stack. Without them the clients call AWS. */
  endpoints?: { dynamodb: string; aws: string };
}

/** Patient with throttling: an operator waits, and a redrive reads a whole table. */
const MAX_ATTEMPTS = 8;

/** The clients that every installation needs. */
export function createClients({ endpoints, ...options }: ClientOptions) {
  const common = { ...options, maxAttempts: MAX_ATTEMPTS };
  const elsewhere = { ...common, ...(endpoints && { endpoint: endpoints.aws }) };
  const dynamoDb = new DynamoDBClient({ ...common, ...(endpoints && { endpoint: endpoints.dynamodb }) });
  const clients = {
    s3: new S3Client({ ...elsewhere, forcePathStyle: endpoints !== undefined }),
    sqs: new SQSClient(elsewhere),
    eventBridge: new EventBridgeClient(elsewhere),
  };
  return {
    ...clients,
    dynamoDb: documentClientOf(dynamoDb),
    close: () => {
      for (const client of [dynamoDb, ...Object.values(clients)]) client.destroy();
    },
  };
}
