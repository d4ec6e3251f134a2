import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createDependencies } from '../../lambdas/meter-usage/dependencies';
import { meterUsage } from '../../lambdas/meter-usage/meter-usage';
import { METER_USAGE } from '../../lambdas/shared/contract/functions';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { HOUR_MS, hourOf } from '../../lambdas/shared/domain/hour';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables } from '../stand-ins/memory-tables';
import { acceptedAll, BENCH_PRODUCT, noteFailure } from './bench-product';
import { heavyHours, type HeavyHours } from './figures';
import { anEvent, HOUR_START_MS } from './usage-path';

const HOURS = 10;
const EVENTS_A_TALLY = 500;
const LIGHT_HOURS = 1_000;
/** The memory of the function, as in lib/metering.ts. */
const MEGABYTES = 2048;
const { productCode } = BENCH_PRODUCT;

/**
 * Ten due hours of one customer with so many events in each, beside a thousand light hours, and the real function with
 * the memory that it has on Lambda. The tallies of one hour are stored; the other hours read the same.
 */
export async function measureHeavyHours(eventsAnHour: number): Promise<HeavyHours> {
  const child = fork(resolve(import.meta.dirname, 'heavy-hours-process.ts'), [String(eventsAnHour)], {
    execArgv: [...process.execArgv, `--max-old-space-size=${MEGABYTES}`],
  });
  const died = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`The run that seals heavy hours died with ${String(code)}.`);
  });
  const [message]: unknown[] = await Promise.race([once(child, 'message'), died]);
  return heavyHours.parse(message);
}

/** In a process for this alone, whose memory is measured. */
export async function sealHeavyHours(eventsAnHour: number): Promise<HeavyHours> {
  const tables = await givenDueHours(eventsAnHour);
  const startMs = HOUR_START_MS + (HOURS + 1) * HOUR_MS;
  const began = performance.now();
  const clock = { now: () => startMs + performance.now() - began };
  const sent: string[] = [];
  let runs = 0;
  for (let hoursLeft = 1; hoursLeft > 0;) {
    const configuration = aSellerConfiguration({ products: [BENCH_PRODUCT] });
    const deps = createDependencies(
      {
        ...memoryPorts(tables, { nowMs: startMs }),
        clock,
        client: sharedTallies(tables),
        noteFailure,
        metering: new MarketplaceMeteringClient(),
        reminders: { remind: async () => undefined },
      },
      { tables: TABLE_NAMES, configuration },
      { remainingMs: METER_USAGE.timeoutSeconds * 1000 },
    );
    const marketplace: typeof deps.marketplace = {
      batchMeterUsage: async (records) => {
        sent.push(...records.map(({ quantity }) => quantity));
        return acceptedAll(records);
      },
    };
    ({ hoursLeft } = await meterUsage({ ...deps, marketplace }));
    runs += 1;
  }
  const whole = String(eventsAnHour);
  const lastHeavy = sent.lastIndexOf(whole);
  return {
    billed: sent.filter((quantity) => quantity === whole).length,
    lightBefore: sent.slice(0, lastHeavy).filter((quantity) => quantity !== whole).length,
    runs,
    seconds: (performance.now() - began) / 1000,
    bytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function givenDueHours(eventsAnHour: number): Promise<MemoryTables> {
  const tables = new MemoryTables();
  tables.givenProvenDecimals(productCode);
  const store = new DynamoDbUsageTallyStore(tables.database, { eventRetentionDays: 90 });
  const heavy = tables.given(aSubscription({ productCode }));
  const hourKey = { subscriptionId: heavy.subscriptionId, dimension: 'events', hour: hourOf(HOUR_START_MS) };
  for (let stored = 0; stored < eventsAnHour; stored += EVENTS_A_TALLY) {
    const events = Array.from({ length: EVENTS_A_TALLY }, () => {
      const { id } = anEvent(heavy.subscriptionId);
      return { key: `#${id}`, quantity: decimal(1), tags: {} };
    });
    await store.add({ ...hourKey, events }, HOUR_START_MS);
  }
  const first = tables.dynamoDb.table('hourlyUsage').get({ pk: heavy.subscriptionId, sk: `${hourKey.hour}#events` });
  for (let n = 1; n < HOURS; n += 1)
    tables.put('hourlyUsage', {
      ...first,
      pk: heavy.subscriptionId,
      sk: `${hourOf(HOUR_START_MS + n * HOUR_MS)}#events`,
    });
  for (let n = 0; n < LIGHT_HOURS; n += 1) {
    const { subscriptionId } = tables.given(aSubscription({ subscriptionId: `s-light${n}`, productCode }));
    const events = [{ key: `#${n}`, quantity: decimal('0.5'), tags: {} }];
    await store.add({ ...hourKey, subscriptionId, events }, HOUR_START_MS);
  }
  return tables;
}

/** The partition of every heavy hour reads as that of the first. */
function sharedTallies(tables: MemoryTables) {
  return tables.dynamoDb.client(async (command) => {
    if (command instanceof QueryCommand && command.input.TableName === TABLE_NAMES.usageTallies) {
      const { ':pk': pk, ...values } = command.input.ExpressionAttributeValues ?? {};
      const shared = String(pk).replace(/#[^#]+#/, `#${hourOf(HOUR_START_MS)}#`);
      return tables.dynamoDb.run(
        new QueryCommand({ ...command.input, ExpressionAttributeValues: { ...values, ':pk': shared } }),
      );
    }
    return tables.dynamoDb.run(command);
  });
}
