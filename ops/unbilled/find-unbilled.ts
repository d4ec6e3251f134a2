import { decimal, decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { HourFields, HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { NOT_SUBSCRIBED_THEN } from '../../lambdas/shared/domain/rejection-notices';
import { NO_SUBSCRIPTION } from '../../lambdas/shared/stores/set-aside-events';
import type { Ops } from '../command';
import type { Mark } from '../stores/ledger-items';
import { listSubscriptions } from '../stores/subscription-listing';
import { isUnbilled, unbilledOf, unbilledOfAll, type Unbilled } from '../stores/unbilled';

interface Search {
  sinceMs: number;
  /** Reads the whole table, which also finds items of unknown subscriptions. */
  scan: boolean;
}

type Loss = ReturnType<typeof lossesOf>[number];

export interface UnbilledUsage {
  losses: Loss[];
  marks: Mark[];
}

/** Usage that will not be billed since a time, and items that are not valid usage, of all subscriptions. */
export async function findUnbilled(
  ops: Pick<Ops, 'installation' | 'terminal'>,
  search: Search,
): Promise<UnbilledUsage> {
  const hours: HourlyUsage[] = [];
  const marks: Mark[] = [];
  for await (const found of read(ops, search)) {
    if (found.kind === 'hour') {
      if (found.hour.hour >= hourOf(search.sinceMs)) hours.push(found.hour);
    } else if (isSince(found.mark, search.sinceMs)) marks.push(found.mark);
  }
  return { losses: hours.flatMap(lossesOf), marks };
}

async function* read(
  { installation, terminal }: Pick<Ops, 'installation' | 'terminal'>,
  { sinceMs, scan }: Search,
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
