import { describe, expect, it } from 'vitest';
import { decimal } from '../../../lambdas/shared/domain/decimal';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import type { HourFields } from '../../../lambdas/shared/domain/hourly-usage';
import { paragraphOf } from '../../../ops/explain/paragraph';
import { aSealedRecord } from '../../builders/a-sealed-record';

const { record } = aSealedRecord();
const ID = '3f7a1c9e-1';

function told(used: string, { quantity, ...fields }: Partial<HourFields> & { quantity?: string }, unit?: string) {
  const hour: HourFields = {
    subscriptionId: 's-1',
    dimension: 'events',
    hour: hourOf(Date.parse('2026-07-03T14:00:00Z')),
    state: 'billed',
    tallies: 1,
    meteringRecordId: ID,
    ...(quantity !== undefined && { record: { ...record, quantity } }),
    ...fields,
  };
  return paragraphOf({ hour, used: decimal(used), unit });
}

const HOUR = 'On 3 July 2026 between 14:00 and 15:00 UTC you used';

describe('the paragraph about an hour', () => {
  it.each<[string, string, string]>([
    [
      'a contract covers a part of',
      told('241.5', { quantity: '91.5', coveredQuantity: decimal(150) }, 'event'),
      `${HOUR} 241.5 events. Your contract covers 150. 91.5 were billed to AWS Marketplace as record ${ID}.`,
    ],
    [
      'a contract covers',
      told('1', { state: 'covered', coveredQuantity: decimal(1) }, 'event'),
      `${HOUR} 1 event. Your contract covers 1. Nothing was billed for this hour.`,
    ],
    [
      'was a test',
      told('3', { state: 'withheld', withheldQuantity: decimal(3) }, 'event'),
      `${HOUR} 3 events. 3 of it was a test and is not billed. Nothing was billed for this hour.`,
    ],
    [
      'takes a Balance and leaves one',
      told('1', { quantity: '1', carriedIn: decimal('0.5'), carriedOut: decimal('0.5') }, 'query'),
      `${HOUR} 1 query. Together with 0.5 carried over from before, that makes 1.5. 1 was billed to AWS Marketplace as ` +
        `record ${ID}. 0.5 were carried over and will be billed with later usage.`,
    ],
    [
      'is carried whole',
      told('0.4', { state: 'carried', carriedOut: decimal('0.4') }, 'GB-hour'),
      `${HOUR} 0.4 GB-hours. Nothing was billed for this hour. All of it was carried over and will be billed with later usage.`,
    ],
    [
      'is open',
      told('3', { state: 'open' }, 'GB'),
      `${HOUR} 3 GB. This hour is not closed yet, so nothing of it has been billed.`,
    ],
    [
      'AWS rejected',
      told('3', { state: 'rejected', quantity: '3' }),
      `${HOUR} 3 of events. AWS Marketplace did not accept 3, and nothing of it was billed.`,
    ],
    [
      'expired before it was sealed',
      told('3', { state: 'expired', expiredQuantity: decimal(3) }, 'box'),
      `${HOUR} 3 boxes. 3 could not be reported in time and will not be billed.`,
    ],
    [
      'is unconfirmed',
      told('3', { state: 'unconfirmed', quantity: '3' }, 'query'),
      `${HOUR} 3 queries. 3 were reported to AWS Marketplace, which did not say whether it bills it.`,
    ],
  ])('tells every unit of an hour that %s', (_name, text, expected) => {
    expect(text).toBe(expected);
  });
});
