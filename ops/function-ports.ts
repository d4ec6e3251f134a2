import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionName } from '../lambdas/shared/contract/functions';
import type { Ports } from '../lambdas/shared/runtime/ports';
import type { Ops } from './command';
import { sentenceOf } from './errors';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** A command reports results. It writes no metrics. */
const UNCOUNTED = { count: () => undefined, flush: () => undefined };

/** The ports of a function whose verb a command runs: the deployed tables, with failures printed to the terminal. */
export function operatorPorts<Name extends FunctionName>({ installation, terminal }: Ops): Ports<Name> {
  return {
    client: installation.dynamoDb,
    clock: installation.clock,
    sleep: async (ms) => sleep(ms),
    random: Math.random,
    logger: SILENT,
    counters: UNCOUNTED,
    noteFailure: (error) => terminal.err(sentenceOf(error)),
  };
}
