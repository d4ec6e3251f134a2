import type { Entitlements } from '../shared/domain/entitlements';
import { hourEndMs, type Hour } from '../shared/domain/hour';
import type { Subscription } from '../shared/domain/subscription';
import type { Clock } from '../shared/runtime/clock';

/** When and how the hours of a subscription are finished; its end has rules different from those of its life. */
export interface Finishing {
  /** Whether an open hour may be sealed now. */
  isRipe(hour: Hour): boolean;
  /** AWS takes nothing more from it: the rest expires. */
  isOver: boolean;
  /** Whether an hour may still be opened to bill a Balance in. */
  mayOpen(hour: Hour): boolean;
}

/** Whose hour it is, what is known of the contract, and how its hours are finished. */
export interface HourOwner {
  subscription: Subscription | undefined;
  entitlements: Entitlements | undefined;
  finishing: Finishing;
}

/** While a subscription lives, an hour is ripe when it is over and stragglers had their grace. */
export function finishingInLife(
  subscription: Subscription | undefined,
  { clock, graceMs }: { clock: Clock; graceMs: number },
): Finishing {
  return {
    isRipe: (hour) => clock.now() >= hourEndMs(hour) + graceMs,
    isOver: subscription?.state === 'ended',
    mayOpen: () => subscription?.state !== 'ended',
  };
}
