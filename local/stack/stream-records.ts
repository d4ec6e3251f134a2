import type { _Record as StreamRecord, AttributeValue } from '@aws-sdk/client-dynamodb-streams';
import { REGION } from './resources';

/** A record as Lambda passes it to a function. `dynamodb` holds attribute values as JSON, with binary in base64. */
export interface LambdaStreamRecord {
  eventID: string;
  eventName: string;
  eventVersion: string;
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  dynamodb: Record<string, unknown> & { SequenceNumber: string; ApproximateCreationDateTime: number };
  eventSourceARN: string;
  userIdentity?: { principalId: string; type: string };
}

/**
 * Converts a record of DynamoDB Streams to Lambda's format. DynamoDB Local stamps records with machine time, truncated to
 * the minute. The simulated time of reading is closer to what AWS would write.
 */
export function toLambdaRecord(
  record: StreamRecord,
  { eventSourceArn, readAtMs }: { eventSourceArn: string; readAtMs: number },
): LambdaStreamRecord {
  const { Keys, NewImage, OldImage, SequenceNumber = '', SizeBytes, StreamViewType } = record.dynamodb ?? {};
  const { PrincipalId, Type } = record.userIdentity ?? {};
  return {
    eventID: record.eventID ?? '',
    eventName: record.eventName ?? '',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(readAtMs / 1000),
      Keys: toJson(Keys),
      ...(NewImage && { NewImage: toJson(NewImage) }),
      ...(OldImage && { OldImage: toJson(OldImage) }),
      SequenceNumber,
      SizeBytes,
      StreamViewType,
    },
    eventSourceARN: eventSourceArn,
    ...(PrincipalId && Type && { userIdentity: { principalId: PrincipalId, type: Type } }),
  };
}

function toJson(item: Record<string, AttributeValue> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item ?? {}).map(([name, value]) => [name, attributeToJson(value)]));
}

function attributeToJson(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(attributeToJson) };
  if (value.M !== undefined) return { M: toJson(value.M) };
  // DynamoDB Local omits the content of an empty map in its stream.
  if (Object.keys(value).length === 0) return { M: {} };
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
