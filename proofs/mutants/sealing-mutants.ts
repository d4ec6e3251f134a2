import { decimal, decimalText, roundDown, sum, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourStartMs } from '../../lambdas/shared/domain/hour';
import type { MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import type { HourToSeal, Sealing } from '../../lambdas/shared/domain/sealing';
import { foldTallies } from '../../lambdas/shared/domain/usage-tally';
import { exportsOf, mutant, type Mutant } from './mutant';
import { onCondition } from './on-condition';

const allocations = exportsOf('lambdas/shared/domain/allocations');
const decimals = exportsOf('lambdas/shared/domain/decimal');
const foldedHour = exportsOf('lambdas/shared/stores/folded-hour');
const remainder = exportsOf('lambdas/shared/domain/largest-remainder');
const sealing = exportsOf('lambdas/shared/domain/sealing');
const sealingWrites = exportsOf('lambdas/shared/stores/hourly-usage-sealing');
const withholding = exportsOf('lambdas/shared/domain/withholding');
const withBalance = exportsOf('lambdas/meter-usage/with-balance');

/** Mutants between the tallies of an hour and its frozen record. */
export const SEALING_MUTANTS: readonly Mutant[] = [
  mutant(
    'sealing does not check for new tallies',
    sealingWrites('sealWrites', (sealWrites) => (request) => {
      const writes = sealWrites(request);
      return { ...writes, hour: onCondition('#state = :open', writes.hour) };
    }),
  ),
  mutant(
    'sealing drops the events in the item of the hour',
    sealingWrites('sealWrites', (sealWrites) => (request) => {
      const { hour, ...writes } = sealWrites(request);
      const [set, remove = 'REMOVE '] = hour.UpdateExpression.split(/(?=REMOVE)/);
      const UpdateExpression = `${set} ${remove}${remove === 'REMOVE ' ? '' : ', '}inlineEvents, inlineBytes`;
      return { ...writes, hour: { ...hour, UpdateExpression } };
    }),
  ),
  mutant(
    'an hour is sealed twice',
    sealingWrites('sealWrites', (sealWrites) => (request) => {
      const writes = sealWrites(request);
      const condition = writes.hour.ConditionExpression?.replace('#state = :open AND ', '');
      return { ...writes, hour: onCondition(condition, writes.hour) };
    }),
  ),
  mutant(
    'a fold with missing tallies is believed',
    foldedHour('readFoldedHour', () => async (hourKey, { hourlyUsage, usageTallies }, known) => {
      const hour = known ?? (await hourlyUsage.get(hourKey));
      return hour && { hour, fold: foldTallies(await usageTallies.ofHour(hourKey)) };
    }),
  ),
  mutant(
    'the Balance has no version',
    sealingWrites('sealWrites', (sealWrites) => (request) => withoutVersion(sealWrites(request))),
    sealingWrites('carryWrites', (carryWrites) => (request) => withoutVersion(carryWrites(request))),
  ),
  mutant(
    'a Balance gets no hour',
    withBalance(
      'withBalance',
      (original) => (hourKey, deps, write) => original(hourKey, { ...deps, mayOpen: () => false }, write),
    ),
  ),
  mutant(
    'the fraction is forgotten',
    sealing('sealingOf', (sealingOf) => (input) => ({ ...sealingOf(input), carriedOut: ZERO })),
  ),
  mutant(
    'quantities are added as floats',
    decimals('sum', () => (values) => decimal([...values].reduce((total, value) => total + Number(value), 0))),
  ),
  mutant(
    'the largest quantity is exceeded',
    sealing('sealingOf', (sealingOf) => (input) => {
      const sealed = sealingOf(input);
      const more = roundDown(sealed.carriedOut, 0);
      const changed = withRecord(sealed, ({ quantity }) => ({ quantity: decimalText(more.plus(quantity)) }));
      return changed === sealed ? sealed : { ...changed, carriedOut: sealed.carriedOut.minus(more) };
    }),
  ),
  mutant(
    'the record is stamped when it is sealed',
    sealing(
      'sealingOf',
      (sealingOf) => (input) =>
        withRecord(sealingOf(input), () => ({ timestampSeconds: Math.floor(input.nowMs / 1000) })),
    ),
  ),
  mutant(
    'the hour of the activation is stamped with its start',
    sealing(
      'sealingOf',
      (sealingOf) => (input) =>
        withRecord(sealingOf(input), () => ({ timestampSeconds: hourStartMs(input.hourKey.hour) / 1000 })),
    ),
  ),
  mutant(
    'allocations are rounded one by one',
    remainder('largestRemainder', () => (steps, weights) => {
      const total = sum(weights);
      return weights.map((weight) =>
        total.eq(0) ? 0n : BigInt(roundDown(weight.times(decimal(steps)).div(total), 0).toFixed()),
      );
    }),
  ),
  mutant(
    'carried-in usage gets a tag',
    allocations('allocate', (allocate) => (quantity, input) => allocate(quantity, { ...input, carriedIn: ZERO })),
  ),
  mutant(
    'usage of a test is metered',
    withholding('withholdingOf', () => () => () => undefined),
  ),
  mutant(
    'usage of a test is withheld by the hour in which it is counted',
    sealing('sealingOf', (sealingOf) => (input) => sealingOf(asCounted(input))),
    sealing('expiryOf', (expiryOf) => (input) => expiryOf(asCounted(input))),
  ),
  mutant(
    'a test never ends',
    withholding('withholdingOf', (withholdingOf) => (subscription, { products, testAccounts }) => {
      const endless = testAccounts.map(({ account, from }) => ({ account, from }));
      return withholdingOf(subscription, { products, testAccounts: endless });
    }),
  ),
  mutant(
    'an hour of tests gets a zero record',
    sealing(
      'sealingOf',
      (sealingOf) => (input) => sealingOf(input.fold.size === 0 ? { ...input, withholding: undefined } : input),
    ),
  ),
  mutant(
    'a zero record that was asked for is not sent',
    sealing('sealingOf', (sealingOf) => (input) => sealingOf({ ...input, sendsZero: false })),
  ),
];

function asCounted<Input extends HourToSeal>(input: Input): Input {
  return { ...input, withholding: () => input.withholding?.(input.hourKey.hour) };
}

function withoutVersion<Writes extends { balance: { UpdateExpression: string } | undefined }>(writes: Writes): Writes {
  return { ...writes, balance: writes.balance && onCondition(undefined, writes.balance) };
}

function withRecord(sealed: Sealing, change: (record: MeteringRecord) => Partial<MeteringRecord>): Sealing {
  if (sealed.state !== 'sealed') return sealed;
  return { ...sealed, record: { ...sealed.record, ...change(sealed.record) } };
}
