import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { InvocationResult } from './functions';
import type { LambdaStreamRecord } from './stream-records';

/** A record that waits for its function, with its arrival in simulated time. */
export interface Arrival {
  record: LambdaStreamRecord;
  arrivedAtMs: number;
}

/** How the template handles failures of a stream's function. */
export interface RetryPolicy {
  reportsPartialFailures: boolean;
  bisects: boolean;
  /** Retries of one batch. Infinite when the template sets no limit. */
  maximumRetries: number;
  maximumAgeMs: number;
}

export interface DeliveryDeps {
  functionArn: string;
  streamArn: string;
  shardId: string;
  invoke(event: { Records: LambdaStreamRecord[] }): Promise<InvocationResult>;
  /** Keeps a batch whose retries are exhausted. */
  discard(discarded: { key: string; document: unknown; count: number; reason: string }): Promise<void>;
  /** Waits before the next attempt, longer after more attempts. Resolves to false when delivery must stop. */
  backoff(attempts: number, lastError: string): Promise<boolean>;
  /** Simulated time. */
  now(): number;
}

interface Batch {
  arrivals: Arrival[];
  attempts: number;
}

/** Delivers one batch of a shard, in order, until every record is delivered or discarded or the stack stops. */
export async function deliverBatch(arrivals: Arrival[], policy: RetryPolicy, deps: DeliveryDeps): Promise<void> {
  // The top of the stack is the part that comes first in the shard.
  const stack: Batch[] = [{ arrivals, attempts: 0 }];
  for (let batch = stack.pop(); batch !== undefined; batch = stack.pop()) {
    const result = await deps.invoke({ Records: batch.arrivals.map(({ record }) => record) });
    const failedFrom = firstFailure(result, batch.arrivals, policy);
    if (failedFrom === undefined) continue;
    const rest = batch.arrivals.slice(failedFrom);
    // A checkpoint inside the batch is progress: the rest counts as a new batch.
    const attempts = failedFrom > 0 ? 0 : batch.attempts + 1;
    const splits = policy.bisects && rest.length > 1;
    const [oldest] = rest;
    const tooOld = oldest !== undefined && deps.now() - oldest.arrivedAtMs > policy.maximumAgeMs;
    if (tooOld || (!splits && attempts > policy.maximumRetries)) {
      const condition = tooOld ? 'RecordAgeExhausted' : 'RetryAttemptsExhausted';
      await deps.discard(discardedBatch(rest, { condition, result, invocations: batch.attempts + 1 }, deps));
      continue;
    }
    if (!(await deps.backoff(attempts, describe(result)))) return;
    if (splits) {
      // Splitting does not use up a retry.
      const middle = Math.ceil(rest.length / 2);
      stack.push({ arrivals: rest.slice(middle), attempts: batch.attempts });
      stack.push({ arrivals: rest.slice(0, middle), attempts: batch.attempts });
    } else {
      stack.push({ arrivals: rest, attempts });
    }
  }
}

/** A function's answer with `ReportBatchItemFailures`. */
export const failuresSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
});

/**
 * Where in the batch to continue: at the lowest reported sequence number, at the start when everything failed, undefined
 * when nothing failed. As on AWS, an identifier that is not in the batch fails the whole batch.
 */
function firstFailure(result: InvocationResult, arrivals: Arrival[], policy: RetryPolicy): number | undefined {
  if (!result.ok) return 0;
  if (!policy.reportsPartialFailures || result.payload === null || result.payload === '') return undefined;
  const parsed = failuresSchema.safeParse(result.payload);
  if (!parsed.success) return 0;
  const positions = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) =>
    arrivals.findIndex(({ record }) => record.dynamodb.SequenceNumber === itemIdentifier),
  );
  if (positions.length === 0) return undefined;
  return Math.max(0, Math.min(...positions));
}

interface Ending {
  condition: string;
  result: InvocationResult;
  invocations: number;
}

/** The invocation record that Lambda writes to an on-failure destination in S3. `payload` is the whole event. */
function discardedBatch(arrivals: Arrival[], { condition, result, invocations }: Ending, deps: DeliveryDeps) {
  const records = arrivals.map(({ record }) => record);
  const now = new Date(deps.now()).toISOString();
  const arrival = (record: LambdaStreamRecord | undefined) =>
    new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
  const key = `aws/lambda/local/${deps.shardId}/${now.slice(0, 10).replaceAll('-', '/')}/${now.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`;
  const document = {
    requestContext: {
      requestId: randomUUID(),
      functionArn: deps.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      ...(!result.ok && { functionError: 'Unhandled' }),
    },
    version: '1.0',
    timestamp: now,
    DDBStreamBatchInfo: {
      shardId: deps.shardId,
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(records[0]),
      approximateArrivalOfLastRecord: arrival(records.at(-1)),
      batchSize: records.length,
      streamArn: deps.streamArn,
    },
    payload: JSON.stringify({ Records: records }),
  };
  return { key, document, count: records.length, reason: `${condition}: ${describe(result)}` };
}

function describe(result: InvocationResult): string {
  return result.ok ? 'the function reported failed records' : `${result.errorType}: ${result.errorMessage}`;
}
