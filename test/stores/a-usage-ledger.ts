import type { Notice } from '../../lambdas/shared/contract/notices';
import { decimal, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourEndMs, parseHour, type Hour, type HourKey } from '../../lambdas/shared/domain/hour';
import type { OpenHour } from '../../lambdas/shared/domain/hourly-usage';
import type { Sealing } from '../../lambdas/shared/domain/sealing';
import { talliesOf, type UsageTally } from '../../lambdas/shared/domain/usage-tally';
import type { Database } from '../../lambdas/shared/stores/database';
import { DynamoDbHourlyUsageStore, type HourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbUsageTallyStore, type UsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { aMeteringRejected } from '../builders/a-metering-rejected';
import { aSealedRecord } from '../builders/a-sealed-record';
import { aUsageEvent } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { noticeIn } from './engines';

export interface UsageLedger {
  hourlyUsage: HourlyUsageStore;
  usageTallies: UsageTallyStore;
  /** The notice in the outbox under this id. */
  told(noticeId: string): Promise<Notice | undefined>;
}

/** @param openHourBytes - the size up to which the items of open hours grow; 0: every delivery becomes a tally */
export function aUsageLedger(
  database: Database<'hourlyUsage' | 'usageTallies' | 'notices'>,
  { openHourBytes }: { openHourBytes?: number } = {},
): UsageLedger {
  return {
    hourlyUsage: new DynamoDbHourlyUsageStore(database),
    usageTallies: new DynamoDbUsageTallyStore(database, { eventRetentionDays: 90, openHourBytes }),
    told: (noticeId) => noticeIn(database, noticeId),
  };
}

let subscriptions = 500;

/** A tally of a separate subscription, at 12:00 UTC. */
export function aTally(...quantities: string[]): UsageTally {
  subscriptions += 1;
  return tallyFor(aSubscriptionId(subscriptions), ...quantities);
}

export function tallyFor(subscriptionId: string, ...quantities: string[]): UsageTally {
  const tags = { Department: 'legal' };
  const [tally] = talliesOf(
    quantities.map((quantity, n) => aUsageEvent({ subscriptionId, quantity, ...(n % 2 && { tags }) })),
  );
  if (tally === undefined) throw new Error('a tally needs an event');
  return tally;
}

export function keyOf({ subscriptionId, dimension, hour }: HourKey): HourKey {
  return { subscriptionId, dimension, hour };
}

export function anHour(text: string): Hour {
  const hour = parseHour(text);
  if (hour === undefined) throw new Error(`${text} is no hour`);
  return hour;
}

export const DUE_MS = hourEndMs(anHour('2026-03-10T12')) + 300_000;

export const nothingToBill = {
  state: 'carried' as const,
  used: decimal('0.5'),
  coveredQuantity: ZERO,
  carriedIn: ZERO,
  carriedOut: decimal('0.5'),
  expiredQuantity: ZERO,
  rejectedQuantity: ZERO,
  rejectedUse: [],
  withheldQuantity: ZERO,
  withheldUse: [],
} satisfies Sealing;

/** The counts of an hour with one small delivery, and of one that was opened without usage. */
export const ONE_DELIVERY = { tallies: 1, inlineVersion: 1 };
export const NO_DELIVERY = { tallies: 0 };

export async function sealed(
  hourlyUsage: HourlyUsageStore,
  tally: UsageTally,
  overrides: Partial<Parameters<HourlyUsageStore['seal']>[0]> = {},
) {
  const balance = await hourlyUsage.getBalance(tally);
  const carriedOut = balance.amount.plus('0.5');
  const sealing = { ...nothingToBill, carriedIn: balance.amount, carriedOut };
  return hourlyUsage.seal({ hourKey: keyOf(tally), sealing, folded: ONE_DELIVERY, balance, ...overrides });
}

/** An open hour with a tally of 7 units; `read` reads it. */
export async function givenOpen<Ledger extends Pick<UsageLedger, 'hourlyUsage' | 'usageTallies'>>(ledger: Ledger) {
  const tally = aTally('7');
  await ledger.usageTallies.add(tally, DUE_MS);
  const read = async (): Promise<OpenHour> => {
    const hour = await ledger.hourlyUsage.get(tally);
    if (hour?.state !== 'open') throw new Error(`The hour is ${hour?.state}.`);
    return hour;
  };
  return { ...ledger, tally, read };
}

export async function givenSealed(ledger: UsageLedger) {
  const { hourlyUsage, tally, told } = await givenOpen(ledger);
  const record = { ...aSealedRecord(), hourKey: keyOf(tally) };
  const sealing: Sealing = {
    ...nothingToBill,
    state: 'sealed',
    used: decimal(7),
    carriedOut: ZERO,
    record: record.record,
  };
  await sealed(hourlyUsage, tally, { sealing });
  return { hourlyUsage, record, notice: aMeteringRejected(record.hourKey), told };
}
