import { AGGREGATE_USAGE } from '../shared/contract/functions';
import {
  backgroundFunction,
  deadlineOf,
  onTableChanges,
  type BackgroundFunction,
} from '../shared/runtime/background-chain';
import type { FunctionConfig } from '../shared/runtime/function-config';
import type { Ports } from '../shared/runtime/ports';
import type { BatchResponse } from '../shared/runtime/table-changes';
import { DynamoDbHourlyUsageReader } from '../shared/stores/hourly-usage';
import { DynamoDbSetAsideEventStore } from '../shared/stores/set-aside-events';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageTallyStore, MAX_TALLY_BYTES } from '../shared/stores/usage-tallies';
import { aggregateUsage, type AggregateUsageDeps } from './aggregate-usage';

export type AggregateUsagePorts = Ports<'aggregate-usage'>;
type Config = FunctionConfig<'aggregate-usage'>;

export function createDependencies(
  { client, sleep, clock, counters, noteFailure }: AggregateUsagePorts,
  { tables, configuration: { usage } }: Config,
  { remainingMs }: { remainingMs: number },
): AggregateUsageDeps {
  const database = { client, tables, sleep };
  return {
    usageTallies: new DynamoDbUsageTallyStore(database, usage),
    hourlyUsage: new DynamoDbHourlyUsageReader(database),
    setAsideEvents: new DynamoDbSetAsideEventStore(database),
    subscriptions: new DynamoDbSubscriptionReader(database),
    counters,
    clock,
    deadlineMs: deadlineOf(AGGREGATE_USAGE, { remainingMs, clock }),
    latenessHours: usage.latenessHours,
    graceMs: usage.graceMinutes * 60_000,
    maxTallyBytes: MAX_TALLY_BYTES,
    sleep,
    onFailure: (error) =>
      noteFailure(error, { sentence: 'The events will be delivered again', messageCode: 'USAGE_NOT_TALLIED' }),
  };
}

export function createHandler(ports: AggregateUsagePorts, config: Config): BackgroundFunction<BatchResponse> {
  return backgroundFunction((event, context) => {
    const deps = createDependencies(ports, config, { remainingMs: context.getRemainingTimeInMillis() });
    return onTableChanges((changes) => aggregateUsage(changes, deps))(event);
  }, ports);
}
