import pMap from 'p-map';
import { productsByCode } from '../../lambdas/shared/contract/seller-configuration';
import { hourEndMs } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { wholeNumber } from '../output/whole-number';
import { examples, type Ops, type OpsCommand } from '../command';
import { verbOf } from '../function-verb';
import { age } from '../output/age';
import { counted } from '../output/counted';
import { blocks, extra, heading, table } from '../output/table';
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

/** Lists work that should have finished by now. */
export const stuck: OpsCommand = (program, reporting) => {
  program
    .command('stuck')
    .description('list overdue hours, dead letters, failed stream batches and overdue endings')
    .option('--older-than <minutes>', 'overdue by more than this, after the grace', wholeNumber(1, 100_000), 30)
    .addHelpText('after', examples('stuck', 'stuck --older-than 120 --json'))
    .action(
      reporting(async (ops, { olderThan }: { olderThan: number }) => {
        const limitMs = olderThan * MINUTE_MS;
        const [hours, queues, batches, endings] = await Promise.all([
          stuckHours(ops, limitMs),
          listQueues(ops.installation),
          failedBatches(ops),
          overdueEndings(ops, limitMs),
        ]);
        const deadLetters = queues.filter(({ sourceArn, messages, inFlight }) => sourceArn && messages + inFlight > 0);
        const isStuck = [hours, deadLetters, batches, endings].some(({ length }) => length > 0);
        return {
          json: { hours, queues, failedBatches: batches, endings },
          text: blocks(
            isStuck
              ? `These are stuck: ${counted(hours.length, 'hour')}, ${counted(deadLetters.length, 'dead-letter queue')}, ` +
                  `${counted(batches.length, 'stream batch', 'stream batches')}, ${counted(endings.length, 'ending')}. ` +
                  'See docs/runbook.md for what to do; `redrive --dry-run` shows what can be redriven.'
              : 'Nothing is stuck.',
            heading('Hours'),
            table(
              ['subscription', 'hour (UTC)', 'dimension', extra('state'), extra('overdue'), 'reason'],
              hours.map((each) => [
                each.subscriptionId,
                each.hour,
                each.dimension,
                each.state,
                age(each.overdueSeconds * 1000),
                each.reason,
              ]),
            ),
            heading('Queues'),
            table(
              ['queue', 'messages', extra('in flight'), extra('kind')],
              queues.map(({ name, messages, inFlight, sourceArn }) => [
                name,
                messages,
                inFlight,
                sourceArn ? 'dead-letter queue' : 'consumed by a function',
              ]),
            ),
            heading('Failed stream batches'),
            table(
              ['object', 'function', extra('records'), extra('age')],
              batches.map((each) => [each.key, each.function, each.records, age(each.ageSeconds * 1000)]),
            ),
            heading('Overdue endings'),
            table(
              ['subscription'],
              endings.map((id) => [id]),
            ),
          ),
          exitCode: isStuck ? 1 : 0,
        };
      }),
    );
};

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
