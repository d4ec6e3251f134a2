import type { MiddlewareObj } from '@middy/core';
import type { Log } from './logger';

/** The dependencies of every chain. */
export interface ChainDeps {
  logger: Log;
  counters: { flush(): void };
}

type AnyMiddleware<Result> = MiddlewareObj<unknown, Result>;

/**
 * Logs STARTED and COMPLETED of every invocation, but never the event, which contains tokens and addresses.
 *
 * The middlewares have braces so that they return nothing: middy would end the chain with the returned value as the
 * response.
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

/** Writes the counters, whether the invocation succeeds or fails. */
export function metricsFlush<Result>(counters: { flush(): void }): AnyMiddleware<Result> {
  const flush = () => {
    counters.flush();
  };
  return { after: flush, onError: flush };
}
