import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import { toCompletion } from '../../../lambdas/shared/domain/subscription-change';
import { DynamoDbAgreementDetailsStore } from '../../../lambdas/shared/stores/agreement-details';
import { usageEventItem } from '../../../lambdas/shared/stores/usage-events';
import { redrive } from '../../../ops/commands/redrive';
import { aProduct, PRODUCT_CODE } from '../../builders/a-payer';
import { aSubscription } from '../../builders/a-subscription';
import { aUsageEvent } from '../../builders/a-usage-event';
import { aSubscriptionId } from '../../builders/ids';
import { UsagePath } from '../../functions/usage-path';
import { streamOf } from '../../handlers/a-loaded-function';
import { opsOn, run } from './a-command';

const ID = aSubscriptionId(1);
const KEY = 'aws/lambda/1';

let path: UsagePath;
let ops: Awaited<ReturnType<typeof opsOn>>;
let bucket: ReturnType<typeof mocked>;

const mocked = () => mockClient(ops.installation.s3);

beforeEach(async () => {
  path = new UsagePath({ product: aProduct({ pricingModel: 'contract' }) });
  ops = await opsOn(path);
  bucket = mocked();
});

/** Lambda has given up a batch of a function with this item. */
function givenFailed(verb: string, item: Record<string, unknown>): void {
  ops.installation.functions = new Map([['name', `Metering${verb}0A1B2C3D`]]);
  const record = {
    requestContext: { functionArn: 'arn:aws:lambda:us-east-1:0:function:name', condition: 'RecordAgeExhausted' },
    DDBStreamBatchInfo: { batchSize: 1 },
    payload: JSON.stringify(streamOf(item)),
  };
  const Body = { transformToString: async () => JSON.stringify(record) } as never;
  bucket.on(ListObjectsV2Command).resolves({ Contents: [{ Key: KEY, LastModified: new Date(0) }] });
  bucket.on(GetObjectCommand).resolves({ Body });
}

const deleted = () => bucket.commandCalls(DeleteObjectCommand).length;
const noticeItem = () => {
  const { notice } = toCompletion(aSubscription(), '2026-11-02T12:00:00.000Z');
  return { pk: 's-1', sk: 1, notice: JSON.stringify(notice) };
};

describe('redriving a failed batch', () => {
  it.each([
    ['AggregateUsage', () => usageEventItem(aUsageEvent(), 1)],
    // Nothing answers at the bus of this operator.
    ['PublishNotices', noticeItem],
  ])('of %s keeps the batch, which is its only copy, when it fails again', async (verb, item) => {
    givenFailed(verb, item());
    path.tables.before = async ({ input }) => {
      if (JSON.stringify(input).includes(ID)) throw new Error('no table');
    };
    const { json, exitCode } = await run(redrive, ops, 'redrive', '--apply');
    expect([json, exitCode, deleted()]).toMatchObject([{ batches: [{ key: KEY, result: 'failed' }] }, 1, 0]);
  });

  it('of meter-usage has the next run look at the end of the subscription', async () => {
    givenFailed('MeterUsage', { ...path.givenSubscription({ state: 'ending' }) });
    await run(redrive, ops, 'redrive', '--apply');
    expect([await path.endings.listDue(path.clock.now()), deleted()]).toEqual([[ID], 1]);
  });

  it('of meter-usage begins the zero records of an active subscription', async () => {
    const dimensions = [{ apiName: 'events', unit: 'event', zeroRecords: true }];
    path.products.set(PRODUCT_CODE, aProduct({ dimensions }));
    ops = await opsOn(path);
    bucket = mocked();
    givenFailed('MeterUsage', { ...path.givenSubscription() });
    await run(redrive, ops, 'redrive', '--apply');
    const hourKey = { subscriptionId: ID, dimension: 'events', hour: hourOf(path.clock.now()) };
    expect([await path.hourlyUsage.get(hourKey), deleted()]).toMatchObject([{ state: 'open' }, 1]);
  });

  it.each([
    [true, [ID]],
    [false, []],
  ])('of refresh-entitlements has the next sweep ask AWS (agreements, too: %s)', async (wanted, agreements) => {
    const configuration = { ...ops.configuration(), agreementDetails: wanted };
    givenFailed('RefreshEntitlements', { ...path.givenSubscription({ agreementId: 'agmt-1' }) });
    await run(redrive, { ...ops, configuration: () => configuration }, 'redrive', '--apply');
    const nowMs = path.clock.now();
    expect([await path.entitlements.listDue(nowMs), deleted()]).toEqual([[ID], 1]);
    expect(await new DynamoDbAgreementDetailsStore(path.tables.database).listDue(nowMs)).toEqual(agreements);
  });
});
