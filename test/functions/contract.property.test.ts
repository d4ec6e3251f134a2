import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decimal, decimalText, sum, ZERO } from '../../lambdas/shared/domain/decimal';
import { aUsageEvent } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { coveredByPeriod } from '../domain/contract-oracle';
import { ContractPath } from './contract-path';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Two days around the end of the month, and around an anniversary at 10:00 on the 31st. */
const START_MS = Date.parse('2026-03-30T12:00:00Z');
const HOURS = 44;
const ACTIVATED_AT = '2026-01-31T10:20:00.000Z';
const RULES = {
  calendarMonth: { kind: 'calendarMonth' as const, firstHourOfNext: 36 },
  anniversary: { kind: 'anniversary' as const, months: 1, firstHourOfNext: 22 },
};
const LICENCES = [1, 2];
const LAST_HOURS = [1, 2, 3, 4, 5].map((hour) => HOURS + 40 + hour);

/** Tenths of a unit. */
const use = fc.record({
  licence: fc.constantFrom(...LICENCES),
  hour: fc.nat(HOURS - 1),
  tenths: fc.nat(300),
  hoursLate: fc.oneof(fc.constant(0), fc.nat(30)),
});
const check = fc.record({
  licence: fc.constantFrom(...LICENCES),
  atMinute: fc.nat(HOURS * 60 - 1),
  units: fc.nat(60),
});
const month = fc.record({
  use: fc.array(use, { maxLength: 25 }),
  checks: fc.uniqueArray(check, { selector: ({ licence, atMinute }) => `${licence} ${atMinute}`, maxLength: 10 }),
  /** The hours in which AWS is asked and metering runs. */
  runs: fc.array(fc.nat(HOURS - 1), { maxLength: 20 }),
  rule: fc.constantFrom('calendarMonth' as const, 'anniversary' as const),
});
type Month = typeof month extends fc.Arbitrary<infer T> ? T : never;

/** Plays a month, hour by hour. @returns every check that was made. */
async function live(path: ContractPath, { use: used, checks, runs }: Month): Promise<Month['checks']> {
  // The last runs check and meter everything, until no usage is left.
  const metered = [...runs, ...LAST_HOURS];
  const hourly = metered.flatMap((hour) =>
    LICENCES.map((licence) => ({ licence, atMinute: hour * 60, units: undefined })),
  );
  const asked = [...hourly, ...checks].sort((a, b) => a.atMinute - b.atMinute);
  const made: Month['checks'] = [];
  for (let hour = 0; hour <= HOURS + 45; hour += 1) {
    for (const { licence, atMinute, units } of asked.filter((each) => Math.floor(each.atMinute / 60) === hour)) {
      const before = made.findLast((each) => each.licence === licence);
      if (before?.atMinute === atMinute) continue;
      // The hourly check finds the amount of the check before it.
      const amount = units ?? before?.units ?? 20;
      made.push({ licence, atMinute, units: amount });
      await path.check(START_MS + atMinute * MINUTE_MS, String(amount), aSubscriptionId(licence));
    }
    if (metered.includes(hour)) await path.meter({ at: START_MS + hour * HOUR_MS + 5 * MINUTE_MS });
    const arrived = used.filter((each) => each.hour + each.hoursLate === hour);
    await path.deliver(
      ...arrived.map(({ licence, hour: usedIn, tenths }) => {
        const timeMs = START_MS + usedIn * HOUR_MS + 30 * MINUTE_MS;
        const quantity = decimalText(decimal(tenths).div(10));
        const times = { timeMs, receivedAtMs: START_MS + hour * HOUR_MS + 30 * MINUTE_MS };
        return aUsageEvent({ subscriptionId: aSubscriptionId(licence), quantity, ...times });
      }),
    );
  }
  return made;
}

describe('two licences of one account', () => {
  it('covers each licence up to its contract in every period and bills the rest, in any order of usage, checks and runs', async () => {
    await fc.assert(
      fc.asyncProperty(month, async (given) => {
        const { firstHourOfNext, ...contractPeriod } = RULES[given.rule];
        const path = new ContractPath({ contractPeriod });
        path.latenessHours = 720;
        for (const licence of LICENCES) {
          const customerAWSAccountId = '111122223333';
          path.givenSubscription({
            subscriptionId: aSubscriptionId(licence),
            customerAWSAccountId,
            activatedAt: ACTIVATED_AT,
          });
        }
        const made = await live(path, given);
        expect(path.failures).toEqual([]);
        for (const licence of LICENCES) {
          const own = given.use.filter((each) => each.licence === licence);
          const expected = coveredByPeriod(
            own.map(({ hour, tenths }) => ({ hour, period: hour < firstHourOfNext ? 'first' : 'next', used: tenths })),
            made
              .filter((each) => each.licence === licence)
              .map(({ atMinute, units }) => ({ atMinute, amount: units * 10 })),
          );
          const covered = [...expected.values()].reduce((total, tenths) => total + tenths, 0);
          const used = own.reduce((total, { tenths }) => total + tenths, 0);
          const id = aSubscriptionId(licence);
          expect(path.coveredOf(id)).toBe(decimalText(decimal(covered).div(10)));
          const hours = path.hoursOf(id);
          expect(hours.filter(({ state }) => state === 'open' || state === 'sealed')).toEqual([]);
          const billed = sum(hours.map(({ record }) => decimal(record?.quantity ?? 0)));
          const carried = (await path.hourlyUsage.getBalance({ subscriptionId: id, dimension: 'events' })).amount;
          expect(decimalText(billed.plus(carried))).toBe(decimalText(decimal(used - covered).div(10)));
          expect(carried.lt(1)).toBe(true);
          for (const { used: of = ZERO, carriedIn = ZERO, record, ...rest } of hours) {
            const { carriedOut = ZERO, coveredQuantity = ZERO } = rest;
            const ends = sum([decimal(record?.quantity ?? 0), carriedOut, coveredQuantity]);
            expect(decimalText(of.plus(carriedIn))).toBe(decimalText(ends));
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
