import type { Product } from '../lambdas/shared/contract/seller-configuration';
import type { HourlyUsage } from '../lambdas/shared/domain/hourly-usage';
import { payerOf } from '../lambdas/shared/domain/sealing';
import type { Subscription } from '../lambdas/shared/domain/subscription';

/** Why an hour that should be finished is not, in one word: metering's own reason, or AWS's last answer. */
export function waitReasonOf(
  hour: HourlyUsage,
  { subscription, products }: { subscription: Subscription | undefined; products: ReadonlyMap<string, Product> },
): string {
  if (hour.state === 'open') {
    if (subscription?.state === 'ended') return 'notSealed';
    const payer = payerOf(subscription, { products, dimension: hour.dimension });
    return typeof payer === 'string' ? payer : 'notSealed';
  }
  if (hour.sends === 0) return 'notSent';
  if (hour.sends > hour.answers) return 'noAnswer';
  return hour.lastReason ?? hour.lastAnswer ?? 'noAnswer';
}
