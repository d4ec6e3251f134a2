import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchMeterUsageCommand, MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readMeteringCall } from '../../../ops/reconcile/cloud-trail-event';
import { readTrailFiles } from '../../../ops/reconcile/trail';
import { startMarketplace, type FaultKind, type RunningMarketplace } from '../../../simulator';

const NOW = '2026-11-15T12:30:00Z';
let folder: string;
let running: RunningMarketplace;
const failures: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloudtrail-'));
  failures.length = 0;
  running = await aRunningMarketplace(folder);
});
afterEach(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

const aRunningMarketplace = (cloudTrailFolder: string) =>
  startMarketplace({
    cloudTrailFolder,
    onFailure: (message) => void failures.push(message),
    start: {
      clock: NOW,
      clockStands: true,
      products: [{ productCode: 'analytics', name: 'Analytics', dimensions: ['requests'] }],
      agreements: [{ productCode: 'analytics', acceptedDaysAgo: 1 }],
    },
  });

/** Meters an hour with the AWS SDK. @returns the name of the exception, if any */
async function meter(hoursAgo: number, members: object = { Quantity: 5 }): Promise<string | undefined> {
  const [agreement] = running.marketplace.agreements();
  const client = new MarketplaceMeteringClient({
    endpoint: running.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const record = {
    Timestamp: new Date(running.clock.now() - hoursAgo * 3_600_000),
    CustomerAWSAccountId: agreement?.accountId,
    LicenseArn: agreement?.licenseArn,
    Dimension: 'requests',
    ...members,
  };
  try {
    await client.send(new BatchMeterUsageCommand({ UsageRecords: [record] }));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  } finally {
    client.destroy();
  }
}

const shown = async () => {
  const { Records } = (await (await fetch(`${running.endpoint}/_marketplace/cloudtrail`)).json()) as {
    Records: unknown[];
  };
  return Records;
};

/** What the operator's reconciliation finds accepted in records. */
const accepted = (records: Iterable<unknown>) =>
  [...records].flatMap((record) => {
    const call = readMeteringCall(record);
    return call.kind === 'answered' ? call.accepted.map(({ hour, quantity }) => [hour, quantity]) : [call.kind];
  });

it("tells of metering calls as the seller guide's example does", async () => {
  await meter(2);
  const [agreement] = running.marketplace.agreements();
  const [billed] = running.marketplace.ledger();
  const usageRecord = {
    timestamp: 'Nov 15, 2026 10:30:00 AM',
    dimension: 'requests',
    quantity: 5,
    customerAWSAccountID: agreement?.accountId,
    licenseArn: agreement?.licenseArn,
  };

  expect(await shown()).toEqual([
    expect.objectContaining({
      eventTime: '2026-11-15T12:30:00Z',
      eventSource: 'metering-marketplace.amazonaws.com',
      eventName: 'BatchMeterUsage',
      requestParameters: { usageRecords: [usageRecord] },
      responseElements: {
        results: [{ usageRecord, meteringRecordId: billed?.meteringRecordId, status: 'Success' }],
        unprocessedRecords: [],
      },
      recipientAccountId: '999999999999',
    }),
  ]);
});

it("writes log files in the layout of a trail's bucket, which reconciliation reads as it reads AWS's", async () => {
  await meter(2);
  await meter(1, { Quantity: 7 });
  running.marketplace.plantFault({ kind: 'throttle', next: 1 });
  expect(await meter(0)).toBe('ThrottlingException');
  await running.stop();

  expect(readdirSync(join(folder, 'AWSLogs/999999999999/CloudTrail/us-east-1/2026/11/15'))).toEqual([
    expect.stringMatching(/^999999999999_CloudTrail_us-east-1_20261115T1230Z_[0-9a-f]{16}\.json\.gz$/),
  ]);
  const inLedger = running.marketplace.ledger().map(({ hour, quantity }) => [hour.slice(0, 13), quantity]);
  expect(accepted(readTrailFiles(folder))).toEqual(inLedger);
  expect(inLedger).toHaveLength(2);
  expect([...readTrailFiles(folder)]).toMatchObject([
    {},
    {},
    { errorCode: 'ThrottlingException', responseElements: null },
  ]);
});

it.each<[FaultKind, unknown[]]>([
  ['dropAfterCommit', [['2026-11-15T10', '5']]],
  ['dropBeforeCommit', []],
])('after the fault %s it tells what AWS did, not what the client learned', async (kind, expected) => {
  running.marketplace.plantFault({ kind, next: 1 });
  expect(await meter(2)).toBeDefined();

  expect(accepted(await shown())).toEqual(expected);
});

it('leaves out an answer that is too large for CloudTrail, which reconciliation reports as unreadable', async () => {
  const UsageAllocations = Array.from({ length: 1000 }, (_, index) => ({
    AllocatedUsageQuantity: 1,
    Tags: [{ Key: 'project', Value: `${'a'.repeat(100)}${index}` }],
  }));
  await meter(2, { Quantity: 1000, UsageAllocations });

  const records = await shown();
  expect(records).toMatchObject([{ responseElements: { omitted: true, reason: 'responseElements too large' } }]);
  expect(accepted(records)).toEqual(['unreadable']);
});

it('tells nothing of other operations, and of no call that AWS refuses in front of the service', async () => {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSMPMeteringService.BatchMeterUsage',
  };
  await fetch(running.endpoint, { method: 'POST', headers, body: '{}' });
  running.marketplace.call('ResolveCustomer', { RegistrationToken: 'x' });

  expect(await shown()).toEqual([]);
});

it('says so when a log file cannot be written, and writes its records later', async () => {
  await running.stop();
  const blocked = join(folder, 'blocked');
  writeFileSync(blocked, '');
  running = await aRunningMarketplace(blocked);
  await meter(2);
  running.trail.write();
  expect(failures).toEqual([expect.stringMatching(/^CloudTrail's log file could not be written to .*blocked: /)]);
  rmSync(blocked);
  await running.stop();

  expect(accepted(readTrailFiles(blocked))).toEqual([['2026-11-15T10', '5']]);
});
