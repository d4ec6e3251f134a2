import { describe, expect, it } from 'vitest';
import { decimal } from '../../../lambdas/shared/domain/decimal';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import { reconcile, type OurRecord, type TheirRecord } from '../../../ops/reconcile/differences';

const ARN = 'arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef';
const hour = hourOf(Date.parse('2026-11-03T05:00:00Z'));

function ours(overrides: Partial<OurRecord> = {}): OurRecord {
  return {
    subscriptionId: 's-1',
    productCode: 'p',
    dimension: 'events',
    hour,
    state: 'billed',
    quantity: '5',
    customer: { mode: 'license', customerAWSAccountId: '111122223333', licenseArn: ARN },
    meteringRecordId: 'm-1',
    ...overrides,
  };
}

function theirs(overrides: Partial<TheirRecord> = {}): TheirRecord {
  return { meteringRecordId: 'm-1', licenseArn: ARN, dimension: 'events', hour, quantity: '5', ...overrides };
}

const kinds = (own: OurRecord[], accepted: TheirRecord[]) =>
  reconcile(own, accepted).differences.map(({ kind }) => kind);

describe('reconciling', () => {
  it('finds no difference between equal records, however often AWS repeats them', () => {
    expect(reconcile([ours()], [theirs(), theirs()])).toEqual({
      matched: 1,
      equal: [ours()],
      differences: [],
      totals: [{ productCode: 'p', dimension: 'events', billedHere: decimal(5), acceptedByAws: decimal(5) }],
    });
  });

  it('never adds up quantities of two products, whose units may differ', () => {
    const other = { productCode: 'q', meteringRecordId: 'm-2', quantity: '7' };
    const customer = { mode: 'license', customerAWSAccountId: '111122223333', licenseArn: `${ARN}2` } as const;
    const accepted = [theirs(), theirs({ meteringRecordId: 'm-2', licenseArn: `${ARN}2`, quantity: '7' })];
    expect(reconcile([ours(), ours({ ...other, customer })], accepted).totals).toEqual([
      { productCode: 'p', dimension: 'events', billedHere: decimal(5), acceptedByAws: decimal(5) },
      { productCode: 'q', dimension: 'events', billedHere: decimal(7), acceptedByAws: decimal(7) },
    ]);
  });

  it('ignores a record that neither side billed', () => {
    expect(kinds([ours({ state: 'rejected', meteringRecordId: undefined })], [])).toEqual([]);
  });

  it.each<[string, OurRecord[], TheirRecord[]]>([
    ['missingAtAws', [ours()], []],
    ['quantityDiffers', [ours()], [theirs({ quantity: '6' })]],
    ['quantityDiffers', [ours({ state: 'rejected', meteringRecordId: undefined })], [theirs({ quantity: '6' })]],
    ['acceptedButNotBilledHere', [ours({ state: 'unconfirmed', meteringRecordId: undefined })], [theirs()]],
    ['unknownHere', [], [theirs()]],
    ['acceptedTwice', [ours()], [theirs(), theirs({ meteringRecordId: 'm-2' })]],
  ])('finds the difference %s', (kind, own, accepted) => {
    expect(kinds(own, accepted)).toEqual([kind]);
  });

  it('matches a licence by its id, in any form of its ARN', () => {
    const other = ARN.replace('arn:', '').replace(':license:', ':license/');
    expect(reconcile([ours({ meteringRecordId: undefined })], [theirs({ licenseArn: other })]).matched).toBe(1);
  });

  it('does not match another licence of the same account', () => {
    const other = theirs({
      licenseArn: ARN.replace(/f$/, '0'),
      customerAWSAccountId: '111122223333',
      meteringRecordId: 'x',
    });
    expect(kinds([ours()], [other]).sort()).toEqual(['missingAtAws', 'unknownHere']);
  });

  it.each<[string, Partial<TheirRecord>]>([
    ['customer identifier', { customerIdentifier: 'c-1' }],
    ['account', { customerAWSAccountId: '111122223333' }],
  ])("matches an older product's customer by the %s", (_name, customer) => {
    const own = ours({
      customer: { mode: 'legacy', customerIdentifier: 'c-1' },
      customerAWSAccountId: '111122223333',
      meteringRecordId: undefined,
    });
    const accepted = theirs({ licenseArn: undefined, productCode: 'p', ...customer });
    expect(reconcile([own], [accepted]).matched).toBe(1);
    expect(kinds([own], [{ ...accepted, productCode: 'q' }]).sort()).toEqual(['missingAtAws', 'unknownHere']);
  });

  it('does not match a record with a product code to a licence, because AWS bills both', () => {
    const byProduct = theirs({
      meteringRecordId: 'm-2',
      licenseArn: undefined,
      productCode: 'p',
      customerAWSAccountId: '111122223333',
    });
    expect(kinds([ours()], [theirs(), byProduct])).toEqual(['unknownHere']);
  });

  it('adds up quantities beyond the exact numbers of JavaScript', () => {
    const many = Array.from({ length: 3 }, (_, n) =>
      theirs({ meteringRecordId: `m-${n}`, quantity: '9999999999.999999' }),
    );
    expect(reconcile([], many).totals[0]?.acceptedByAws).toEqual(decimal('29999999999.999997'));
  });
});
