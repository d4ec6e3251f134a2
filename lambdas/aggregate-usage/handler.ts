import { setTimeout as sleep } from 'node:timers/promises';
import { backgroundFunction } from '../shared/runtime/background-chain';
import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { toErrorIds } from '../shared/runtime/error-ids';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { toStreamResponse, toTableChanges } from '../shared/runtime/table-changes';
import { DynamoDbHourlyUsageStore } from '../shared/stores/hourly-usage';
import { DynamoDbSetAsideEventStore } from '../shared/stores/set-aside-events';
import { DynamoDbUsageTallyStore, MAX_TALLY_BYTES } from '../shared/stores/usage-tallies';
import { aggregateUsage, type AggregateUsageDeps } from './aggregate-usage';
import { loadConfig } from './config';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const { latenessHours, graceMinutes, eventRetentionDays } = config.SELLER_CONFIGURATION.usage;
const logger = createLogger('aggregate-usage');
const counters = createCounters('aggregate-usage');
const client = createDocumentClient();
const hourlyUsageTableName = config.HOURLY_USAGE_TABLE_NAME;

const deps: AggregateUsageDeps = {
  usageTallies: new DynamoDbUsageTallyStore({
    client,
    usageTalliesTableName: config.USAGE_TALLIES_TABLE_NAME,
    hourlyUsageTableName,
    eventRetentionDays,
  }),
  hourlyUsage: new DynamoDbHourlyUsageStore({ client, tableName: hourlyUsageTableName }),
  setAsideEvents: new DynamoDbSetAsideEventStore({
    client,
    tableName: hourlyUsageTableName,
    noticesTableName: config.NOTICES_TABLE_NAME,
  }),
  counters,
  clock: systemClock,
  latenessHours,
  graceMs: graceMinutes * 60_000,
  maxTallyBytes: MAX_TALLY_BYTES,
  sleep: async (ms) => sleep(ms),
  onFailure: (error) =>
    logger.error('To be delivered again', { messageCode: 'USAGE_NOT_TALLIED', ...toErrorIds(error) }),
};

export const handler = backgroundFunction(
  async (event) => {
    const changes = toTableChanges(event);
    return toStreamResponse(changes, await aggregateUsage(changes, deps));
  },
  { logger, counters },
);
