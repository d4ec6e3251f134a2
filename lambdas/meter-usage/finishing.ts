import type { Entitlements } from '../shared/domain/entitlements';
import { hourEndMs, type Hour } from '../shared/domain/hour';
import type { Subscription } from '../shared/domain/subscription';
import type { Clock } from '../shared/runtime/ports';

/** When and how the hours of a subscription are finished. An ending subscription has different rules. */
export interface Finishing {
  /** Whether an open hour can be sealed now. */
  isRipe(hour: Hour): boolean;
  /** AWS accepts no more usage of the subscription: remaining usage expires. */
  isOver: boolean;
  /** Whether an hour can still be opened to bill a Balance. */
  mayOpen(hour: Hour): boolean;
}

/** The owner of an hour, its entitlements, and how its hours are finished. */
export interface HourOwner {
  subscription: Subscription | undefined;
  entitlements: Entitlements | undefined;
  finishing: Finishing;
}

/** Before a subscription's end, an hour is ripe when it is over and the grace for late events has passed. */
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
