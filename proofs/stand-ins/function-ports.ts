import type { FunctionName } from '../../lambdas/shared/contract/functions';
import { toErrorIds } from '../../lambdas/shared/runtime/error-ids';
import type { Ports } from '../../lambdas/shared/runtime/ports';
import type { MemoryTables } from './memory-tables';
import { RecordingCounters } from './recording-counters';
import { RecordingLog } from './recording-log';

/** The ports of any function on tables in memory. Sleeps return at once; logs and counts are kept. */
export function memoryPorts(tables: MemoryTables, { nowMs }: { nowMs: number }) {
  const logger = new RecordingLog();
  const noteFailure: Ports<FunctionName>['noteFailure'] = (error, { sentence, ...ids }) =>
    logger.error(sentence, { ...ids, ...toErrorIds(error) });
  return {
    client: tables.client,
    clock: { now: () => nowMs },
    sleep: async () => undefined,
    random: () => 0.5,
    logger,
    counters: new RecordingCounters(),
    noteFailure,
  };
}
