import pMap from 'p-map';
import { productsByCode } from '../../lambdas/shared/contract/products';
import { hourEndMs } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import type { Ops } from '../command';
import { verbOf } from '../function-verb';
import { listFailedBatches, readFailedBatch } from '../stores/failed-batches';
import { ledgerStores } from '../stores/ledger-stores';
import { listQueues } from '../stores/queues';
import { waitReasonOf } from '../wait-reason';

const MINUTE_MS = 60_000;
/** The longest pause before a refused record is sent again. An hour that waits for it is stuck although it is due later. */
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;
const CONCURRENCY = 10;
/** Further batches are listed without their content, because each one costs a read. */
const READ_BATCHES = 100;

/** Work that should have finished this many minutes ago, after the grace. */
export async function findStuck(ops: Ops, olderThanMinutes: number) {
  const limitMs = olderThanMinutes * MINUTE_MS;
  const [hours, queues, batches, endings] = await Promise.all([
    stuckHours(ops, limitMs),
    listQueues(ops.installation),
    failedBatches(ops),
    overdueEndings(ops, limitMs),
  ]);
  const deadLetters = queues.filter(({ sourceArn, messages, inFlight }) => sourceArn && messages + inFlight > 0);
  const isStuck = [hours, deadLetters, batches, endings].some(({ length }) => length > 0);
  return { hours, queues, deadLetters, batches, endings, isStuck };
}

async function stuckHours({ installation, configuration }: Ops, limitMs: number) {
  const { products, usage } = configuration();
  const stores = ledgerStores(installation);
  const nowMs = installation.clock.now();
  const overdueMs = (hour: Pick<HourlyUsage, 'hour'>) => nowMs - hourEndMs(hour.hour) - usage.graceMinutes * MINUTE_MS;
  const late = (await stores.hourlyUsage.listDue(nowMs + LONGEST_PAUSE_MS)).filter((key) => overdueMs(key) > limitMs);
  const ids = [...new Set(late.map((each) => each.subscriptionId))];
  const [subscriptions, entitlements] = await Promise.all([
    stores.subscriptions.getMany(ids),
    stores.entitlements.getMany(ids),
  ]);
  const byCode = productsByCode(products);
  const found = await pMap(late, (key) => stores.hourlyUsage.get(key), { concurrency: CONCURRENCY });
  return found
    .filter((hour) => hour?.state === 'open' || hour?.state === 'sealed')
    .map((hour) => ({
      subscriptionId: hour.subscriptionId,
      hour: hour.hour,
      dimension: hour.dimension,
      state: hour.state,
      overdueSeconds: Math.round(overdueMs(hour) / 1000),
      reason: waitReasonOf(hour, {
        subscription: subscriptions.get(hour.subscriptionId),
        entitlements: entitlements.get(hour.subscriptionId),
        products: byCode,
      }),
    }));
}

async function failedBatches({ installation }: Ops) {
  const batches = await listFailedBatches(installation);
  const nowMs = installation.clock.now();
  return pMap(
    batches,
    async (batch, index) => {
      const known = { key: batch.key, ageSeconds: Math.round((nowMs - batch.storedAtMs) / 1000) };
      if (index >= READ_BATCHES) return { ...known, function: undefined, records: undefined };
      const { functionName, records } = await readFailedBatch(installation, batch).catch(() => ({
        functionName: 'unreadable',
        records: undefined,
      }));
      return { ...known, function: verbOf(functionName, installation.functions) ?? functionName, records };
    },
    { concurrency: CONCURRENCY },
  );
}

async function overdueEndings({ installation }: Ops, limitMs: number): Promise<string[]> {
  return ledgerStores(installation).endings.listDue(installation.clock.now() - limitMs);
}
