import { describe, expect, it } from '@jest/globals';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import type { DeferredOutcome } from '../../lambdas/shared/stores/hourly-usage-settling';
import { anHour, DUE_MS, givenSealed, type UsageLedger } from './a-usage-ledger';

/** What every ledger does with a sealed hour. */
export function usageLedgerSendingContract(name: string, givenLedger: () => Promise<UsageLedger>): void {
  describe(`${name}: carrying what was sealed and never sent`, () => {
    it('gives it back to the Balance, and opens the hour that takes it', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const balance = await hourlyUsage.getBalance(record.hourKey);
      const hour = anHour('2026-03-12T08');
      const seen = { sends: 0, answers: 0 };
      const request = { hourKey: record.hourKey, quantity: 7, seen, balance, balanceHour: { hour, dueAtMs: DUE_MS } };
      const results = await Promise.all([hourlyUsage.carry(request), hourlyUsage.carry(request)]);
      expect(results.sort()).toEqual(['changed', 'sealed']);
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'carried', carriedQuantity: decimal(7) });
      expect(decimalText((await hourlyUsage.getBalance(record.hourKey)).amount)).toBe('7');
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([{ ...record.hourKey, hour }]);
    });

    it('is refused once another send has started', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const balance = await hourlyUsage.getBalance(record.hourKey);
      const carry = { hourKey: record.hourKey, quantity: 7, balance };
      await hourlyUsage.claimSend(record);
      expect(await hourlyUsage.carry({ ...carry, seen: { sends: 0, answers: 0 } })).toBe('changed');
      await hourlyUsage.settleDeferred(record, { outcome: { kind: 'unprocessed' }, dueAtMs: DUE_MS });
      expect(await hourlyUsage.carry({ ...carry, seen: { sends: 1, answers: 0 } })).toBe('changed');
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'sealed' });
      expect(await hourlyUsage.carry({ ...carry, seen: { sends: 1, answers: 1 } })).toBe('sealed');
    });
  });

  describe(`${name}: sending`, () => {
    it('is claimed by one of two runs', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const claims = await Promise.all([hourlyUsage.claimSend(record), hourlyUsage.claimSend(record)]);
      expect(claims.sort()).toEqual([false, true]);
      expect(await hourlyUsage.claimSend({ ...record, sends: 1 })).toBe(true);
    });

    it('ends with what AWS accepted', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.settleAccepted(record.hourKey, 'record-1');
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({
        state: 'billed',
        meteringRecordId: 'record-1',
        sends: 1,
        answers: 1,
      });
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([]);
    });

    it.each(['rejected', 'unconfirmed'] as const)(
      'overrides %p with an acceptance that arrives late',
      async (state) => {
        const { hourlyUsage, record, notice } = await givenSealed(await givenLedger());
        await hourlyUsage.close(record.hourKey, { state, seen: { sends: 0, answers: 0 }, notice });
        await hourlyUsage.settleAccepted(record.hourKey, 'record-1');
        expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'billed' });
      },
    );

    it('keeps an acceptance whatever is answered afterwards', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      await hourlyUsage.settleAccepted(record.hourKey, 'record-1');
      await hourlyUsage.settleConflict(record.hourKey, notice);
      await hourlyUsage.settleDeferred(record, { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS });
      await hourlyUsage.close(record.hourKey, { state: 'expired', seen: { sends: 0, answers: 1 }, notice });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'billed', meteringRecordId: 'record-1' });
      expect(await told(notice.noticeId)).toBeUndefined();
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([]);
    });

    it('waits with what AWS refused for now', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      await hourlyUsage.settleDeferred(record, {
        outcome: { kind: 'refused', reason: 'InvalidTagException' },
        dueAtMs: DUE_MS + 60,
      });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({
        state: 'sealed',
        answers: 1,
        lastAnswer: 'refused',
        lastReason: 'InvalidTagException',
      });
      expect(await hourlyUsage.listDue(DUE_MS + 59)).toEqual([]);
      expect(await hourlyUsage.listDue(DUE_MS + 60)).toEqual([record.hourKey]);
    });

    it('counts an answer once, however often it is stored', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const answer = { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS } as const;
      await hourlyUsage.claimSend(record);
      await hourlyUsage.claimSend({ ...record, sends: 1 });
      await hourlyUsage.settleDeferred(record, answer);
      await hourlyUsage.settleDeferred(record, answer);
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ sends: 2, answers: 1 });
      await hourlyUsage.settleDeferred({ ...record, answers: 1 }, answer);
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ sends: 2, answers: 2 });
    });

    it('remembers a refusal though AWS was only busy afterwards', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const settled = async (answers: number, outcome: DeferredOutcome) =>
        hourlyUsage.settleDeferred({ ...record, answers }, { outcome, dueAtMs: DUE_MS });
      await settled(0, { kind: 'unprocessed' });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ lastAnswer: 'unprocessed' });
      await settled(1, { kind: 'refused', reason: 'InvalidTagException' });
      await settled(2, { kind: 'unprocessed' });
      const last = { answers: 3, lastAnswer: 'refused', lastReason: 'InvalidTagException' };
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject(last);
    });

    it('is over for a conflict, which is told at once and once', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      await hourlyUsage.settleConflict(record.hourKey, notice);
      await hourlyUsage.settleConflict(record.hourKey, { ...notice, time: '2026-03-10T14:05:00.000Z' });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'rejected', lastAnswer: 'conflict' });
      expect(await told(notice.noticeId)).toEqual(notice);
      expect(await hourlyUsage.claimSend(record)).toBe(false);
    });

    it('is closed when AWS takes no more, which is told', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      await hourlyUsage.close(record.hourKey, { state: 'expired', seen: { sends: 0, answers: 0 }, notice });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'expired' });
      expect(await told(notice.noticeId)).toEqual(notice);
    });

    it('is not closed under a send that has started', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.close(record.hourKey, { state: 'expired', seen: { sends: 0, answers: 0 }, notice });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'sealed' });
      expect(await told(notice.noticeId)).toBeUndefined();
    });
  });
}
