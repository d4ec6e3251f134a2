import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { createDependencies as metering } from '../../lambdas/meter-usage/dependencies';
import { meterUsage } from '../../lambdas/meter-usage/meter-usage';
import { METER_USAGE } from '../../lambdas/shared/contract/functions';
import { MAX_CALLS_PER_SECOND, MAX_RECORDS_PER_CALL } from '../../lambdas/shared/domain/marketplace-limits';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { callIntervalMs } from '../../lambdas/shared/stores/call-quota';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT, noteFailure } from './bench-product';
import { VirtualTime } from './virtual-time';

const START_MS = Date.parse('2026-03-10T13:10:00Z');
const HOUR = hourOf(Date.parse('2026-03-10T12:00:00Z'));
const DYNAMODB_MS = 5;

/** How a run with more due hours than it has time for uses the calls of BatchMeterUsage that it may make. */
export interface CallRate {
  /** Calls a second. */
  calls: number;
  /** Of the calls that the quota allows in the time of the run: 0 … 1. */
  share: number;
  /** Calls that began less than the interval of the quota after the one before. */
  tooEarly: number;
  /** DynamoDB commands for each record. */
  commands: number;
}

/**
 * One run of the real function with a backlog, in virtual time: a call of AWS takes `callMs`, one of DynamoDB 5 ms.
 *
 * @param runSeconds - how long the run begins new work; a real one does so for 210 s
 */
export async function measureCallRate(callMs: number, runSeconds = 60): Promise<CallRate> {
  const time = new VirtualTime(START_MS);
  const tables = new MemoryTables();
  await givenHours(tables, (runSeconds * MAX_CALLS_PER_SECOND + 10) * MAX_RECORDS_PER_CALL);
  let commands = 0;
  tables.before = async () => {
    commands += 1;
    await time.sleep(DYNAMODB_MS);
  };
  const remainingMs = (runSeconds + METER_USAGE.stopBeforeTimeoutSeconds) * 1000;
  const deps = metering(
    {
      ...memoryPorts(tables, { nowMs: START_MS }),
      clock: time,
      sleep: time.sleep,
      noteFailure,
      metering: new MarketplaceMeteringClient(),
      reminders: { remind: async () => undefined },
    },
    { tables: TABLE_NAMES, configuration: aSellerConfiguration({ products: [BENCH_PRODUCT] }) },
    { remainingMs },
  );
  const begunMs: number[] = [];
  let records = 0;
  const run = meterUsage({
    ...deps,
    marketplace: {
      batchMeterUsage: async (sent) => {
        begunMs.push(time.nowMs);
        records += sent.length;
        await time.sleep(callMs);
        return { outcome: 'answered', records: sent.map(() => ({ kind: 'accepted', meteringRecordId: 'id' })) };
      },
    },
  });
  await time.pass(run);
  const intervalMs = callIntervalMs(MAX_CALLS_PER_SECOND);
  const tooEarly = begunMs.filter((ms, index) => index > 0 && ms - (begunMs[index - 1] ?? 0) < intervalMs - 1).length;
  return {
    calls: begunMs.length / runSeconds,
    share: (begunMs.length * intervalMs) / 1000 / runSeconds,
    tooEarly,
    commands: commands / records,
  };
}

/** More due hours than the quota allows in the run, each of another subscription and with one event. */
async function givenHours(tables: MemoryTables, count: number): Promise<void> {
  const { productCode } = BENCH_PRODUCT;
  const tallies = new DynamoDbUsageTallyStore(tables.database, { eventRetentionDays: 90 });
  tables.givenProvenDecimals(productCode);
  for (let n = 0; n < count; n += 1) {
    const subscriptionId = `s-${String(n).padStart(26, '0')}`;
    tables.given(aSubscription({ subscriptionId, productCode }));
    const events = [{ key: `#${n}`, quantity: decimal(1), tags: {} }];
    await tallies.add({ subscriptionId, dimension: 'events', hour: HOUR, events }, START_MS - 1);
  }
}
