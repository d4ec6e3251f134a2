import { describe, expect, it } from 'vitest';
import { decimal } from '../../lambdas/shared/domain/decimal';
import { toMeteringSettled } from '../../lambdas/shared/domain/rejection-notices';
import { DynamoDbHourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { anHour, aUsageLedger, DUE_MS, givenSealed, type UsageLedger } from './a-usage-ledger';
import { ENGINES } from './engines';

const DECIDED_FOR = { subscriptionVersion: 3, agreementId: 'agmt-1' };

/** An hour whose only send had no answer, and the requests that end it. */
async function givenUnconfirmed(ledger: UsageLedger) {
  const { hourlyUsage, record: sent, notice: ended, told } = await givenSealed(ledger);
  const { hourKey, record } = sent;
  await hourlyUsage.claimSend(sent);
  const end = { state: 'unconfirmed', seen: { sends: 1, answers: 0 }, notice: ended } as const;
  await hourlyUsage.settleWindowEnd(hourKey, end);
  const hour = await hourlyUsage.get(hourKey);
  if (hour?.state !== 'unconfirmed') throw new Error(`The hour is ${hour?.state}.`);
  const settled = { hourKey, reason: 'case 123', record, decidedFor: DECIDED_FOR };
  const notice = (as: 'billed' | 'carried') => toMeteringSettled({ ...settled, as }, '2026-03-12T08:00:00.000Z');
  const billed = {
    as: 'billed',
    hour,
    reason: 'case 123',
    notice: notice('billed'),
    meteringRecordId: 'id-1',
  } as const;
  const balance = await hourlyUsage.getBalance(hourKey);
  const balanceHour = { hour: anHour('2026-03-12T08'), dueAtMs: DUE_MS };
  const carried = { as: 'carried', hour, reason: 'case 123', notice: notice('carried'), balance, balanceHour } as const;
  return { hourlyUsage, hourKey, billed, carried, told };
}

describe.each(ENGINES)('an unconfirmed hour that the operator ends %s', (_engine, open) => {
  const given = async () => givenUnconfirmed(aUsageLedger(await open('hourlyUsage', 'usageTallies', 'notices')));

  it('is billed once, with its notice, and the Balance stays', async () => {
    const { hourlyUsage, hourKey, billed, carried, told } = await given();
    expect(await hourlyUsage.settleUnconfirmed(billed)).toBe('written');
    expect(await hourlyUsage.settleUnconfirmed(carried)).toBe('changed');
    const settled = { state: 'billed', meteringRecordId: 'id-1', settledReason: 'case 123' };
    expect(await hourlyUsage.get(hourKey)).toMatchObject(settled);
    expect(await told(billed.notice.noticeId)).toEqual(billed.notice);
    expect((await hourlyUsage.getBalance(hourKey)).version).toBe(0);
  });

  it('is carried to the Balance once, with its notice, and opens the hour that receives it', async () => {
    const { hourlyUsage, hourKey, billed, carried, told } = await given();
    expect(await hourlyUsage.settleUnconfirmed(carried)).toBe('written');
    expect(await hourlyUsage.settleUnconfirmed(billed)).toBe('changed');
    const settled = { state: 'carried', carriedQuantity: decimal(7), settledReason: 'case 123' };
    expect(await hourlyUsage.get(hourKey)).toMatchObject(settled);
    expect(await hourlyUsage.getBalance(hourKey)).toMatchObject({ amount: decimal(7) });
    expect(await told(carried.notice.noticeId)).toEqual(carried.notice);
    expect(await hourlyUsage.listDue(DUE_MS)).toEqual([{ ...hourKey, hour: carried.balanceHour.hour }]);
  });

  it('is not ended after an answer of AWS that came late', async () => {
    const { hourlyUsage, hourKey, carried, told } = await given();
    await hourlyUsage.settleAccepted(hourKey, 'id-2');
    expect(await hourlyUsage.settleUnconfirmed(carried)).toBe('changed');
    expect(await hourlyUsage.get(hourKey)).toMatchObject({ state: 'billed', meteringRecordId: 'id-2' });
    expect(await told(carried.notice.noticeId)).toBeUndefined();
  });

  it('is changed, for the caller, while another transaction holds it', async () => {
    const tables = new MemoryTables();
    const { carried } = await givenUnconfirmed(aUsageLedger(tables.database));
    tables.before = async () => Promise.reject(aCancelledTransaction());
    expect(await new DynamoDbHourlyUsageStore(tables.database).settleUnconfirmed(carried)).toBe('changed');
  });
});
