import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import { toReportedEvent, type CsvRow } from '../../ops/import/csv-rows';
import { useFlow } from '../flow/a-running-stack';
import { LEGACY_PRODUCT } from '../flow/products';

const running = useFlow();
const folder = mkdtempSync(join(tmpdir(), 'from-aws-sample-'));
afterAll(() => rmSync(folder, { recursive: true }));

function convert(items: readonly object[], ...[command = '', ...options]: string[]) {
  const file = join(folder, 'export.json');
  writeFileSync(file, JSON.stringify({ Items: items }));
  const script = 'examples/from-aws-sample/convert.mjs';
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, command, file, ...options], {
    encoding: 'utf8',
  });
  return { lines: stdout.trim().split('\n'), stderr, status };
}

const aSubscriber = (customerIdentifier: string, more: object = {}) => ({
  customerIdentifier: { S: customerIdentifier },
  productCode: { S: LEGACY_PRODUCT },
  customerAWSAccountID: { S: '111122223333' },
  created: { S: String(Date.parse('2026-03-01T08:00:00Z')) },
  successfully_subscribed: { BOOL: true },
  subscription_expired: { BOOL: false },
  is_free_trial_term_present: { BOOL: false },
  ...more,
});
const aRecord = (customerIdentifier: string, created: number, more: object = { metering_pending: { S: 'true' } }) => ({
  customerIdentifier: { S: customerIdentifier },
  create_timestamp: { N: String(created) },
  dimension_usage: {
    L: [
      { M: { dimension: { S: 'events' }, value: { N: '3' } } },
      { M: { dimension: { S: 'exports' }, value: { N: '2' } } },
    ],
  },
  ...more,
});

describe("a customer of AWS's sample", () => {
  it('has a subscription after the move, and what the sample had not metered is billed once', async () => {
    // The stack hears nothing of a customer who subscribed before it existed.
    running.marketplace.setDelivery({ reorder: 1 });
    const agreement = running.subscribe(LEGACY_PRODUCT);
    const buyer = running.marketplace.buyers().find(({ accountId }) => accountId === agreement.accountId);
    const customer = String(buyer?.customerIdentifier);
    const { lines: messages } = convert([aSubscriber(customer)], 'subscribers');
    for (const message of messages) running.stack.queue('Subscriptions/Queue').send(message);
    await running.settled();

    const records = [
      aRecord(customer, 1_784_019_000),
      aRecord(customer, 1_784_019_600),
      aRecord(customer, 1_784_010_000, { metering_failed: { BOOL: false } }),
    ];
    const time = new Date(running.clock.now()).toISOString();
    const { lines } = convert(records, 'usage', '--product-code', LEGACY_PRODUCT, '--time', time);
    const rows: CsvRow['cells'][] = parse(lines.join('\n'), { columns: true });
    const events = rows.map(toReportedEvent);
    expect((await running.report(events)).map(({ status }) => status)).toEqual(Array(4).fill('accepted'));
    expect((await running.report(events)).map(({ status }) => status)).toEqual(Array(4).fill('duplicate'));
    const [subscriptionId] = new Set(rows.map((row) => row.subscriptionId));
    expect(await running.application.ask(`/subscriptions/${subscriptionId}`)).toMatchObject({
      ...{ state: 'active', customerIdentifier: customer, activatedAt: '2026-03-01T08:00:00.000Z' },
    });
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '6', exports: '4' });
  });

  it('is left out, with the reason, if it has no subscription', () => {
    const { lines, stderr } = convert(
      [
        aSubscriber('over', { subscription_expired: { BOOL: true } }),
        aSubscriber('waits', { successfully_subscribed: { BOOL: false } }),
        { customerIdentifier: { S: 'unregistered' }, successfully_subscribed: { BOOL: true } },
        aSubscriber('stays'),
      ],
      'subscribers',
    );
    expect(lines.map((line) => JSON.parse(line).MessageId)).toEqual(['from-aws-sample-stays']);
    expect(stderr.match(/^\w+/gm)).toEqual(['over', 'waits', 'unregistered']);
  });

  it('whose record failed is named, because only the answer of AWS says what was billed', () => {
    const failed = aRecord('X', 7, { metering_failed: { BOOL: true } });
    const { lines, stderr } = convert([failed], 'usage', '--product-code', 'p', '--time', '2026-12-01T14:00:00Z');
    expect([lines.length, stderr]).toEqual([1, expect.stringContaining('X 7: failed')]);
  });

  it('is read from an export to S3, too', () => {
    const file = join(folder, 'lines.json');
    const lines = [aRecord('X', 7), aRecord('Y', 8)].map((Item) => JSON.stringify({ Item }));
    writeFileSync(file, lines.join('\n'));
    const script = 'examples/from-aws-sample/convert.mjs';
    const args = [script, 'usage', file, '--product-code', 'p', '--time', '2026-12-01T14:00:00Z'];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout.match(/aws-sample-\w-\d-\d/g)).toEqual(
      ['X-7-0', 'X-7-1', 'Y-8-0', 'Y-8-1'].map((end) => `aws-sample-${end}`),
    );
  });

  it('is not converted without a product code and a time', () => {
    const { status, stderr } = convert([], 'usage');
    expect([status, stderr]).toEqual([2, expect.stringContaining('--product-code CODE')]);
  });
});
