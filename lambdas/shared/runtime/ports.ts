import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FunctionName } from '../contract/functions';
import type { MessageCode } from '../contract/message-codes';
import { systemClock, type Clock } from './clock';
import { createDocumentClient } from './dynamodb-client';
import { toErrorIds } from './error-ids';
import { createLogger, type Log } from './logger';
import { createCounters, type FlushedCounters } from './metrics';

/**
 * Everything that a function reaches outside itself. A handler connects Lambda's; the simulation, the tests and the
 * operator's commands connect their own. `dependencies.ts` of each function makes the rest from it.
 */
export interface Ports<Name extends FunctionName> {
  client: DynamoDBDocumentClient;
  clock: Clock;
  sleep(ms: number): Promise<void>;
  /** 0 … 1, for jitter. */
  random(): number;
  logger: Log;
  counters: FlushedCounters<Name>;
  /** Is told of an error that is not thrown, because the record or the next run is tried again. */
  noteFailure(error: unknown, told: { sentence: string; messageCode: MessageCode } & Record<string, unknown>): void;
}

/** The ports of a function that runs in Lambda. */
export function lambdaPorts<Name extends FunctionName>(name: Name): Ports<Name> {
  const logger = createLogger(name);
  return {
    client: createDocumentClient(),
    clock: systemClock,
    sleep: async (ms) => sleep(ms),
    // The one place where production code draws at random.
    // eslint-disable-next-line no-restricted-properties
    random: Math.random,
    logger,
    counters: createCounters(name),
    noteFailure: (error, { sentence, ...ids }) => logger.error(sentence, { ...ids, ...toErrorIds(error) }),
  };
}
