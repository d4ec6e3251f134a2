import type { MiddlewareObj } from '@middy/core';
import type { Log } from './logger';

/** Every chain needs these, whatever invokes it. */
export interface ChainDeps {
  logger: Log;
  counters: { flush(): void };
}

type AnyMiddleware<Result> = MiddlewareObj<unknown, Result>;

/**
 * STARTED and COMPLETED of every invocation. Never the event: it holds tokens and addresses.
 *
 * Middlewares here have braces on purpose: what a middleware returns ends the chain as its response, and a logger or a
 * metrics library that returns itself would answer in place of the verb.
 */
export function invocationLog<Result>(logger: Log): AnyMiddleware<Result> {
  const completed: AnyMiddleware<Result>['after'] = ({ context }) => {
    logger.info('Completed', { messageCode: 'COMPLETED', requestId: context.awsRequestId });
  };
  return {
    before: ({ context }) => {
      logger.info('Started', { messageCode: 'STARTED', requestId: context.awsRequestId });
    },
    after: completed,
    onError: completed,
  };
}

/** Writes the counters out however the invocation ends. */
export function metricsFlush<Result>(counters: { flush(): void }): AnyMiddleware<Result> {
  const flush = () => {
    counters.flush();
  };
  return { after: flush, onError: flush };
}
