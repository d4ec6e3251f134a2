import { HoldWatch } from '../../lambdas/meter-usage/hold-watch';
import { exportsOf, method, mutant, type Mutant } from './mutant';

const hold = exportsOf('lambdas/shared/domain/hold');
const withholding = exportsOf('lambdas/shared/domain/withholding');
const holdHour = exportsOf('lambdas/meter-usage/hold-hour');

/** Mutants of what the operator holds back. */
export const HOLDING_MUTANTS: readonly Mutant[] = [
  mutant(
    'nobody looks what is on hold',
    method(HoldWatch, 'covers', () => async () => false),
  ),
  mutant(
    'a sealed record leaves although it is on hold',
    hold(
      'leewayOf',
      (leewayOf) =>
        (...of) => ({ ...leewayOf(...of), untilMs: 0, afterwards: 'send' }),
      'lambdas/meter-usage/record-to-send',
    ),
  ),
  mutant(
    'a hold of one dimension holds nothing',
    hold('isOnHold', (isOnHold) => (holds, hour) => {
      return isOnHold(
        holds.filter(({ dimension }) => dimension === undefined),
        hour,
      );
    }),
  ),
  mutant(
    'what is above the maximum is sent',
    hold('isAboveMaximum', () => () => false),
  ),
  mutant(
    'a release lets an hour go that has grown since',
    hold(
      'isAboveMaximum',
      (isAboveMaximum) => (quantity, max, hour) => hour.released === undefined && isAboveMaximum(quantity, max, hour),
    ),
  ),
  mutant(
    "usage is held past AWS's window",
    hold('leewayOf', (leewayOf) => (...of) => {
      const leeway = leewayOf(...of);
      return { ...leeway, untilMs: leeway.untilMs + 40 * 3_600_000 };
    }),
  ),
  mutant(
    'usage is held past the end of its subscription',
    hold('leewayOf', (leewayOf) => (timestampMs, _subscription, rules) => leewayOf(timestampMs, undefined, rules)),
  ),
  mutant(
    'usage of a test that ended without an hour is billed',
    withholding('isEndMissing', () => () => false),
  ),
  mutant(
    'an hour on hold is forgotten',
    holdHour(
      'holdBack',
      (holdBack) => (hour, _leeway, deps) =>
        holdBack(
          hour,
          { untilMs: Number.MAX_SAFE_INTEGER, afterwards: 'send' },
          {
            ...deps,
            clock: { now: () => deps.clock.now() + 40 * 3_600_000 },
          },
        ),
    ),
  ),
];
