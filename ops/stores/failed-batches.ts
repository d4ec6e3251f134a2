import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';

/** The prefix under which Lambda stores failed batches. */
const PREFIX = 'aws/lambda/';

export interface FailedBatch {
  key: string;
  storedAtMs: number;
}

/** Lambda's invocation record of a stream batch. `payload` is the event that the function received. */
const invocationRecord = z.object({
  requestContext: z.object({ functionArn: z.string(), condition: z.string() }),
  DDBStreamBatchInfo: z.object({ batchSize: z.number() }),
  payload: z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('the payload is not JSON');
      return z.NEVER;
    }
  }),
});

export interface ReadBatch {
  functionName: string;
  /** Why Lambda stopped retrying: `RetryAttemptsExhausted` or `RecordAgeExhausted`. */
  condition: string;
  records: number;
  event: unknown;
}

type Stored = Pick<Installation, 's3' | 'failedBatchesBucketName'>;

export async function listFailedBatches({ s3, failedBatchesBucketName: Bucket }: Stored): Promise<FailedBatch[]> {
  const batches: FailedBatch[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: PREFIX })) {
    for (const { Key, LastModified } of Contents) {
      if (Key !== undefined) batches.push({ key: Key, storedAtMs: LastModified?.getTime() ?? 0 });
    }
  }
  return batches;
}

/** @throws OperatorError when the object is not an invocation record. */
export async function readFailedBatch(
  { s3, failedBatchesBucketName: Bucket }: Stored,
  { key }: FailedBatch,
): Promise<ReadBatch> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  const parsed = invocationRecord.safeParse(toJson(await Body?.transformToString()));
  if (!parsed.success)
    throw new OperatorError(`The object ${key} is not an invocation record of Lambda. Look at it in S3.`);
  const { requestContext, DDBStreamBatchInfo, payload } = parsed.data;
  return {
    // arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]
    functionName: requestContext.functionArn.split(':')[6] ?? '',
    condition: requestContext.condition,
    records: DDBStreamBatchInfo.batchSize,
    event: payload,
  };
}

export async function deleteFailedBatch(
  { s3, failedBatchesBucketName: Bucket }: Stored,
  { key }: FailedBatch,
): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
}

function toJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
