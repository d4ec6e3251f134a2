import { beforeEach, describe, expect, it } from '@jest/globals';
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
import { mockClient } from 'aws-sdk-client-mock';
import type { CustomerIdentity, MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { aSealedRecord } from '../builders/a-sealed-record';

const aws = mockClient(MarketplaceMeteringClient);
const gateway = new AwsMeteringGateway(new MarketplaceMeteringClient({ region: 'us-east-1' }));

const aRecord = (overrides: Partial<MeteringRecord> = {}) => aSealedRecord(overrides).record;
const legacy: CustomerIdentity = { mode: 'legacy', customerIdentifier: 'c-1' };
const metadata = (httpStatusCode: number) => ({ message: 'no', $metadata: { httpStatusCode } });
const sent = (call = 0) => aws.commandCalls(BatchMeterUsageCommand)[call]?.args[0].input;

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

  it.each([
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
