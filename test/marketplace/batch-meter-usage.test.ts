import { beforeEach, describe, expect, it } from 'vitest';
import {
  BatchMeterUsageCommand,
  DisabledApiException,
  InternalServiceErrorException,
  InvalidTagException,
  MarketplaceMeteringClient,
  MarketplaceMeteringServiceException,
  ThrottlingException,
  type UsageRecord,
} from '@aws-sdk/client-marketplace-metering';
import type { CustomerIdentity, MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { aSealedRecord } from '../builders/a-sealed-record';
import { mockClass } from '../fakes/mock-class';

const aws = mockClass(MarketplaceMeteringClient);
const gateway = new AwsMeteringGateway(new MarketplaceMeteringClient({ region: 'us-east-1' }));

const aRecord = (overrides: Partial<MeteringRecord> = {}) => aSealedRecord(overrides).record;
const legacy: CustomerIdentity = { mode: 'legacy', customerIdentifier: 'c-1' };
const metadata = (httpStatusCode: number) => ({ message: 'no', $metadata: { httpStatusCode } });
const sent = (call = 0) => aws.commandCalls(BatchMeterUsageCommand)[call]?.args[0].input;

const decimalOf = (quantity: string) => ({ form: 'decimal' as const, quantity });
const wholeOf = (quantity: string) => ({ form: 'whole' as const, quantity });

/** AWS takes every record, and repeats it with these quantities. */
function answerWith(echoed: object): void {
  aws.on(BatchMeterUsageCommand).callsFake(({ UsageRecords = [] }: { UsageRecords: UsageRecord[] }) => ({
    Results: UsageRecords.map(({ Timestamp, LicenseArn, Dimension }) => ({
      UsageRecord: { Timestamp, LicenseArn, Dimension, ...echoed },
      Status: 'Success',
      MeteringRecordId: 'id',
    })),
  }));
}

beforeEach(() => {
  aws.reset();
  aws.rejects(new Error('unexpected call'));
});

describe('BatchMeterUsage', () => {
  it('sends the licence and never the product in licence mode', async () => {
    aws.on(BatchMeterUsageCommand).resolves({ Results: [], UnprocessedRecords: [] });
    const record = aRecord({
      allocations: [
        { quantity: '5', tags: { Department: 'legal' } },
        { quantity: '2', tags: {} },
      ],
    });
    await gateway.batchMeterUsage([record]);
    expect(sent()).toEqual({
      UsageRecords: [
        {
          Timestamp: new Date('2026-03-10T12:00:00Z'),
          CustomerAWSAccountId: '111122223333',
          LicenseArn: record.customer.mode === 'license' ? record.customer.licenseArn : '',
          Dimension: 'events',
          Quantity: 7,
          UsageAllocations: [
            { AllocatedUsageQuantity: 5, Tags: [{ Key: 'Department', Value: 'legal' }] },
            { AllocatedUsageQuantity: 2 },
          ],
        },
      ],
    });
  });

  it('sends the product and the customer identifier, and no licence, in legacy mode', async () => {
    aws.on(BatchMeterUsageCommand).resolves({ Results: [], UnprocessedRecords: [] });
    await gateway.batchMeterUsage([aRecord({ customer: legacy })]);
    expect(sent()).toMatchObject({ ProductCode: 'exampleproduct', UsageRecords: [{ CustomerIdentifier: 'c-1' }] });
    expect(sent()?.UsageRecords?.[0]).not.toHaveProperty('LicenseArn');
    expect(sent()?.UsageRecords?.[0]).not.toHaveProperty('CustomerAWSAccountId');
  });

  it('matches results by customer, dimension and hour, in whatever order they come', async () => {
    const records = [
      aRecord(),
      aRecord(),
      aRecord({ dimension: 'compute_hours' }),
      aRecord({ timestampSeconds: 1_773_147_600 + 90 }),
      aRecord(),
    ];
    aws.on(BatchMeterUsageCommand).callsFake(({ UsageRecords = [] }: { UsageRecords: UsageRecord[] }) => ({
      Results: [
        { UsageRecord: UsageRecords[3], Status: 'Success', MeteringRecordId: 'id-3' },
        { UsageRecord: UsageRecords[2], Status: 'DuplicateRecord' },
        { UsageRecord: UsageRecords[1], Status: 'CustomerNotSubscribed' },
        { UsageRecord: UsageRecords[0], Status: 'Success', MeteringRecordId: 'id-0' },
      ],
      UnprocessedRecords: [UsageRecords[4]],
    }));
    expect(await gateway.batchMeterUsage(records)).toEqual({
      outcome: 'answered',
      records: [
        { kind: 'accepted', meteringRecordId: 'id-0' },
        { kind: 'notSubscribed' },
        { kind: 'conflict' },
        { kind: 'accepted', meteringRecordId: 'id-3' },
        { kind: 'unprocessed' },
      ],
    });
  });

  it('matches a result with another second of the hour, as AWS deduplicates', async () => {
    aws.on(BatchMeterUsageCommand).callsFake(({ UsageRecords: [sentRecord] }: { UsageRecords: UsageRecord[] }) => ({
      Results: [
        {
          UsageRecord: { ...sentRecord, Timestamp: new Date('2026-03-10T12:00:00Z') },
          Status: 'Success',
          MeteringRecordId: 'id',
        },
      ],
    }));
    const record = aRecord({ timestampSeconds: Date.UTC(2026, 2, 10, 12, 20) / 1000 });
    expect(await gateway.batchMeterUsage([record])).toMatchObject({ records: [{ kind: 'accepted' }] });
  });

  it('matches a licence by its id, in whatever shape AWS writes its ARN', async () => {
    const LicenseArn = 'arn:aws:license-manager:us-east-1:294406891311:license/l-';
    aws.on(BatchMeterUsageCommand).callsFake(({ UsageRecords = [] }: { UsageRecords: UsageRecord[] }) => ({
      Results: UsageRecords.map((record) => ({
        UsageRecord: { ...record, LicenseArn: `${LicenseArn}${record.LicenseArn?.split('l-').at(-1)}` },
        Status: 'Success',
        MeteringRecordId: record.LicenseArn,
      })),
    }));
    const records = [aRecord(), aRecord()];
    const ids = records.map(({ customer }) => customer.mode === 'license' && customer.licenseArn);
    expect(await gateway.batchMeterUsage(records)).toMatchObject({
      records: ids.map((meteringRecordId) => ({ kind: 'accepted', meteringRecordId })),
    });
  });

  it('matches a customer by its identifier when AWS adds the licence', async () => {
    aws.on(BatchMeterUsageCommand).callsFake(({ UsageRecords: [record] }: { UsageRecords: UsageRecord[] }) => ({
      Results: [
        { UsageRecord: { ...record, LicenseArn: 'arn:aws:license-manager::1:license:l-1' }, Status: 'Success' },
      ],
    }));
    const result = await gateway.batchMeterUsage([aRecord({ customer: legacy })]);
    expect(result).toMatchObject({ records: [{ kind: 'accepted' }] });
  });

  it('prefers the result of a record that is also among the unprocessed', async () => {
    aws.on(BatchMeterUsageCommand).callsFake(({ UsageRecords = [] }: { UsageRecords: UsageRecord[] }) => ({
      Results: [{ UsageRecord: UsageRecords[0], Status: 'Success', MeteringRecordId: 'id' }],
      UnprocessedRecords: UsageRecords,
    }));
    expect(await gateway.batchMeterUsage([aRecord()])).toMatchObject({ records: [{ kind: 'accepted' }] });
  });

  it('treats a record without a result or with an unknown status as ambiguous', async () => {
    const records = [aRecord(), aRecord()];
    aws.on(BatchMeterUsageCommand).callsFake(({ UsageRecords = [] }: { UsageRecords: UsageRecord[] }) => ({
      Results: [{ UsageRecord: UsageRecords[0], Status: 'Perhaps' }],
    }));
    expect(await gateway.batchMeterUsage(records)).toEqual({
      outcome: 'answered',
      records: [{ kind: 'ambiguous' }, { kind: 'ambiguous' }],
    });
  });

  it.each<[sent: Partial<MeteringRecord>, echoed: object, kind: string]>([
    [decimalOf('15.8'), { QuantityAsDecimal: '15.8' }, 'accepted'],
    [decimalOf('15.8'), { QuantityAsDecimal: '15.800000' }, 'accepted'],
    [decimalOf('17'), { Quantity: 17 }, 'accepted'],
    [decimalOf('17'), { Quantity: 17, QuantityAsDecimal: '17.0' }, 'accepted'],
    [decimalOf('0'), {}, 'accepted'],
    [decimalOf('15.8'), {}, 'echoDiffers'],
    [decimalOf('15.8'), { Quantity: 15 }, 'echoDiffers'],
    [decimalOf('15.8'), { Quantity: 0 }, 'echoDiffers'],
    [decimalOf('15.8'), { Quantity: 15, QuantityAsDecimal: '15.8' }, 'echoDiffers'],
    [decimalOf('0.000001'), { QuantityAsDecimal: '0.00000' }, 'echoDiffers'],
    [decimalOf('9999999999.999999'), { QuantityAsDecimal: '9999999999.999998' }, 'echoDiffers'],
    [decimalOf('15.8'), { QuantityAsDecimal: 'many' }, 'echoDiffers'],
    [wholeOf('7'), { Quantity: 7 }, 'accepted'],
    [wholeOf('7'), { QuantityAsDecimal: '7.00' }, 'accepted'],
    [wholeOf('0'), {}, 'accepted'],
    [wholeOf('7'), { Quantity: 6 }, 'echoDiffers'],
    [wholeOf('7'), { Quantity: 7, QuantityAsDecimal: '0' }, 'echoDiffers'],
  ])('compares the echo of a record: %j, repeated as %j, is %s', async (sent, echoed, kind) => {
    answerWith(echoed);
    const result = await gateway.batchMeterUsage([aRecord(sent)]);
    expect(result).toMatchObject({ records: [{ kind, meteringRecordId: 'id' }] });
    expect(result).not.toHaveProperty('records.0.isEchoMissing');
  });

  it('accepts a whole record that AWS repeats without a quantity, and says so', async () => {
    answerWith({});
    const result = await gateway.batchMeterUsage([aRecord()]);
    expect(result).toMatchObject({ records: [{ kind: 'accepted', isEchoMissing: true }] });
  });

  it('says what AWS repeated in place of the quantity', async () => {
    answerWith({ Quantity: 15, QuantityAsDecimal: '15.8' });
    const result = await gateway.batchMeterUsage([aRecord({ form: 'decimal', quantity: '15.8' })]);
    expect(result).toMatchObject({ records: [{ kind: 'echoDiffers', echoed: '15 and 15.8' }] });
  });

  it.each([
    'AccessDeniedException',
    'ExpiredTokenException',
    'IncompleteSignature',
    'IncompleteSignatureException',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'RequestExpired',
    'SignatureDoesNotMatch',
    'UnrecognizedClientException',
  ])('takes %s for a refusal of our credentials, not of a record', async (name) => {
    const error = new MarketplaceMeteringServiceException({ name, $fault: 'client', ...metadata(400) });
    aws.on(BatchMeterUsageCommand).rejects(error);
    expect(await gateway.batchMeterUsage([aRecord(), aRecord()])).toEqual({ outcome: 'misconfigured', reason: name });
  });

  it.each([
    ['misconfigured', new MarketplaceMeteringServiceException({ name: 'New', $fault: 'client', ...metadata(403) })],
    ['misconfigured', new MarketplaceMeteringServiceException({ name: 'New', $fault: 'client', ...metadata(401) })],
    ['throttled', new ThrottlingException(metadata(400))],
    ['misconfigured', new DisabledApiException(metadata(400))],
    ['misconfigured', Object.assign(new Error('no'), { name: 'CredentialsProviderError' })],
    ['refused', new InvalidTagException(metadata(400))],
    [
      'refused',
      new MarketplaceMeteringServiceException({ name: 'SomethingNewException', $fault: 'client', ...metadata(400) }),
    ],
    ['ambiguous', new InternalServiceErrorException(metadata(500))],
    ['ambiguous', new InternalServiceErrorException(metadata(400))],
    ['ambiguous', new MarketplaceMeteringServiceException({ name: 'Timeout', $fault: 'client', ...metadata(408) })],
    ['ambiguous', new MarketplaceMeteringServiceException({ name: 'Unknown', $fault: 'client', ...metadata(503) })],
    ['ambiguous', Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })],
  ])('treats a metering error as %s: %p', async (outcome, error) => {
    aws.on(BatchMeterUsageCommand).rejects(error);
    expect(await gateway.batchMeterUsage([aRecord()])).toMatchObject({ outcome });
  });
});
