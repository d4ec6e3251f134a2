import { finishingInLife } from '../../lambdas/meter-usage/finishing';
import { withBalance } from '../../lambdas/meter-usage/with-balance';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { HourKey } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { quantityFormOf } from '../../lambdas/shared/domain/quantity-form';
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
  const { hourlyUsage } = deps;
  const hour = await findUnconfirmed(hourKey, deps);
  const { reason, meteringRecordId = hour.meteringRecordId ?? 'not known' } = settlement;
  const isWritten =
    settlement.as === 'billed'
      ? (await hourlyUsage.settleUnconfirmed({ as: 'billed', hour, reason, meteringRecordId })) === 'written'
      : await carry(hour, reason, deps);
  if (!isWritten)
    throw new OperatorError(
      'The hour or its Balance changed in the meantime. Check it with `explain`, then try again.',
    );
}

async function carry(hour: UnconfirmedHour, reason: string, deps: SettleHourDeps): Promise<boolean> {
  const { hourlyUsage, subscriptions, products } = deps;
  const { subscriptionId, dimension, record } = hour;
  const { mayOpen } = finishingInLife((await subscriptions.getMany([subscriptionId])).get(subscriptionId), deps);
  const form = quantityFormOf(products.get(record.productCode), dimension);
  return withBalance(hour, { ...deps, form, mayOpen }, async ({ balance, openedFor }) => {
    if (!isUnconfirmed(await hourlyUsage.get(hour))) return undefined;
    const opened = openedFor(balance.amount.plus(decimal(record.quantity)));
    return hourlyUsage.settleUnconfirmed({ as: 'carried', hour, reason, balance, ...opened });
  });
}
