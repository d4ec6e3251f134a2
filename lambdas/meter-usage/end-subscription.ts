import pMap from 'p-map';
import { endingSchedule, firstHourOfEnding, lastHourOf } from '../shared/domain/ending';
import { hourOf, type Hour, type HourKey } from '../shared/domain/hour';
import { MeteringBatcher } from '../shared/domain/metering-batch';
import { overAfterGrace, type Subscription } from '../shared/domain/subscription';
import { toChange } from '../shared/domain/subscription-change';
import type { EndingReminders } from '../shared/runtime/ending-reminders';
import { eachChange, type TableChange } from '../shared/runtime/table-changes';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { EndingStore } from '../shared/stores/endings';
import type { SubscriptionUsageReader } from '../shared/stores/subscription-usage';
import { untilSaved, type SubscriptionStore } from '../shared/stores/subscriptions';
import type { Finishing } from './finishing';
import { isBillable, openForBalance } from './open-for-balance';
import { prepareHour, type PrepareHourDeps, readEntitlements, type ReadEntitlementsDeps } from './prepare-hour';
import type { SendClaims } from './send-claims';
import { sendCall, type SendCallDeps } from './send-call';

export interface EndSubscriptionDeps extends Omit<PrepareHourDeps & SendCallDeps, 'hourlyUsage'>, ReadEntitlementsDeps {
  hourlyUsage: PrepareHourDeps['hourlyUsage'] &
    SendCallDeps['hourlyUsage'] &
    Pick<HourlyUsageStore, 'unfinishedOf' | 'open'>;
  usage: Pick<SubscriptionUsageReader, 'listBalances'>;
  subscriptions: Pick<SubscriptionStore, 'getMany' | 'save'>;
  claims: PrepareHourDeps['claims'] & Pick<SendClaims, 'giveBack'>;
  endings: EndingStore;
  reminders: EndingReminders;
  batchingWindowMs: number;
}

const CONCURRENCY = 10;

/**
 * One pass over the last hours of a subscription: seals ripe hours, sends records that AWS still accepts, and after the
 * deadline gives the others their final state. Every pass starts from consistent reads, so a crashed pass is repeated.
 */
export async function endSubscription(subscriptionId: string, deps: EndSubscriptionDeps): Promise<void> {
  const { endings, clock, hourlyUsage } = deps;
  const subscription = (await deps.subscriptions.getMany([subscriptionId])).get(subscriptionId);
  if (subscription?.state !== 'ending') {
    // It has ended, or the licence was renewed.
    await endings.remove(subscriptionId);
    return;
  }
  const nowMs = clock.now();
  const endingAtMs = Date.parse(subscription.endingAt);
  const openedAtMs = await endings.open(subscriptionId, nowMs, subscription.begunAt);
  const schedule = endingSchedule({ endingAtMs, openedAtMs, batchingWindowMs: deps.batchingWindowMs });
  const isOver = nowMs >= schedule.deadlineMs;
  const since = firstHourOfEnding(endingAtMs);
  const isRipe = (hour: Hour) => isOver || schedule.isRipe(hour, clock.now());
  await finishHours(subscription, { ...deps, since, isOver, isRipe }).finally(() => deps.claims.giveBack());
  if (!isOver) await openLastHours(subscription, lastHourOf(Math.min(endingAtMs, nowMs)), deps);
  const isFinished = isOver && (await hourlyUsage.unfinishedOf(subscriptionId, since)).length === 0;
  if (!isFinished) {
    await endings.postpone(subscriptionId, schedule.nextPassAtMs(nowMs));
    // Last, because the schedule finds the ending even if no message can be sent.
    if (nowMs < schedule.drainedAtMs) {
      const leftMs = Math.max(0, schedule.drainedAtMs - clock.now());
      await deps.reminders.remind(subscriptionId, Math.ceil(leftMs / 1000));
    }
    return;
  }
  await untilSaved(async () => end(subscriptionId, deps));
  await endings.remove(subscriptionId);
}

type FinishHoursInput = EndSubscriptionDeps &
  Pick<Finishing, 'isOver' | 'isRipe'> & { since: ReturnType<typeof firstHourOfEnding> };

async function finishHours(subscription: Subscription, input: FinishHoursInput): Promise<void> {
  const { hourlyUsage, clock, since, isOver, isRipe } = input;
  // An hour that has not begun can no longer be billed.
  const finishing: Finishing = { isOver, isRipe, mayOpen: (hour) => !isOver && hour <= hourOf(clock.now()) };
  const { subscriptionId } = subscription;
  const entitlements = (await readEntitlements([subscription], input)).get(subscriptionId);
  const hours = await hourlyUsage.unfinishedOf(subscriptionId, since);
  const given = { subscription, entitlements, finishing };
  const errors: unknown[] = [];
  const prepare = async (hourKey: HourKey) => prepareHour(await hourlyUsage.get(hourKey), given, input);
  const records = await pMap(hours, (hourKey) => prepare(hourKey).catch((error: unknown) => void errors.push(error)), {
    concurrency: CONCURRENCY,
  });
  const batcher = new MeteringBatcher();
  for (const record of records) {
    if (!record) continue;
    for (const full of batcher.add(record)) await sendCall(full, input);
  }
  for (const rest of batcher.rest()) await sendCall(rest, input);
  // Last, because a failed hour must not stop the others.
  if (errors.length > 0) throw errors[0];
}

/** Gives every Balance that makes a step an hour while AWS still accepts one: the buyer may not use anything any more. */
async function openLastHours(
  { subscriptionId, productCode }: Subscription,
  from: Hour,
  deps: EndSubscriptionDeps,
): Promise<void> {
  const product = deps.products.get(productCode);
  const until = hourOf(deps.clock.now());
  for (const balance of await deps.usage.listBalances(subscriptionId))
    if (isBillable(balance, product)) await openForBalance(balance, { from, until }, deps);
}

async function end(
  subscriptionId: string,
  { subscriptions, clock }: EndSubscriptionDeps,
): Promise<'saved' | 'conflict'> {
  const before = (await subscriptions.getMany([subscriptionId])).get(subscriptionId);
  // It has ended in the meantime, or the licence was renewed.
  if (before?.state !== 'ending') return 'saved';
  const change = toChange(before, overAfterGrace(before), new Date(clock.now()).toISOString());
  return change === undefined ? 'saved' : subscriptions.save(change);
}

/**
 * The first pass over subscriptions that began to end.
 * @returns the sequence numbers of the changes to deliver again.
 */
export async function beginEndings(changes: readonly TableChange[], deps: EndSubscriptionDeps): Promise<string[]> {
  return eachChange(
    changes,
    (subscriptionId) => endSubscription(subscriptionId, deps),
    (error) => noteFailedEnding(error, deps),
  );
}

/** The passes that are due. A failed pass stays due and does not stop the others. */
export async function endDueSubscriptions(deps: EndSubscriptionDeps): Promise<void> {
  const due = await deps.endings.listDue(deps.clock.now());
  deps.counters.count('SubscriptionsEnding', due.length);
  for (const subscriptionId of due) {
    if (deps.clock.now() >= deps.deadlineMs) return;
    await endSubscription(subscriptionId, deps).catch((error: unknown) => noteFailedEnding(error, deps));
  }
}

/** A failed pass stays due, whatever started it. */
export function noteFailedEnding(error: unknown, { onFailure, counters }: EndSubscriptionDeps): void {
  onFailure(error);
  counters.count('EndingsFailed', 1);
}
