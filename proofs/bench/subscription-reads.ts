import { createDependencies } from '../../lambdas/describe-subscription/dependencies';
import { describe } from '../../lambdas/describe-subscription/describe-subscription';
import { createDependencies as recording } from '../../lambdas/record-usage/dependencies';
import { recordUsage } from '../../lambdas/record-usage/record-usage';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT, noteFailure } from './bench-product';
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
    const consumed = new ConsumedCapacity(TABLE_NAMES.usageTallies);
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

const NAMED = 100;

/** The read units of a request of usage for each subscription that it names, when all of them take usage. */
export async function measureIntakeReads(): Promise<number> {
  const tables = new MemoryTables();
  const consumed = new ConsumedCapacity(TABLE_NAMES.usageTallies);
  const ports = {
    ...memoryPorts(tables, { nowMs: HOUR_START_MS + 60_000 }),
    client: consumed.clientOf(tables.dynamoDb),
    noteFailure,
  };
  const events = Array.from({ length: NAMED }, (_, n) => {
    const subscriptionId = `s-${n}`;
    tables.given(aSubscription({ productCode: BENCH_PRODUCT.productCode, subscriptionId }));
    const time = new Date(HOUR_START_MS).toISOString();
    return { id: String(n), subscriptionId, dimension: 'events', quantity: 1, time };
  });
  const configuration = aSellerConfiguration({ products: [BENCH_PRODUCT] });
  const deps = recording(ports, { tables: TABLE_NAMES, configuration });
  const answers = await recordUsage({ contentType: 'application/json', body: JSON.stringify(events) }, deps);
  if (answers.some(({ status }) => status !== 'accepted'))
    throw new Error('Not every event was accepted, so the measurement would be wrong.');
  return consumed.readUnits / NAMED;
}
