import { decimal, decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { HourFields, HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { NOT_SUBSCRIBED_THEN } from '../../lambdas/shared/domain/rejection-notices';
import { NO_SUBSCRIPTION } from '../../lambdas/shared/stores/set-aside-events';
import { timeArgument } from '../arguments';
import { examples, type OpsCommand } from '../command';
import type { Installation } from '../installation/installation';
import { counted } from '../output/counted';
import { blocks, extra, heading, table } from '../output/table';
import { utcTime } from '../output/utc';
import type { Terminal } from '../output/terminal';
import type { Mark } from '../stores/ledger-items';
import { listSubscriptions } from '../stores/subscription-listing';
import { isUnbilled, unbilledOf, unbilledOfAll, type Unbilled } from '../stores/unbilled';

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

interface Options {
  since?: number;
  scan?: true;
}

/** Lists usage that will not be billed, and items that are not valid usage. */
export const rejected: OpsCommand = (program, reporting) => {
  program
    .command('rejected')
    .description('list rejected, expired and unconfirmed hours and set-aside events, of all subscriptions')
    .option('--since <time>', `only hours and events since then (default: the last ${DEFAULT_DAYS} days)`, timeArgument)
    .option('--scan', 'read the whole table: slow, but also finds items of unknown subscriptions')
    .addHelpText('after', examples('rejected', 'rejected --since 2026-11-01 --json'))
    .action(
      reporting(async ({ installation, terminal }, { since, scan }: Options) => {
        const sinceMs = since ?? installation.clock.now() - DEFAULT_DAYS * DAY_MS;
        const hours: HourlyUsage[] = [];
        const marks: Mark[] = [];
        for await (const found of read(installation, { sinceMs, scan: scan === true, terminal })) {
          if (found.kind === 'hour') {
            if (found.hour.hour >= hourOf(sinceMs)) hours.push(found.hour);
          } else if (isSince(found.mark, sinceMs)) marks.push(found.mark);
        }
        const losses = hours.flatMap(lossesOf);
        return {
          json: { since: new Date(sinceMs).toISOString(), hours: losses, events: marks },
          text: blocks(
            `Since ${utcTime(sinceMs)} UTC: ${counted(losses.length, 'hour')} ended unbilled, and ` +
              `${counted(marks.length, 'event')} ${marks.length === 1 ? 'was' : 'were'} set aside or overwritten.`,
            heading('Hours that ended unbilled'),
            table(
              ['subscription', 'hour (UTC)', 'dimension', extra('state'), 'units', 'reason'],
              losses.map((each) => [
                each.subscriptionId,
                each.hour,
                each.dimension,
                each.state,
                each.units,
                each.lastReason ?? each.lastAnswer,
              ]),
            ),
            heading('Events that were set aside or overwritten'),
            table(
              ['subscription', 'event', extra('kind'), 'reason', extra('message')],
              marks.map((mark) => [mark.subscriptionId, mark.usageEventPk, mark.kind, mark.reason, mark.message]),
            ),
          ),
          exitCode: losses.length + marks.length > 0 ? 1 : 0,
        };
      }),
    );
};

async function* read(
  installation: Installation,
  { sinceMs, scan, terminal }: { sinceMs: number; scan: boolean; terminal: Terminal },
): AsyncGenerator<Unbilled> {
  if (scan) return yield* unbilledOfAll(installation);
  const firstHour = hourOf(sinceMs);
  const ids = [NO_SUBSCRIPTION];
  for await (const { subscriptionId } of listSubscriptions(installation)) ids.push(subscriptionId);
  const progress = terminal.progress('Subscriptions', ids.length);
  for (const subscriptionId of ids) {
    yield* unbilledOf(installation, { subscriptionId, firstHour });
    progress.advance(1);
  }
  progress.stop();
}

/** A mark without an arrival time may be new, so it counts. */
function isSince({ receivedAt }: Mark, sinceMs: number): boolean {
  return receivedAt === undefined || Date.parse(receivedAt) >= sinceMs;
}

/** An hour may lose a part when it is sealed, and the rest later. */
function lossesOf(hour: HourFields) {
  const { subscriptionId, hour: start, dimension, state, record, rejectedQuantity = ZERO, ...rest } = hour;
  const key = { subscriptionId, hour: start, dimension };
  const units = record === undefined ? (rest.expiredQuantity ?? ZERO) : decimal(record.quantity);
  const { lastAnswer, lastReason } = rest;
  const isRest = isUnbilled(state) && !(record === undefined && state === 'rejected');
  return [
    ...(isRest ? [{ ...key, state, units: decimalText(units), lastAnswer, lastReason }] : []),
    ...(rejectedQuantity.gt(0)
      ? [
          {
            ...key,
            state: 'rejected' as const,
            units: decimalText(rejectedQuantity),
            lastAnswer: undefined,
            lastReason: NOT_SUBSCRIBED_THEN,
          },
        ]
      : []),
  ];
}
