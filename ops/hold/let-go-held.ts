import pMap from 'p-map';
import { isOnHold, LOOK_AGAIN_AFTER_MS, type HoldScope } from '../../lambdas/shared/domain/hold';
import type { OpenHour, SealedHour } from '../../lambdas/shared/domain/hourly-usage';
import type { Clock } from '../../lambdas/shared/runtime/ports';
import type { DynamoDbHeldHours } from '../../lambdas/shared/stores/held-hours';
import { scopeName, type HoldReader } from '../../lambdas/shared/stores/holds';
import type { HourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import type { SubscriptionReader } from '../../lambdas/shared/stores/subscriptions';

export interface LetGoHeldDeps {
  hourlyUsage: HourlyUsageReader;
  heldHours: DynamoDbHeldHours;
  subscriptions: SubscriptionReader;
  holds: HoldReader;
  clock: Clock;
}

const CONCURRENCY = 10;

/** The hours that wait for this hold alone. */
export async function heldBy(
  scope: HoldScope,
  { hourlyUsage, subscriptions, holds, clock }: Omit<LetGoHeldDeps, 'heldHours'>,
): Promise<(OpenHour | SealedHour)[]> {
  const name = scopeName(scope);
  const others = (await holds.list()).filter((each) => scopeName(each) !== name);
  // Twice as long, because clocks differ.
  const due = await hourlyUsage.listDue(clock.now() + 2 * LOOK_AGAIN_AFTER_MS);
  const known = await subscriptions.getMany([...new Set(due.map(({ subscriptionId }) => subscriptionId))]);
  const covered = due.filter((hourKey) => {
    const hour = { ...hourKey, productCode: known.get(hourKey.subscriptionId)?.productCode };
    return isOnHold([scope], hour) && !isOnHold(others, hour);
  });
  const hours = await pMap(covered, (hourKey) => hourlyUsage.get(hourKey), { concurrency: CONCURRENCY });
  return hours
    .filter((hour) => hour?.state === 'open' || hour?.state === 'sealed')
    .filter(({ held }) => held === 'onHold');
}

/** Makes the hours due that wait for a hold that has ended. @returns how many; the others have changed in the meantime. */
export async function letGoHeld(scope: HoldScope, deps: LetGoHeldDeps): Promise<number> {
  const { heldHours, clock } = deps;
  const made = await pMap(await heldBy(scope, deps), (hour) => heldHours.makeDue(hour, clock.now()), {
    concurrency: CONCURRENCY,
  });
  return made.filter(Boolean).length;
}
