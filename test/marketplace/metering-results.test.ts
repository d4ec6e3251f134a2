import {
  BatchMeterUsageCommand,
  MarketplaceMeteringClient,
  type UsageRecord,
} from '@aws-sdk/client-marketplace-metering';
import { beforeEach, describe, expect, it } from 'vitest';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { aSealedRecord } from '../builders/a-sealed-record';

const HOUR_SECONDS = 3600;
const client = new MarketplaceMeteringClient({ region: 'us-east-1' });
const metering = mockClient(client);
const gateway = new AwsMeteringGateway(client);
const { record } = aSealedRecord();

beforeEach(() => {
  metering.reset();
});

/** AWS answers a call with these results. */
function answers(results: (sent: readonly UsageRecord[]) => object): void {
  metering.on(BatchMeterUsageCommand).callsFake(({ UsageRecords = [] }) => results(UsageRecords));
}

describe('the results of a metering call', () => {
  it('belong to the hour that they name, though customer and dimension are the same', async () => {
    answers(([first, second]) => ({
      Results: [
        { UsageRecord: second, Status: 'DuplicateRecord' },
        { UsageRecord: first, Status: 'Success', MeteringRecordId: 'id-1' },
      ],
    }));
    const next = { ...record, timestampSeconds: record.timestampSeconds + HOUR_SECONDS };
    await expect(gateway.batchMeterUsage([record, next])).resolves.toEqual({
      outcome: 'answered',
      records: [{ kind: 'accepted', meteringRecordId: 'id-1' }, { kind: 'conflict' }],
    });
  });

  it('belong to the dimension that they name, though customer and hour are the same', async () => {
    answers(([first, second]) => ({
      Results: [
        { UsageRecord: second, Status: 'DuplicateRecord' },
        { UsageRecord: first, Status: 'Success', MeteringRecordId: 'id-1' },
      ],
    }));
    const other = { ...record, dimension: `${record.dimension}_other` };
    await expect(gateway.batchMeterUsage([record, other])).resolves.toMatchObject({
      records: [{ kind: 'accepted', meteringRecordId: 'id-1' }, { kind: 'conflict' }],
    });
  });

  it.each([
    ['nothing', () => ({})],
    ['a result without a record', () => ({ Results: [{ Status: 'Success', MeteringRecordId: 'id' }] })],
    [
      'a record without a time',
      ([sent]: readonly UsageRecord[]) => ({
        Results: [{ UsageRecord: { ...sent, Timestamp: undefined }, Status: 'Success', MeteringRecordId: 'id' }],
      }),
    ],
    [
      'a record of another hour',
      ([sent]: readonly UsageRecord[]) => ({
        Results: [{ UsageRecord: { ...sent, Timestamp: new Date(0) }, Status: 'Success', MeteringRecordId: 'id' }],
      }),
    ],
  ])('leave open whether a record was billed, if AWS returns %s', async (_what, results) => {
    answers(results);
    await expect(gateway.batchMeterUsage([record])).resolves.toEqual({
      outcome: 'answered',
      records: [{ kind: 'ambiguous' }],
    });
  });

  it('keep a record unprocessed whose other result has an unknown status', async () => {
    answers(([sent]) => ({ Results: [{ UsageRecord: sent, Status: 'Perhaps' }], UnprocessedRecords: [sent] }));
    await expect(gateway.batchMeterUsage([record])).resolves.toMatchObject({ records: [{ kind: 'unprocessed' }] });
  });

  it('accept a record without an id of AWS', async () => {
    answers(([sent]) => ({ Results: [{ UsageRecord: sent, Status: 'Success' }] }));
    await expect(gateway.batchMeterUsage([record])).resolves.toMatchObject({
      records: [{ kind: 'accepted', meteringRecordId: '' }],
    });
  });

  it('are empty for no records, for which AWS is not called', async () => {
    await expect(gateway.batchMeterUsage([])).resolves.toEqual({ outcome: 'answered', records: [] });
    expect(metering.calls()).toEqual([]);
  });

  it('are unknown after a failure that is no error', async () => {
    metering.on(BatchMeterUsageCommand).callsFake(() => Promise.reject('gone'));
    await expect(gateway.batchMeterUsage([record])).resolves.toEqual({ outcome: 'ambiguous', reason: 'UnknownError' });
  });
});
