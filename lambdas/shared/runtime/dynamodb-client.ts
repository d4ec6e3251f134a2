import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, NumberValue, type TranslateConfig } from '@aws-sdk/lib-dynamodb';

/** Reads numbers as `NumberValue`, which keeps the text: a quantity such as 0.1 has no exact JavaScript number. */
export const DOCUMENT_TRANSLATION: TranslateConfig = {
  marshallOptions: { removeUndefinedValues: true },
  unmarshallOptions: { wrapNumbers: (value) => NumberValue.from(value) },
};

/** The document client of every store. It retries failed requests, so that stores do not (one retry layer per hop). */
export function createDocumentClient(): DynamoDBDocumentClient {
  return documentClientOf(new DynamoDBClient({ maxAttempts: 4 }));
}

/** A document client with production's translation. It gets a copy, because the SDK writes its defaults into the options. */
export function documentClientOf(client: DynamoDBClient): DynamoDBDocumentClient {
  const { marshallOptions, unmarshallOptions } = DOCUMENT_TRANSLATION;
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { ...marshallOptions },
    unmarshallOptions: { ...unmarshallOptions },
  });
}
