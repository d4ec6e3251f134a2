import { productsByCode } from '../shared/contract/products';
import type { FunctionConfig } from '../shared/runtime/function-config';
import { httpFunction, type HttpFunction } from '../shared/runtime/http-chain';
import { jsonResponse } from '../shared/runtime/http-message';
import type { Ports } from '../shared/runtime/ports';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-dynamodb';
import { DynamoDbUsageEventStore } from '../shared/stores/usage-events';
import { recordUsage, type RecordUsageDeps } from './record-usage';

export type RecordUsagePorts = Ports<'record-usage'>;
type Config = FunctionConfig<'record-usage'>;

export function createDependencies(
  { client, sleep, clock, counters, noteFailure }: RecordUsagePorts,
  { tables, configuration: { products, usage } }: Config,
): RecordUsageDeps {
  const database = { client, tables, sleep };
  return {
    subscriptions: new DynamoDbSubscriptionReader(database),
    usageEvents: new DynamoDbUsageEventStore(database),
    products: productsByCode(products),
    latenessHours: usage.latenessHours,
    eventRetentionDays: usage.eventRetentionDays,
    clock,
    counters,
    onFailure: (error) => noteFailure(error, { sentence: 'The database failed', messageCode: 'USAGE_STORE_FAILED' }),
  };
}

export function createHandler(ports: RecordUsagePorts, config: Config): HttpFunction {
  const deps = createDependencies(ports, config);
  return httpFunction(async ({ headers, body }) => {
    const results = await recordUsage({ contentType: headers['content-type'], body }, deps);
    return jsonResponse(200, { results });
  }, ports);
}
