import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DOCUMENT_TRANSLATION } from '../../lambdas/shared/runtime/dynamodb-client';

export interface ClientOptions {
  region: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Of one machine; AWS's own when they are left out. */
  endpoints?: { dynamodb: string; aws: string };
}

/** Somebody waits at a terminal, and a redrive reads a whole table: be patient with throttling. */
const MAX_ATTEMPTS = 8;

/** The clients that every installation has. */
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
    dynamoDb: DynamoDBDocumentClient.from(dynamoDb, DOCUMENT_TRANSLATION),
    close: () => {
      for (const client of [dynamoDb, ...Object.values(clients)]) client.destroy();
    },
  };
}
