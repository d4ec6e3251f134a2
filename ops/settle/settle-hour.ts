import { finishingInLife } from '../../lambdas/meter-usage/finishing';
import { withBalance } from '../../lambdas/meter-usage/with-balance';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { HourKey } from '../../lambdas/shared/domain/hour';
import { hourKeyOf, type HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { quantityFormOf } from '../../lambdas/shared/domain/quantity-form';
import { decidedFor, toMeteringSettled } from '../../lambdas/shared/domain/rejection-notices';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import type { Clock } from '../../lambdas/shared/runtime/ports';
import type { HourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import type { UnconfirmedHour } from '../../lambdas/shared/stores/hourly-usage-by-operator';
import type { SubscriptionReader } from '../../lambdas/shared/stores/subscriptions';
import { OperatorError } from '../errors';

export interface SettleHourDeps {
  hourlyUsage: Pick<HourlyUsageStore, 'get' | 'getBalance' | 'settleUnconfirmed'>;
  subscriptions: SubscriptionReader;
  products: ReadonlyMap<string, Product>;
  graceMs: number;
  clock: Clock;
}

/** What the operator knows of an unconfirmed hour. */
export interface Settlement {
  /** `billed`: AWS bills its quantity. `carried`: AWS does not, and the Balance takes it. */
  as: 'billed' | 'carried';
  reason: string;
  /** AWS's id of the record, if known. */
  meteringRecordId?: string;
}

/** @throws OperatorError when the hour does not exist or is not unconfirmed. */
export async function findUnconfirmed(
  hourKey: HourKey,
  { hourlyUsage }: Pick<SettleHourDeps, 'hourlyUsage'>,
): Promise<UnconfirmedHour> {
  const hour = await hourlyUsage.get(hourKey);
  if (isUnconfirmed(hour)) return hour;
  throw new OperatorError(
    `The hour is ${hour?.state ?? 'not in the ledger'}. Only an unconfirmed hour can be settled: check it with \`explain\`.`,
  );
}

function isUnconfirmed(hour: HourlyUsage | undefined): hour is UnconfirmedHour {
  return hour?.state === 'unconfirmed';
}

/**
 * Ends an unconfirmed hour.
 * @throws OperatorError when it is not unconfirmed, or AWS's answer arrived in the meantime.
 */
export async function settleHour(hourKey: HourKey, settlement: Settlement, deps: SettleHourDeps): Promise<void> {
  const hour = await findUnconfirmed(hourKey, deps);
  const subscription = (await deps.subscriptions.getMany([hourKey.subscriptionId])).get(hourKey.subscriptionId);
  const isWritten = await (settlement.as === 'billed' ? bill : carry)({ hour, subscription, ...settlement }, deps);
  if (!isWritten)
    throw new OperatorError(
      'The hour or its Balance changed in the meantime. Check it with `explain`, then try again.',
    );
}

interface Ending extends Settlement {
  hour: UnconfirmedHour;
  subscription: Subscription | undefined;
}

async function bill(ending: Ending, { hourlyUsage, clock }: SettleHourDeps): Promise<boolean> {
  const { hour, reason, meteringRecordId = hour.meteringRecordId } = ending;
  const notice = noticeOf({ ...ending, meteringRecordId }, clock);
  const request = { as: 'billed', hour, reason, notice, meteringRecordId: meteringRecordId ?? 'not known' } as const;
  return (await hourlyUsage.settleUnconfirmed(request)) === 'written';
}

async function carry(ending: Ending, deps: SettleHourDeps): Promise<boolean> {
  const { hourlyUsage, products, clock } = deps;
  const { hour, subscription, reason } = ending;
  const { dimension, record } = hour;
  const { mayOpen } = finishingInLife(subscription, deps);
  const form = quantityFormOf(products.get(record.productCode), dimension);
  return withBalance(hour, { ...deps, form, mayOpen }, async ({ balance, openedFor }) => {
    if (!isUnconfirmed(await hourlyUsage.get(hour))) return undefined;
    const opened = openedFor(balance.amount.plus(decimal(record.quantity)));
    return hourlyUsage.settleUnconfirmed({
      as: 'carried',
      hour,
      reason,
      notice: noticeOf(ending, clock),
      balance,
      ...opened,
    });
  });
}

function noticeOf({ hour, subscription, as, reason, meteringRecordId }: Ending, clock: Clock) {
  const { record } = hour;
  const settled = { hourKey: hourKeyOf(hour), as, reason, record, decidedFor: decidedFor(subscription) };
  const isKnown = as === 'billed' && meteringRecordId !== undefined;
  return toMeteringSettled({ ...settled, ...(isKnown && { meteringRecordId }) }, new Date(clock.now()).toISOString());
}
