import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Clock } from './ports';
import { invocationLog, metricsFlush, type ChainDeps } from './invocation';
import { toStreamResponse, toTableChanges, type BatchResponse, type TableChange } from './table-changes';

export type BackgroundFunction<Result> = (event: unknown, context: Context) => Promise<Result>;

/** Wraps a verb as a function behind a stream, a queue or a schedule. Lambda retries an invocation that throws. */
export function backgroundFunction<Result>(
  verb: BackgroundFunction<Result>,
  { logger, counters }: ChainDeps,
): BackgroundFunction<Result> {
  const chain = middy<unknown, Result>()
    .use(invocationLog<Result>(logger))
    .use(metricsFlush<Result>(counters))
    .handler((event, context) => verb(event, context));
  return async (event, context) => chain(event, context);
}

/** Handles a batch of a stream. `follow` returns the sequence numbers of the records to deliver again. */
export function onTableChanges(follow: (changes: TableChange[]) => Promise<string[]>) {
  return async (event: unknown): Promise<BatchResponse> => {
    const changes = toTableChanges(event);
    return toStreamResponse(changes, await follow(changes));
  };
}

/** When a run must start no new work, ms since the epoch, so that the work in progress ends before the timeout. */
export function deadlineOf(
  { stopBeforeTimeoutSeconds }: { stopBeforeTimeoutSeconds: number },
  { remainingMs, clock }: { remainingMs: number; clock: Clock },
): number {
  return clock.now() + remainingMs - stopBeforeTimeoutSeconds * 1000;
}
