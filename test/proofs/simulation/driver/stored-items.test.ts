import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../../lambdas/shared/domain/decimal';
import { hourOf } from '../../../../lambdas/shared/domain/hour';
import { inlineTexts } from '../../../../lambdas/shared/stores/inline-events';
import { exact } from '../../../../proofs/simulation/driver/exact';
import { toHour, toInlineTally } from '../../../../proofs/simulation/driver/stored-items';

const keys = { pk: 's-1', sk: '2026-03-10T12#d1' };

describe("the simulation's own reading of stored items", () => {
  it('reads the events in the item of an hour as the stores write them', () => {
    const tags = { Department: 'legal' };
    const events = [
      { key: '#0b1a5a0e-6c9e-4a2b-9c7d-1f2e3d4c5b6a', quantity: decimal('0.000000000000000001'), tags: {} },
      { key: 'app%23#e1', quantity: decimal('7'), tags },
    ];
    const texts = [
      ...inlineTexts({ events }),
      ...inlineTexts({ events: [{ ...events[1]!, key: '#late' }], usedIn: hourOf(0) }),
    ];
    expect(toInlineTally({ ...keys, inlineEvents: new Set(texts) })).toEqual({
      subscriptionId: 's-1',
      hour: '2026-03-10T12',
      dimension: 'd1',
      events: [
        { key: events[0]?.key, quantity: exact('0.000000000000000001'), tags: {} },
        { key: 'app%23#e1', quantity: exact('7'), tags },
        { key: '#late', quantity: exact('7'), tags },
      ],
    });
  });

  it('knows how many tallies must be beside an hour, of this version and of an earlier one', () => {
    const item = { ...keys, state: 'open', tallies: NumberValue.from('5') };
    expect(toHour(item).tallies).toBe(5);
    expect(toHour({ ...item, inlineVersion: NumberValue.from('3') }).tallies).toBe(2);
  });
});
