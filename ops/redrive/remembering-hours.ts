import type { HourKey } from '../../lambdas/shared/domain/hour';
import { storedTallies } from '../../lambdas/shared/domain/hourly-usage';
import type { FoldedHourDeps } from '../../lambdas/shared/stores/folded-hour';

/**
 * Caches reads of hours, so that each is read once for all its events. An hour with missing tallies is not cached:
 * folding it must read again.
 */
export function rememberingHours({ hourlyUsage, usageTallies, sleep }: FoldedHourDeps): FoldedHourDeps {
  const hours = new Map<string, ReturnType<FoldedHourDeps['hourlyUsage']['get']>>();
  const tallies = new Map<string, ReturnType<FoldedHourDeps['usageTallies']['ofHour']>>();
  return {
    sleep,
    hourlyUsage: { get: (key) => remembered(hours, key, () => hourlyUsage.get(key)) },
    usageTallies: {
      ofHour: async (key) => {
        const found = await remembered(tallies, key, () => usageTallies.ofHour(key));
        const hour = await hours.get(nameOf(key));
        if (hour === undefined || storedTallies(hour) !== found.length) {
          hours.delete(nameOf(key));
          tallies.delete(nameOf(key));
        }
        return found;
      },
    },
  };
}

function remembered<Value>(known: Map<string, Promise<Value>>, key: HourKey, read: () => Promise<Value>) {
  const value = known.get(nameOf(key)) ?? read();
  known.set(nameOf(key), value);
  return value;
}

const nameOf = ({ subscriptionId, hour, dimension }: HourKey) => `${subscriptionId}#${hour}#${dimension}`;
