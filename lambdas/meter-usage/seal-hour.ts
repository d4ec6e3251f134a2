import type { Product } from '../shared/contract/seller-configuration';
import { ONE } from '../shared/domain/decimal';
import { acceptedUntilMs, hourEndMs, nextHour, type Hour } from '../shared/domain/hour';
import { stateAfterWindow, type HourlyUsage } from '../shared/domain/hourly-usage';
import type { SealedRecord } from '../shared/domain/metering-record';
import {
  expiryOf,
  hourForBalance,
  payerOf,
  sealingOf,
  SEND_MARGIN_MS,
  type Payer,
  type Sealing,
} from '../shared/domain/sealing';
import type { Subscription } from '../shared/domain/subscription';
import type { HourKey } from '../shared/domain/usage-tally';
import type { Clock } from '../shared/runtime/clock';
import type { Counters } from '../shared/runtime/metrics';
import { readFoldedHour } from '../shared/stores/folded-hour';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { UsageTallyStore } from '../shared/stores/usage-tallies';

export interface SealHourDeps {
  hourlyUsage: HourlyUsageStore;
  usageTallies: Pick<UsageTallyStore, 'ofHour'>;
  products: ReadonlyMap<string, Product>;
  unsendableUsage: 'carry' | 'expire';
  graceMs: number;
  clock: Clock;
  counters: Counters;
  sleep(ms: number): Promise<void>;
}

const MAX_TRIES = 6;

/** When and how the hours of a subscription are finished; different at its end. */
export interface Finishing {
  /** Whether an open hour may be sealed now. */
  isRipe(hour: Hour): boolean;
  /** AWS takes nothing more of it: what is left expires. */
  isOver: boolean;
  /** Whether an hour may still be opened to bill a Balance in. */
  mayOpen(hour: Hour): boolean;
}

/** The ordinary way: an hour is ripe when it is over and stragglers had their grace. */
export function ordinarily(
  subscription: Subscription | undefined,
  { clock, graceMs }: Pick<SealHourDeps, 'clock' | 'graceMs'>,
): Finishing {
  return {
    isRipe: (hour) => clock.now() >= hourEndMs(hour) + graceMs,
    isOver: subscription?.state === 'ended',
    mayOpen: () => subscription?.state !== 'ended',
  };
}

/**
 * Brings a due hour to the point where its record can be sent: seals it if it is ripe, or notes its end if AWS no longer
 * takes it.
 *
 * @returns the frozen record to send, or undefined when there is nothing to send now.
 */
export async function sealHour(
  hourKey: HourKey,
  { subscription, finishing }: { subscription: Subscription | undefined; finishing: Finishing },
  deps: SealHourDeps,
): Promise<SealedRecord | undefined> {
  const hour = await deps.hourlyUsage.get(hourKey);
  switch (hour?.state) {
    case 'open':
      return finishing.isRipe(hour.hour) ? sealOpenHour(hour, { subscription, finishing }, deps) : undefined;
    case 'sealed':
      return sendableOrClosed(hour, finishing, deps);
    default:
      // The index lags: another run has finished it.
      return undefined;
  }
}

async function sealOpenHour(
  { subscriptionId, dimension, hour }: HourlyUsage,
  { subscription, finishing }: { subscription: Subscription | undefined; finishing: Finishing },
  deps: SealHourDeps,
): Promise<SealedRecord | undefined> {
  const { counters, products } = deps;
  const payer = finishing.isOver ? 'over' : payerOf(subscription, { products, dimension });
  if (payer !== 'over' && typeof payer === 'string') {
    counters.count(`HoursWaiting.${payer}`, 1);
    return undefined;
  }
  const hourKey = { subscriptionId, dimension, hour };
  const sealing = await seal(hourKey, { payer, finishing }, deps);
  if (sealing === undefined) return undefined;
  counters.count('HoursSealed', 1);
  counters.count('UnitsClosed.expired', sealing.expiredQuantity.toNumber());
  const { record } = sealing;
  return record && { hourKey, record, sends: 0, answers: 0 };
}

/** @returns undefined when another run sealed it: that run sends it. */
async function seal(
  hourKey: HourKey,
  { payer, finishing: { mayOpen } }: { payer: Payer | 'over'; finishing: Finishing },
  deps: SealHourDeps,
): Promise<Sealing | undefined> {
  const { hourlyUsage, clock, unsendableUsage, graceMs } = deps;
  let balanceHour: Hour | undefined;
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const folded = await readFoldedHour(hourKey, deps);
    if (folded?.hour.state !== 'open') return undefined;
    const balance = await hourlyUsage.getBalance(hourKey);
    const nowMs = clock.now();
    const { fold } = folded;
    const sealing =
      payer === 'over'
        ? expiryOf(fold, balance.amount)
        : sealingOf({ hourKey, fold, balance: balance.amount, payer, nowMs, unsendableUsage });
    balanceHour ??= hourForBalance(nowMs, hourKey.hour);
    const result = await hourlyUsage.seal({
      hourKey,
      sealing,
      foldedTallies: folded.hour.tallies,
      balance,
      ...(sealing.carriedOut.gte(ONE) &&
        mayOpen(balanceHour) && {
          balanceHour: { hour: balanceHour, dueAtMs: hourEndMs(balanceHour) + graceMs },
        }),
    });
    if (result === 'sealed') return sealing;
    if (result === 'balanceHourNotOpen') balanceHour = nextHour(balanceHour);
  }
  // Too busy now; it stays due.
  return undefined;
}

async function sendableOrClosed(
  hour: HourlyUsage,
  { isOver }: Finishing,
  { hourlyUsage, clock, counters }: SealHourDeps,
): Promise<SealedRecord | undefined> {
  const { subscriptionId, dimension, record, sends, answers } = hour;
  if (record === undefined)
    throw new Error(`The sealed hour ${hour.hour} of ${dimension} of ${subscriptionId} has no record.`);
  const hourKey = { subscriptionId, dimension, hour: hour.hour };
  const isOpen = clock.now() + SEND_MARGIN_MS < acceptedUntilMs(record.timestampSeconds * 1000);
  if (isOpen && !isOver) return { hourKey, record, sends, answers };
  const state = stateAfterWindow(hour);
  await hourlyUsage.close(hourKey, { state, seen: hour });
  counters.count(`RecordsClosed.${state}`, 1);
  counters.count(`UnitsClosed.${state}`, record.quantity);
  return undefined;
}
