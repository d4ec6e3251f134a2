import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { decimal, ZERO } from '../../lambdas/shared/domain/decimal';
import { noticePut } from '../../lambdas/shared/stores/notices';
import { writeTogether } from '../../lambdas/shared/stores/conditional-writes';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { anHour, aUsageLedger, DUE_MS, givenOpen, givenSealed, nothingToBill, sealed } from './a-usage-ledger';

async function givenSent() {
  const tables = new MemoryTables();
  const ledger = await givenSealed(aUsageLedger(tables.database));
  await ledger.hourlyUsage.claimSend(ledger.record);
  return { tables, ...ledger, read: async () => ledger.hourlyUsage.get(ledger.record.hourKey) };
}

describe('the end of an hour and its notice', () => {
  it.each([
    ['rejected', 'rejected'],
    ['unconfirmed', 'unconfirmed'],
  ] as const)('agree: a conflict that is told as %s ends it so', async (outcome, state) => {
    const { hourlyUsage, record, notice, read, told } = await givenSent();
    await hourlyUsage.settleConflict(record.hourKey, { ...notice, outcome });
    expect([await read(), await told(notice.noticeId)]).toMatchObject([{ state }, { outcome }]);
  });

  it('wait for another transaction: the hour is settled again later', async () => {
    const { tables, hourlyUsage, record, notice, read, told } = await givenSent();
    tables.before = async () => Promise.reject(aCancelledTransaction());
    await expect(hourlyUsage.settleConflict(record.hourKey, notice)).rejects.toThrow(TransactionCanceledException);
    tables.before = async () => undefined;
    expect([await read(), await told(notice.noticeId)]).toMatchObject([{ state: 'sealed' }, undefined]);
  });

  it('are compared by the operator when the notice is there and the hour goes on', async () => {
    const { tables, hourlyUsage, record, notice, read } = await givenSent();
    await writeTogether(tables.database, [noticePut(tables.database.tables.notices, notice)]);
    const problem = `The hour {"pk":"${record.hourKey.subscriptionId}","sk":"2026-03-10T12#events"} cannot be finished`;
    await expect(hourlyUsage.settleConflict(record.hourKey, notice)).rejects.toThrow(problem);
    expect(await read()).toMatchObject({ state: 'sealed' });
  });

  it('forget what AWS answered to another send only where nobody knows what AWS did', async () => {
    const { hourlyUsage, record, notice, read } = await givenSent();
    await hourlyUsage.settleDeferred(record, { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS });
    const seen = { sends: 1, answers: 1 };
    await hourlyUsage.settleWindowEnd(record.hourKey, { state: 'expired', seen, notice });
    expect(await read()).toMatchObject({ state: 'expired', lastAnswer: 'notSubscribed', lastReason: notice.reason });
  });
});

describe('sealing an hour', () => {
  async function given() {
    const tables = new MemoryTables();
    return { tables, ...(await givenOpen(aUsageLedger(tables.database))) };
  }

  it('is one write, and no transaction at twice the price, while the Balance stays', async () => {
    const { tables, hourlyUsage, tally } = await given();
    const writes: unknown[] = [];
    tables.before = async (command) => void writes.push(command);
    const covered = { ...nothingToBill, state: 'covered', used: decimal(7), coveredQuantity: decimal(7) } as const;
    const sealing = { ...covered, carriedIn: ZERO, carriedOut: ZERO };
    expect(await sealed(hourlyUsage, tally, { sealing })).toBe('written');
    expect(writes.filter((command) => command instanceof UpdateCommand)).toEqual([writes.at(-1)]);
  });

  it('is decided anew when the hour has changed, whether or not the hour of its Balance is open', async () => {
    const { hourlyUsage, tally } = await given();
    const balanceHour = { hour: anHour('2026-03-10T13'), dueAtMs: DUE_MS };
    const next = { ...tally, hour: balanceHour.hour };
    await hourlyUsage.open(next, DUE_MS);
    await sealed(hourlyUsage, next, { folded: { tallies: 0 } });
    const stale = { folded: { tallies: 3, inlineVersion: 3 }, balanceHour };
    expect(await sealed(hourlyUsage, tally, stale)).toBe('changed');
    expect(await sealed(hourlyUsage, tally, { balanceHour })).toBe('balanceHourNotOpen');
  });
});
