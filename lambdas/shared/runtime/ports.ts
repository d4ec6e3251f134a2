import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FunctionName } from '../contract/functions';
import type { MessageCode } from '../contract/message-codes';
import { toErrorIds } from './error-ids';
import { createLogger, type Log } from './logger';
import { createCounters, type FlushedCounters } from './metrics';
import { createDocumentClient } from './dynamodb-client';

/** Milliseconds since the epoch, UTC. Verbs get a clock, so that tests, the simulation and redrives set the time. */
export interface Clock {
  now(): number;
}

// The one place where production code reads the machine's time.
// eslint-disable-next-line no-restricted-properties
export const systemClock: Clock = { now: () => Date.now() };

/**
 * Everything outside a function that it uses. A handler passes Lambda's ports; the simulation, the tests and the
 * operator's commands pass their own. Each function's `dependencies.ts` builds its dependencies from them.
 */
export interface Ports<Name extends FunctionName> {
  client: DynamoDBDocumentClient;
  clock: Clock;
  sleep(ms: number): Promise<void>;
  /** 0 … 1, for jitter. */
  random(): number;
  logger: Log;
  counters: FlushedCounters<Name>;
  /** Logs an error that is not thrown, because Lambda delivers the record again or the next run repeats the work. */
  noteFailure(error: unknown, told: { sentence: string; messageCode: MessageCode } & Record<string, unknown>): void;
}

/** The ports of a function that runs in Lambda. */
export function lambdaPorts<Name extends FunctionName>(name: Name): Ports<Name> {
  const logger = createLogger(name);
  return {
    client: createDocumentClient(),
    clock: systemClock,
    sleep: async (ms) => sleep(ms),
    // All randomness that decides anything. Secrets and the names of claims are random by themselves.
    // eslint-disable-next-line no-restricted-properties
    random: Math.random,
    logger,
    counters: createCounters(name),
    noteFailure: (error, { sentence, ...ids }) => logger.error(sentence, { ...ids, ...toErrorIds(error) }),
  };
}
