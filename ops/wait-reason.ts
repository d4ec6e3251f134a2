import type { OpenHour, SealedHour } from '../lambdas/shared/domain/hourly-usage';
import { paymentOf, type PaymentSource } from '../lambdas/shared/domain/payment';

/** Why an hour is not finished yet, in one word: the operator's hold, metering's reason or AWS's last answer. */
export function waitReasonOf(hour: OpenHour | SealedHour, owner: PaymentSource): string {
  if (hour.state === 'open') {
    if (owner.subscription?.state === 'ended') return 'notSealed';
    const payment = paymentOf(hour, owner);
    return typeof payment === 'string' ? payment : (hour.held ?? 'notSealed');
  }
  if (hour.held !== undefined) return hour.held;
  if (hour.sends === 0) return 'notSent';
  if (hour.sends > hour.answers) return 'noAnswer';
  return hour.lastReason ?? hour.lastAnswer ?? 'noAnswer';
}
