import { decimal, decimalText, type Decimal } from '../shared/domain/decimal';
import { isNewlyHeld, LOOK_AGAIN_AFTER_MS, type HeldReason, type HoldRules, type Leeway } from '../shared/domain/hold';
import { hourKeyOf, type OpenHour, type SealedHour } from '../shared/domain/hourly-usage';
import { decidedFor, toUsageHeld } from '../shared/domain/rejection-notices';
import type { Subscription } from '../shared/domain/subscription';
import type { Clock } from '../shared/runtime/ports';
import type { Counters } from '../shared/runtime/metrics';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { HoldWatch } from './hold-watch';

export interface HoldHourDeps {
  hourlyUsage: Pick<HourlyUsageStore, 'hold'>;
  holds: Pick<HoldWatch, 'covers'>;
  holdRules: HoldRules;
  clock: Clock;
  counters: Counters<'meter-usage'>;
}

/** Lets an hour wait that the operator holds back: due again soon, and not after the moment when it can wait no longer. */
export async function holdBack(hour: OpenHour | SealedHour, { untilMs }: Leeway, deps: HoldHourDeps): Promise<void> {
  await wait(hour, { held: 'onHold', untilMs }, deps);
}

/**
 * Lets an hour wait whose usage may be from a test that ended without an hour, even past AWS's window: as its use is not split
 * yet, what is carried or sent could bill the test.
 */
export async function holdForEndOfTest(hour: OpenHour, deps: HoldHourDeps): Promise<void> {
  await wait(hour, { held: 'testNeedsEnd', untilMs: Infinity }, deps);
}

/** Lets an hour wait whose quantity is above the dimension's maximum, and tells the application once. */
export async function holdAboveMaximum(
  hour: OpenHour,
  {
    quantity,
    max,
    leeway,
    subscription,
  }: { quantity: string; max: Decimal; leeway: Leeway; subscription: Subscription | undefined },
  deps: HoldHourDeps,
): Promise<void> {
  const told = {
    hourKey: hourKeyOf(hour),
    quantity,
    maxPerHour: decimalText(max),
    waitsUntilMs: leeway.untilMs,
    decidedFor: decidedFor(subscription),
  };
  const notice = isNewlyHeld(hour) ? toUsageHeld(told, new Date(deps.clock.now()).toISOString()) : undefined;
  const { untilMs } = leeway;
  await wait(hour, { held: 'aboveMaximum', untilMs, ...(notice && { quantity: decimal(quantity), notice }) }, deps);
}

type Waiting = { held: HeldReason; untilMs: number } & Pick<
  Parameters<HourlyUsageStore['hold']>[1],
  'quantity' | 'notice'
>;

async function wait(
  hour: OpenHour | SealedHour,
  { untilMs, ...waiting }: Waiting,
  { hourlyUsage, clock, counters }: HoldHourDeps,
): Promise<void> {
  const dueAtMs = Math.min(clock.now() + LOOK_AGAIN_AFTER_MS, untilMs);
  await hourlyUsage.hold(hour, { ...waiting, dueAtMs });
  counters.count('HoursWaiting', 1, { reason: waiting.held });
}
