import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { invocationLog, metricsFlush, type ChainDeps } from './invocation';

/** Wraps a verb as a function behind a stream, a queue or a schedule. An error is Lambda's to retry. */
export function backgroundFunction<Result>(
  verb: (event: unknown, context: Context) => Promise<Result>,
  { logger, counters }: ChainDeps,
): (event: unknown, context: Context) => Promise<Result> {
  const chain = middy<unknown, Result, Error, Context>()
    .use(invocationLog<Result>(logger))
    .use(metricsFlush<Result>(counters))
    .handler((event, context) => verb(event, context));
  return async (event, context) => chain(event, context);
}
