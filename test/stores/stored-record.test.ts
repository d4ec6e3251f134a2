import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { parseHourItem } from '../../lambdas/shared/stores/hourly-usage-items';
import { aSealedRecord } from '../builders/a-sealed-record';

/** The sealed hour whose item holds this record. */
const read = (record: object) =>
  parseHourItem({
    pk: 's',
    sk: '2026-03-10T12#events',
    state: 'sealed',
    used: NumberValue.from('7'),
    record: JSON.stringify(record),
  });

describe('the record of a sealed hour', () => {
  it('reads a record of an earlier version in the form that it was sealed in', () => {
    const { form: _, ...record } = aSealedRecord().record;
    const tags = { Department: 'legal' };
    const stored = { ...record, quantity: 7, allocations: [{ quantity: 7, tags }] };
    expect(read(stored)).toHaveProperty('record', {
      ...record,
      form: 'whole',
      quantity: '7',
      allocations: [{ quantity: '7', tags }],
    });
  });

  it('reads a decimal record with every digit', () => {
    const { record } = aSealedRecord({ form: 'decimal', quantity: '9999999999.999999' });
    expect(read(record)).toHaveProperty('record', record);
  });

  it.each([
    ['a fraction of a whole unit', { form: 'whole', quantity: '7.5' }],
    ['a seventh decimal', { form: 'decimal', quantity: '7.0000001' }],
    ['an exponent', { form: 'decimal', quantity: '7e1' }],
    ['a leading zero', { form: 'decimal', quantity: '07' }],
    ['a fraction in an allocation of a whole record', { allocations: [{ quantity: '7.5', tags: {} }] }],
  ])('refuses to read a record with %s', (_, changed) => {
    expect(() => read({ ...aSealedRecord().record, ...changed })).toThrow('not of the form of its record');
  });
});
