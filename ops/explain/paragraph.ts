import { printable } from '../../web/printable';
import { decimalText, ZERO, type Decimal } from '../../lambdas/shared/domain/decimal';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import { spokenHour } from '../output/utc';
import { termsOf } from '../terms';

export interface Told {
  hour: HourFields;
  used: Decimal;
  /** The seller's word for one unit, in the singular. Without it, the dimension's name is all that can be said. */
  unit: string | undefined;
}

/**
 * What became of an hour, in words that can be sent to the buyer: "On 3 July 2026 between 14:00 and 15:00 UTC you used
 * 241.5 events. …". Every unit of the hour is in exactly one of its sentences.
 */
export function paragraphOf({ hour, used, unit }: Told): string {
  const {
    carriedIn = ZERO,
    carriedOut = ZERO,
    coveredQuantity = ZERO,
    carriedQuantity = ZERO,
    rejectedQuantity = ZERO,
    withheldQuantity = ZERO,
  } = hour;
  const amount = (quantity: Decimal) => amountOf(quantity, { unit, dimension: hour.dimension });
  const number = (quantity: Decimal) => decimalText(quantity);
  const sentences = [`On ${spokenHour(hour.hour)} you used ${amount(used)}.`];
  if (carriedIn.gt(0))
    sentences.push(
      `Together with ${number(carriedIn)} carried over from before, that makes ${number(used.plus(carriedIn))}.`,
    );
  if (withheldQuantity.gt(0)) sentences.push(`${number(withheldQuantity)} of it was a test and is not billed.`);
  if (rejectedQuantity.gt(0))
    sentences.push(`${number(rejectedQuantity)} of it fell into a time without a subscription and will not be billed.`);
  if (coveredQuantity.gt(0)) sentences.push(`Your contract covers ${number(coveredQuantity)}.`);
  sentences.push(...outcomeOf({ hour, used, unit }));
  const carried = carriedOut.plus(carriedQuantity);
  if (carried.gt(0)) {
    const what = carried.eq(used.plus(carriedIn)) ? 'All of it' : number(carried);
    sentences.push(
      `${what} ${isPlural(carried, what) ? 'were' : 'was'} carried over and will be billed with later usage.`,
    );
  }
  return printable(sentences.join(' '));
}

function outcomeOf({ hour, used }: Told): string[] {
  const { state, record, meteringRecordId, expiredQuantity = ZERO } = hour;
  const quantity = record?.quantity ?? '0';
  const verb = quantity === '1' ? 'was' : 'were';
  switch (state) {
    case 'open':
      if (hour.held !== undefined) return ['This hour is being checked, and nothing of it has been billed.'];
      return ['This hour is not closed yet, so nothing of it has been billed.'];
    case 'sealed':
      return [`${quantity} ${verb} reported to AWS Marketplace or will be; AWS has not confirmed it yet.`];
    case 'billed':
      return [`${quantity} ${verb} billed to AWS Marketplace as record ${meteringRecordId ?? '(unknown)'}.`];
    case 'rejected':
      // All of it was used while nobody was subscribed, which the paragraph has said.
      if (record === undefined) return [];
      return [`AWS Marketplace did not accept ${quantity}, and nothing of it was billed.`];
    case 'unconfirmed':
      return [`${quantity} ${verb} reported to AWS Marketplace, which did not say whether it bills it.`];
    case 'expired': {
      const lost = record === undefined ? expiredQuantity : undefined;
      return [
        `${lost === undefined ? quantity : decimalText(lost)} could not be reported in time and will not be billed.`,
      ];
    }
    case 'covered':
    case 'withheld':
    case 'carried':
      return termsOf({ ...hour, used }).billed.eq(0) ? ['Nothing was billed for this hour.'] : [];
  }
}

function amountOf(quantity: Decimal, { unit, dimension }: { unit: string | undefined; dimension: string }): string {
  const text = decimalText(quantity);
  if (unit === undefined) return `${text} of ${dimension}`;
  const plural = /[^aeiou]y$/.test(unit)
    ? unit.replace(/y$/, 'ies')
    : /(s|x|ch|sh)$/.test(unit)
      ? `${unit}es`
      : `${unit}s`;
  return `${text} ${quantity.eq(1) || /^[A-Z]{1,3}$/.test(unit) ? unit : plural}`;
}

const isPlural = (quantity: Decimal, what: string) => what !== 'All of it' && !quantity.eq(1);
