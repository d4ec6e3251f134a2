import { beforeEach, describe, expect, it } from 'vitest';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import { settleHour, type Settlement } from '../../../ops/settle/settle-hour';
import { PRODUCT_CODE } from '../../builders/a-payer';
import { aUsageEvent, HOUR_MS, NOON_MS } from '../../builders/a-usage-event';
import { aSubscriptionId } from '../../builders/ids';
import { answered, givenPath } from '../../functions/a-scripted-path';
import { GRACE_MS } from '../../functions/usage-path';

const HOUR = { subscriptionId: aSubscriptionId(1), dimension: 'events', hour: hourOf(NOON_MS) };
const BILLED: Settlement = { as: 'billed', reason: 'in the usage report' };
const CARRIED: Settlement = { as: 'carried', reason: 'billed as 0, case 123' };

let path: ReturnType<typeof givenPath>;

async function givenUnconfirmed(quantity = '3.5'): Promise<void> {
  path = givenPath(answered({ kind: 'echoDiffers', meteringRecordId: 'm-1', echoed: '0' }));
  await path.deliver(aUsageEvent({ quantity }));
  await path.meter();
}

const settle = async (settlement: Settlement) => settleHour(HOUR, settlement, path.meterDeps());

beforeEach(() => givenUnconfirmed());

describe('settling an unconfirmed hour', () => {
  it("makes it billed, with the reason and AWS's id of the record", async () => {
    await settle(BILLED);
    expect(path.tables.hours).toMatchObject([
      { state: 'billed', meteringRecordId: 'm-1', settledReason: 'in the usage report' },
    ]);
    expect(path.carried).toBe('0');
  });

  it.each([
    [BILLED, { outcome: 'billed', reason: 'in the usage report', meteringRecordId: 'm-1' }],
    [CARRIED, { outcome: 'carried', reason: 'billed as 0, case 123' }],
  ])('tells the application how it ended: $as', async (settlement, told) => {
    path.givenSubscription({ agreementId: 'agmt-1', version: 5 });
    await settle(settlement);
    const facts = { agreementId: 'agmt-1', subscriptionVersion: 5, ...HOUR, quantity: '3.5' };
    expect(path.tables.noticesOf('MeteringSettled')).toEqual([expect.objectContaining({ ...facts, ...told })]);
    expect(path.tables.noticesOf('MeteringRejected')).toHaveLength(1);
  });

  it('takes the id that the operator gives', async () => {
    await settle({ ...BILLED, meteringRecordId: 'm-2' });
    expect(path.tables.hours).toMatchObject([{ state: 'billed', meteringRecordId: 'm-2' }]);
  });

  it('carries its quantity to the Balance, and the current hour bills it', async () => {
    await settle(CARRIED);
    expect(path.tables.hours).toMatchObject([{ state: 'carried', settledReason: CARRIED.reason }, { state: 'open' }]);
    expect(path.carried).toBe('3.5');
    path.tables.givenProvenDecimals(PRODUCT_CODE);
    await path.meter({ at: NOON_MS + 2 * HOUR_MS + GRACE_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['carried', '3.5'], '2026-03-10T13': ['billed', '3.5'] });
    expect(path.carried).toBe('0');
  });

  it('opens no hour for a subscription that is over', async () => {
    path.givenSubscription({ state: 'ended', endingAt: new Date(NOON_MS).toISOString() });
    await settle(CARRIED);
    expect([path.hours, path.carried]).toEqual([{ '2026-03-10T12': ['carried', '3.5'] }, '3.5']);
  });

  it('carries once when two operators settle at the same moment', async () => {
    const results = await Promise.allSettled([settle(CARRIED), settle(CARRIED)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(path.carried).toBe('3.5');
  });

  it('carries nothing when the hour was billed since it was read', async () => {
    const { getBalance } = path.hourlyUsage;
    path.hourlyUsage.getBalance = async (key) => {
      await settle(BILLED);
      return getBalance.call(path.hourlyUsage, key);
    };
    await expect(settle(CARRIED)).rejects.toThrow(/changed in the meantime/);
    expect([path.hours, path.carried]).toEqual([{ '2026-03-10T12': ['billed', '3.5'] }, '0']);
  });

  it.each([
    ['billed', answered({ kind: 'accepted', meteringRecordId: 'm-1' })],
    ['rejected', answered({ kind: 'conflict' })],
    ['sealed', answered({ kind: 'notSubscribed' })],
  ])('refuses an hour that is %s', async (state, answer) => {
    path = givenPath(answer);
    await path.deliver(aUsageEvent({ quantity: '3.5' }));
    await path.meter();
    for (const settlement of [BILLED, CARRIED])
      await expect(settle(settlement)).rejects.toThrow(`The hour is ${state}. Only an unconfirmed hour can be settled`);
  });

  it('refuses an hour that does not exist', async () => {
    path = givenPath();
    await expect(settle(BILLED)).rejects.toThrow('The hour is not in the ledger.');
  });
});
