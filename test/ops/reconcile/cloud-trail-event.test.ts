import { describe, expect, it } from 'vitest';
import { readMeteringCall } from '../../../ops/reconcile/cloud-trail-event';
import { aCloudTrailEvent } from '../../builders/a-cloud-trail-event';

describe('a CloudTrail event of BatchMeterUsage', () => {
  it("reads what AWS accepted from the seller guide's example of an event", () => {
    const event = aCloudTrailEvent({
      record: { customerIdentifier: 'customer1' },
      requestParameters: { productCode: 'EXAMPLE_proCode' },
    });
    expect(readMeteringCall(event)).toEqual({
      kind: 'answered',
      accepted: [
        {
          meteringRecordId: 'm-1',
          productCode: 'EXAMPLE_proCode',
          licenseArn: undefined,
          customerIdentifier: 'customer1',
          customerAWSAccountId: '111122223333',
          dimension: 'events',
          hour: '2026-11-03T05',
          quantity: '5',
        },
      ],
    });
  });

  it.each([
    ['Nov 3, 2026 5:59:59 AM', '2026-11-03T05'],
    ['Nov 3, 2026, 12:00:00\u202fAM', '2026-11-03T00'],
    ['Nov 3, 2026 12:30:00 PM', '2026-11-03T12'],
    ['2026-11-03T05:00:00Z', '2026-11-03T05'],
    [1_793_682_000, '2026-11-03T05'],
    [1_793_682_000_000, '2026-11-03T05'],
  ])('reads the CloudTrail time %p', (timestamp, hour) => {
    expect(readMeteringCall(aCloudTrailEvent({ record: { timestamp } }))).toMatchObject({ accepted: [{ hour }] });
  });

  it.each(['licenseArn', 'LicenseArn', 'licenseARN'])('reads the licence from the field %s', (name) => {
    const call = readMeteringCall(aCloudTrailEvent({ record: { [name]: 'arn:l-1' } }));
    expect(call).toMatchObject({ accepted: [{ licenseArn: 'arn:l-1' }] });
  });

  it('accepts only records with the status Success', () => {
    const refused = [{ result: { status: 'DuplicateRecord' } }, { result: { status: 'CustomerNotSubscribed' } }];
    for (const each of [...refused, { errorCode: 'ThrottlingException', responseElements: null }]) {
      expect(readMeteringCall(aCloudTrailEvent(each))).toEqual({ kind: 'answered', accepted: [] });
    }
  });

  it.each([
    [{ quantityAsDecimal: '15.8' }, '15.8'],
    [{ quantityAsDecimal: '0.000001' }, '0.000001'],
    [{ quantityAsDecimal: 15.8 }, '15.8'],
    [{ quantity: '17' }, '17'],
    [{ quantity: 17, quantityAsDecimal: '17.00' }, '17'],
    [{}, '0'],
  ])('reads the quantity of %j', (fields, quantity) => {
    const event = aCloudTrailEvent({ record: { quantity: undefined, ...fields } });
    expect(readMeteringCall(event)).toMatchObject({ accepted: [{ quantity }] });
  });

  it.each([
    ['omitted because of its size', { responseElements: { omitted: true, reason: 'too large' } }],
    ['absent', { responseElements: null }],
    ['without a readable time', { record: { timestamp: 'some day' } }],
    ['with half a unit', { record: { quantity: 0.5 } }],
    ['with two quantities that differ', { record: { quantity: 15, quantityAsDecimal: '15.8' } }],
    ['with a quantity that is no number', { record: { quantityAsDecimal: 'many' } }],
  ])('reports a CloudTrail event as unreadable when the answer is %s', (_name, overrides) => {
    expect(readMeteringCall(aCloudTrailEvent(overrides))).toMatchObject({ kind: 'unreadable', eventId: 'e-1' });
  });

  it.each([
    aCloudTrailEvent({ eventName: 'ResolveCustomer' }),
    aCloudTrailEvent({ eventSource: 's3.amazonaws.com' }),
    null,
  ])('ignores an event of another call: %j', (event) => {
    expect(readMeteringCall(event)).toEqual({ kind: 'other' });
  });
});
