import { describe, it } from 'vitest';
import fc from 'fast-check';
import { allocate } from '../../lambdas/shared/domain/allocations';
import { decimal, sum } from '../../lambdas/shared/domain/decimal';
import { acceptedUntilMs } from '../../lambdas/shared/domain/hour';
import { stateAfterWindow } from '../../lambdas/shared/domain/hourly-usage';
import { largestRemainder } from '../../lambdas/shared/domain/largest-remainder';
import { MeteringBatcher } from '../../lambdas/shared/domain/metering-batch';
import { nextAttemptAtMs } from '../../lambdas/shared/domain/retry-schedule';
import { isQuantityText, sendablePart } from '../../lambdas/shared/domain/quantity-form';
import { sealingOf } from '../../lambdas/shared/domain/sealing';
import { foldTallies, splitTally, talliesOf, totalOf } from '../../lambdas/shared/domain/usage-tally';
import { aContract } from '../builders/a-contract';
import { aPayer } from '../builders/a-payer';
import { aSealedRecord } from '../builders/a-sealed-record';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';

/** Up to 2,147,483,647 with up to 18 decimal places. */
const quantityText = fc
  .tuple(
    fc.integer({ min: 0, max: 2_147_483_646 }),
    fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
    fc.integer({ min: 0, max: 18 }),
  )
  .map(([whole, fraction, places]) =>
    places === 0 ? String(whole) : `${whole}.${String(fraction).padStart(18, '0').slice(0, places)}`,
  );
const tagSet = fc.dictionary(fc.constantFrom('Department', 'Project', 'Stranger'), fc.constantFrom('a', 'b', 'c'), {
  maxKeys: 3,
});
const usage = fc.record({
  id: fc.integer({ min: 1, max: 40 }).map((n) => `e${n}`),
  quantity: quantityText,
  tags: tagSet,
});
/** Events of one hour with distinct ids. */
const hourOfUsage = fc
  .uniqueArray(usage, { selector: ({ id }) => id, maxLength: 40 })
  .map((events) => events.map((event) => aUsageEvent(event)));

describe('invariants of the arithmetic', () => {
  it('folds to the sum of the distinct events however deliveries are cut, repeated and ordered', () => {
    const deliveries = hourOfUsage.chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.array(fc.subarray(events), { maxLength: 6 }),
        fc.integer({ min: 50, max: 2000 }),
        fc.func(fc.nat()),
      ),
    );
    fc.assert(
      fc.property(deliveries, ([events, redelivered, maxBytes, rank]) => {
        const tallies = [events, ...redelivered]
          .flatMap((delivery) => talliesOf(delivery))
          .flatMap((tally) => splitTally(tally, maxBytes));
        const shuffled = [...tallies].sort((a, b) => rank(a) - rank(b));
        return totalOf(foldTallies(shuffled)).eq(sum(events.map(({ quantity }) => quantity)));
      }),
    );
  });

  it('neither makes nor loses a unit when an hour is sealed', () => {
    fc.assert(
      fc.property(
        fc.record({
          events: hourOfUsage,
          balance: quantityText,
          hoursLater: fc.integer({ min: 0, max: 60 }),
          activatedHours: fc.integer({ min: -5, max: 5 }),
          tested: fc.boolean(),
          lapsedHours: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
          unsendableUsage: fc.constantFrom('carry' as const, 'expire' as const),
          entitled: fc.option(quantityText, { nil: undefined }),
        }),
        ({ events, balance, hoursLater, activatedHours, tested, lapsedHours, unsendableUsage, entitled }) => {
          const fold = foldTallies(talliesOf(events));
          const [hourKey] = talliesOf([aUsageEvent()]);
          if (hourKey === undefined) return false;
          const activatedAtMs = NOON_MS + activatedHours * 1_000_000;
          const payer = aPayer({ activatedAtMs });
          const from = new Date(activatedAtMs).toISOString();
          const until = new Date(activatedAtMs + (lapsedHours ?? 0) * 1_000_000).toISOString();
          const periods = [{ from, ...(until > from && { until }) }];
          const nowMs = NOON_MS + (hoursLater + 1) * 3_600_000;
          const contract = entitled === undefined ? undefined : aContract(entitled);
          const withholding = () => (tested ? ('dryRun' as const) : undefined);
          const closed = { hourKey, fold, periods, withholding, balance: decimal(balance), contract };
          const sealing = sealingOf({ ...closed, payer, nowMs, unsendableUsage });
          const { used, carriedIn, carriedOut, expiredQuantity, coveredQuantity, record } = sealing;
          const { rejectedQuantity, withheldQuantity } = sealing;
          const decided = [carriedOut, expiredQuantity, coveredQuantity, rejectedQuantity, withheldQuantity];
          const ended = sum([decimal(record?.quantity ?? 0), ...decided]);
          const kept = used.minus(rejectedQuantity).minus(withheldQuantity);
          const allowed = decimal(entitled ?? 0);
          const covered = kept.lt(allowed) ? kept : allowed;
          return (
            used.plus(carriedIn).eq(ended) &&
            carriedOut.gte(0) &&
            coveredQuantity.eq(covered) &&
            withheldQuantity.eq(tested ? used : 0)
          );
        },
      ),
    );
  });

  it.each(['decimal', 'whole'] as const)(
    'allocates steps that sum to the quantity, one allocation a tag set: %s',
    (form) => {
      fc.assert(
        fc.property(hourOfUsage, quantityText, (events, carried) => {
          const fold = foldTallies(talliesOf(events));
          const carriedIn = decimal(carried);
          const quantity = sendablePart(totalOf(fold).plus(carriedIn), form);
          const allocations = allocate(quantity, { form, fold, carriedIn, allowedTagKeys: ['Department', 'Project'] });
          if (allocations === undefined) return true;
          const names = allocations.map(({ tags }) => JSON.stringify(Object.entries(tags).sort()));
          return (
            sum(allocations.map((allocation) => decimal(allocation.quantity))).eq(quantity) &&
            allocations.every(
              (allocation) => isQuantityText(allocation.quantity, form) && allocation.quantity !== '0',
            ) &&
            new Set(names).size === names.length
          );
        }),
      );
    },
  );

  it('gives each share its proportion, less than one step off', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 9_999_999_999_999_999n }),
        fc.array(quantityText, { minLength: 1, maxLength: 30 }),
        (steps, weightTexts) => {
          const weights = weightTexts.map((text) => decimal(text));
          const total = sum(weights);
          const parts = largestRemainder(steps, weights);
          if (total.eq(0)) return parts.every((part) => part === 0n);
          return weights.every((weight, index) => {
            const off = decimal(parts[index] ?? -1)
              .times(total)
              .minus(weight.times(decimal(steps)))
              .abs();
            return off.lt(total);
          });
        },
      ),
    );
  });

  it('partitions records into calls of one product, at most 25 and less than 1 MB', () => {
    const record = fc.record({ productCode: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 200 }), (given) => {
        const records = given.map((overrides) => aSealedRecord(overrides));
        const batcher = new MeteringBatcher();
        const batches = [...records.flatMap((sealed) => batcher.add(sealed)), ...batcher.rest()];
        const products = new Map<string, number>();
        for (const {
          record: { productCode },
        } of records)
          products.set(productCode, (products.get(productCode) ?? 0) + 1);
        const calls = [...products.values()].reduce((total, count) => total + Math.ceil(count / 25), 0);
        const sent = batches.flat().map(({ hourKey }) => hourKey.subscriptionId);
        return (
          batches.length === calls &&
          sent.length === records.length &&
          new Set(sent).size === records.length &&
          batches.every(
            (batch) =>
              batch.length <= 25 && new Set(batch.map(({ record: { productCode } }) => productCode)).size === 1,
          )
        );
      }),
    );
  });

  it('tries again later, but never past the end of the window', () => {
    fc.assert(
      fc.property(fc.nat(24 * 3_600_000), fc.nat(40), (elapsedMs, answers) => {
        const endMs = acceptedUntilMs(NOON_MS);
        const nowMs = NOON_MS + elapsedMs;
        const nextMs = nextAttemptAtMs(nowMs, { answers, acceptedUntilMs: endMs });
        return (nextMs > nowMs || nextMs === endMs) && nextMs <= endMs;
      }),
    );
  });

  it('gives a record the final state that is certain when its window closes', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.boolean(), (answers, unanswered, wasBusy) => {
        const lastAnswer = wasBusy ? 'unprocessed' : 'notSubscribed';
        const sent: Parameters<typeof stateAfterWindow>[0] = {
          sends: answers + unanswered,
          answers,
          ...(answers > 0 && { lastAnswer }),
        };
        const state = stateAfterWindow(sent);
        if (sent.sends === 0) return state === 'expired';
        if (unanswered > 0) return state === 'unconfirmed';
        return state === (wasBusy ? 'expired' : 'rejected');
      }),
    );
  });
});
