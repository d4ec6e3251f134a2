import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import type { OpsCommand, Report } from '../../../ops/command';
import { listActs } from '../../../ops/audit/acts';
import { hold } from '../../../ops/commands/hold';
import { move } from '../../../ops/commands/move';
import { release } from '../../../ops/commands/release';
import { settle } from '../../../ops/commands/settle';
import { aLegacyCustomer, aLicense } from '../../builders/a-legacy-customer';
import { aProduct, PRODUCT_CODE } from '../../builders/a-payer';
import { aUsageEvent, NOON_MS } from '../../builders/a-usage-event';
import { aSubscriptionId } from '../../builders/ids';
import { answered, givenPath } from '../../functions/a-scripted-path';
import { opsOn, run } from './a-command';

const ID = aSubscriptionId(1);
const HOUR = hourOf(NOON_MS);
const BECAUSE = ['--reason', 'usage-report', '--ticket', 'C-1'];
const DECIDED = ['--reason', 'wrongQuantity', '--ticket', 'OPS-7', '--by', 'sam'];

let path: ReturnType<typeof givenPath>;
let operate: (command: OpsCommand, ...args: string[]) => Promise<Report>;
let acts: () => Promise<object[]>;

beforeEach(async () => {
  path = givenPath(answered({ kind: 'echoDiffers', meteringRecordId: 'm-1', echoed: '0' }));
  path.products.set('other', aProduct({ productCode: 'other', dimensions: [{ apiName: 'pages', unit: 'page' }] }));
  path.products.set('older', aProduct({ productCode: 'older', identityMode: 'legacy' }));
  const ops = await opsOn(path);
  operate = (command, ...args) => run(command, ops, ...args);
  acts = async () => {
    const nowMs = path.clock.now();
    const listed: object[] = [];
    for await (const act of listActs(ops.installation, { sinceMs: nowMs, untilMs: nowMs })) listed.push(act);
    return listed;
  };
});

describe('settle', () => {
  const one = ['settle', ID, 'events', HOUR];

  beforeEach(async () => {
    await path.deliver(aUsageEvent({ quantity: '3.5' }));
    await path.meter();
  });

  it.each([[[]], [['--reason', 'x']], [['--ticket', 'x']]])(
    'ends no hour when %j is all that says why',
    async (why) => {
      await expect(operate(settle, ...one, '--carry', '--apply', ...why)).rejects.toThrow('both --reason CODE and');
      expect([path.hours, path.carried]).toEqual([{ [HOUR]: ['unconfirmed', '3.5'] }, '0']);
    },
  );

  it('takes no id of AWS for an hour that AWS does not bill', async () => {
    await expect(operate(settle, ...one, '--carry', '--record-id', 'm-9')).rejects.toThrow(
      'only together with --billed',
    );
  });

  it("keeps AWS's id and the reason with the hour, and what was done in the audit", async () => {
    await operate(settle, ...one, '--billed', '--record-id', 'm-9', ...BECAUSE, '--apply');
    expect(await path.hourlyUsage.get({ subscriptionId: ID, dimension: 'events', hour: HOUR })).toMatchObject({
      meteringRecordId: 'm-9',
      settledReason: 'usage-report C-1',
    });
    const ids = { subscriptionId: ID, dimension: 'events', hour: HOUR, as: 'billed', recordId: 'm-9' };
    expect(await acts()).toMatchObject([{ command: 'settle', ids, reason: 'usage-report', outcome: 'done' }]);
  });
});

describe('hold and release', () => {
  const scope = ['--product', PRODUCT_CODE, '--dimension', 'events'];

  it('leave an entry in the audit', async () => {
    await operate(hold, 'hold', ...scope, ...DECIDED, '--apply');
    await operate(release, 'release', ...scope, ...DECIDED, '--apply');
    const why = { reason: 'wrongQuantity', ticket: 'OPS-7', outcome: 'done' };
    expect(await acts()).toHaveLength(2);
    expect(await acts()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ command: 'hold', ids: { scope: `product#${PRODUCT_CODE}#events` }, ...why }),
        expect.objectContaining({ command: 'release', ids: { product: PRODUCT_CODE, dimension: 'events' }, ...why }),
      ]),
    );
  });

  it.each([
    ['a dimension of another product', ['--product', PRODUCT_CODE, '--dimension', 'pages'], 'no dimension pages there'],
    ['a subscription that does not exist', ['--subscription', 's-unknown'], 'has no subscription s-unknown'],
  ])('refuse %s, which would hold nothing', async (_what, named, sentence) => {
    await expect(operate(hold, 'hold', ...named, ...DECIDED, '--apply')).rejects.toThrow(sentence);
    expect(await acts()).toEqual([]);
  });

  it.each([
    [['--product', 'bea@example.com']],
    [['--product', PRODUCT_CODE, '--dimension', 'bea@example.com']],
    [['--subscription', 'bea@example.com']],
    [['--subscription', 'bea@example.com', '--dimension', 'events', '--hour', HOUR, '--quantity', '7']],
  ])('keep nothing in the audit of what is not there: %j', async (args) => {
    await expect(operate(release, 'release', ...args, ...DECIDED, '--apply')).rejects.toThrow();
    await expect(operate(hold, 'hold', ...args.slice(0, 4), ...DECIDED, '--apply')).rejects.toThrow();
    expect(await acts()).toEqual([]);
  });

  it('are in the audit without an outcome if that could not be stored: nobody takes the change for one that failed', async () => {
    let isFirst = true;
    path.tables.before = async ({ input }) => {
      if (!isFirst || !JSON.stringify(input).includes('#outcome')) return;
      isFirst = false;
      throw new Error('no table');
    };
    await expect(operate(hold, 'hold', ...scope, ...DECIDED, '--apply')).rejects.toThrow('no table');
    expect(await acts()).toEqual([expect.not.objectContaining({ outcome: expect.anything() })]);
  });

  it('let no hour go that waits for something else than its quantity', async () => {
    await path.deliver(aUsageEvent({ quantity: '7' }));
    await operate(hold, 'hold', ...scope, ...DECIDED, '--apply');
    await path.meter();
    const hour = ['--subscription', ID, '--dimension', 'events', '--hour', HOUR, '--quantity', '7'];
    await expect(operate(release, 'release', ...hour, ...DECIDED, '--apply')).rejects.toThrow('does not wait for its');
  });
});

describe('move', () => {
  it('moves nobody without a reason and a ticket, and leaves the digest of its file in the audit', async () => {
    const customer = aLegacyCustomer({ productCode: 'older' });
    const { subscriptionId, customerIdentifier = '' } = customer;
    path.tables.given(customer, { kind: 'legacyCustomer', productCode: 'older', customerIdentifier });
    const { customerAWSAccountId, licenseArn } = aLicense();
    const file = join(mkdtempSync(join(tmpdir(), 'mapping-')), 'mapping.csv');
    const lines = ['customerIdentifier,customerAWSAccountId,licenseArn'];
    writeFileSync(file, [...lines, [customerIdentifier, customerAWSAccountId, licenseArn].join(',')].join('\n'));
    await expect(operate(move, 'move', file, '--apply', '--reason', 'x')).rejects.toThrow('both --reason CODE and');
    expect(path.tables.subscription(subscriptionId)).toEqual(customer);
    await operate(move, 'move', file, '--apply', ...BECAUSE);
    expect(path.tables.subscription(subscriptionId)).toMatchObject({ licenseArn });
    const ids = { file: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(await acts()).toMatchObject([{ command: 'move', ids, ticket: 'C-1', outcome: 'done' }]);
  });
});
