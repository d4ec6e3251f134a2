import { createDependencies } from '../../lambdas/describe-subscription/dependencies';
import { describe } from '../../lambdas/describe-subscription/describe-subscription';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT } from './bench-product';
import { ConsumedCapacity } from './consumed-capacity';
import { anEvent, HOUR_START_MS } from './usage-path';

const EVENTS_A_TALLY = 1_000;

/** The read units of `GET /subscriptions/{id}` with so many events in the open hour, and of folding that hour. */
export async function measureSubscriptionReads(events: number): Promise<{ estimated: number; folded: number }> {
  const tables = new MemoryTables();
  const { subscriptionId } = tables.given(aSubscription({ productCode: BENCH_PRODUCT.productCode }));
  const hourKey = { subscriptionId, dimension: 'events', hour: hourOf(HOUR_START_MS) };
  const usageTallies = new DynamoDbUsageTallyStore(tables.database, { eventRetentionDays: 90 });
  for (let stored = 0; stored < events; stored += EVENTS_A_TALLY) {
    const its = Array.from({ length: EVENTS_A_TALLY }, () => {
      const { id, quantity, tags } = anEvent(subscriptionId);
      return { key: `#${id}`, quantity: quantity.plus(decimal('0.5')), tags };
    });
    await usageTallies.add({ ...hourKey, events: its }, HOUR_START_MS);
  }
  const unitsOf = async (read: (deps: ReturnType<typeof createDependencies>) => Promise<unknown>) => {
    const consumed = new ConsumedCapacity();
    const ports = {
      ...memoryPorts(tables, { nowMs: HOUR_START_MS + 1_800_000 }),
      client: consumed.clientOf(tables.dynamoDb),
    };
    const configuration = aSellerConfiguration({ products: [BENCH_PRODUCT] });
    await read(createDependencies(ports, { tables: TABLE_NAMES, configuration }));
    return consumed.readUnits;
  };
  const request = { method: 'GET', path: `/subscriptions/${subscriptionId}`, query: new URLSearchParams() };
  return {
    estimated: await unitsOf((deps) =>
      describe(
        { ...request, headers: {}, cookies: {}, body: '', bodyBytes: new Uint8Array(), requestId: 'bench' },
        deps,
      ),
    ),
    folded: await unitsOf((deps) => readFoldedHour(hourKey, deps)),
  };
}
