import { describe, expect, it } from 'vitest';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import type { DeferredOutcome } from '../../lambdas/shared/stores/hourly-usage-settling';
import { anHour, aUsageLedger, DUE_MS, givenSealed } from './a-usage-ledger';
import { ENGINES } from './engines';

describe.each(ENGINES)('the usage ledger %s', (_engine, open) => {
  const givenLedger = async () => aUsageLedger(await open('hourlyUsage', 'usageTallies', 'notices'));

  describe('carrying a sealed hour that was never sent', () => {
    it('carries a sealed hour that was never sent to the Balance, and opens the hour that receives it', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const balance = await hourlyUsage.getBalance(record.hourKey);
      const hour = anHour('2026-03-12T08');
      const seen = { sends: 0, answers: 0 };
      const request = {
        hourKey: record.hourKey,
        quantity: decimal(7),
        seen,
        balance,
        balanceHour: { hour, dueAtMs: DUE_MS },
      };
      const results = await Promise.all([hourlyUsage.carry(request), hourlyUsage.carry(request)]);
      expect(results.sort()).toEqual(['changed', 'written']);
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'carried', carriedQuantity: decimal(7) });
      expect(decimalText((await hourlyUsage.getBalance(record.hourKey)).amount)).toBe('7');
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([{ ...record.hourKey, hour }]);
    });

    it('refuses to carry a sealed hour after another send has started', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const balance = await hourlyUsage.getBalance(record.hourKey);
      const carry = { hourKey: record.hourKey, quantity: decimal(7), balance };
      await hourlyUsage.claimSend(record);
      expect(await hourlyUsage.carry({ ...carry, seen: { sends: 0, answers: 0 } })).toBe('changed');
      await hourlyUsage.settleDeferred(record, { outcome: { kind: 'unprocessed' }, dueAtMs: DUE_MS });
      expect(await hourlyUsage.carry({ ...carry, seen: { sends: 1, answers: 0 } })).toBe('changed');
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'sealed' });
      expect(await hourlyUsage.carry({ ...carry, seen: { sends: 1, answers: 1 } })).toBe('written');
    });
  });

  describe('a sealed hour', () => {
    it('lets one of two runs claim a sealed hour for sending', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const claims = await Promise.all([hourlyUsage.claimSend(record), hourlyUsage.claimSend(record)]);
      expect(claims.sort()).toEqual([false, true]);
      expect(await hourlyUsage.claimSend({ ...record, sends: 1 })).toBe(true);
    });

    it('bills a sealed hour that AWS accepts', async () => {
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

    it('forgets earlier answers of AWS once it accepts the record', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.settleDeferred(record, { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS });
      await hourlyUsage.claimSend({ ...record, sends: 1 });
      await hourlyUsage.settleAccepted(record.hourKey, 'record-1');
      const hour = await hourlyUsage.get(record.hourKey);
      expect(hour).toMatchObject({ state: 'billed', sends: 2, answers: 2 });
      expect(Object.keys(hour ?? {}).filter((name) => name.startsWith('last'))).toEqual([]);
    });

    it('keeps only the conflict as the answer of a record that AWS had refused before', async () => {
      const { hourlyUsage, record, notice } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.settleDeferred(record, { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS });
      await hourlyUsage.claimSend({ ...record, sends: 1 });
      await hourlyUsage.settleConflict(record.hourKey, notice);
      const { lastAnswer, lastReason }: Partial<HourFields> = (await hourlyUsage.get(record.hourKey)) ?? {};
      expect([lastAnswer, lastReason]).toEqual(['conflict', undefined]);
    });

    it('counts an answer only for the run that claimed the send, if the answer names one', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      const hour = await hourlyUsage.get(record.hourKey);
      const claim = hour?.state === 'sealed' ? hour.claim : undefined;
      const answer = { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS } as const;
      await hourlyUsage.settleDeferred({ ...record, claim: 'another run' }, answer);
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ sends: 1, answers: 0 });
      await hourlyUsage.settleDeferred({ ...record, claim }, answer);
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ sends: 1, answers: 1 });
    });

    it('gives an unconfirmed hour the reason of its notice, not the answer to another send', async () => {
      const { hourlyUsage, record, notice } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.settleDeferred(record, { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS });
      await hourlyUsage.claimSend({ ...record, sends: 1 });
      const end = {
        state: 'unconfirmed',
        seen: { sends: 2, answers: 1 },
        notice: { ...notice, reason: 'noAnswer' },
      } as const;
      await hourlyUsage.settleWindowEnd(record.hourKey, end);
      const { state, lastAnswer, lastReason }: Partial<HourFields> = (await hourlyUsage.get(record.hourKey)) ?? {};
      expect([state, lastAnswer, lastReason]).toEqual(['unconfirmed', undefined, 'noAnswer']);
    });

    it('holds a record whose echo differs, with one notice, until a later answer accepts it', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      const outcome = { kind: 'echoDiffers', meteringRecordId: 'record-1', echoed: '0' } as const;
      await hourlyUsage.claimSend(record);
      await hourlyUsage.settleEchoDiffers(record.hourKey, outcome, notice);
      await hourlyUsage.settleEchoDiffers(record.hourKey, outcome, notice);
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({
        state: 'unconfirmed',
        sends: 1,
        answers: 1,
        lastAnswer: 'echoDiffers',
        lastReason: 'AWS repeated 0',
        meteringRecordId: 'record-1',
      });
      expect(await told(notice.noticeId)).toEqual(notice);
      expect(await hourlyUsage.claimSend({ ...record, sends: 1 })).toBe(false);
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([]);
    });

    it.each(['rejected', 'unconfirmed'] as const)(
      'bills an hour by a late acceptance after it was %s',
      async (state) => {
        const { hourlyUsage, record, notice } = await givenSealed(await givenLedger());
        await hourlyUsage.claimSend(record);
        await hourlyUsage.settleWindowEnd(record.hourKey, { state, seen: { sends: 1, answers: 0 }, notice });
        await hourlyUsage.settleAccepted(record.hourKey, 'record-1');
        expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'billed' });
      },
    );

    it('keeps an hour billed whatever AWS answers later', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.settleAccepted(record.hourKey, 'record-1');
      await hourlyUsage.settleConflict(record.hourKey, notice);
      await hourlyUsage.settleDeferred(record, { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS });
      await hourlyUsage.settleWindowEnd(record.hourKey, { state: 'expired', seen: { sends: 1, answers: 1 }, notice });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'billed', meteringRecordId: 'record-1' });
      expect(await told(notice.noticeId)).toBeUndefined();
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([]);
    });

    it('postpones a sealed hour after a refusal', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
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

    it('counts an answer once, however often the answer is stored', async () => {
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

    it('remembers a refusal when AWS was only busy afterwards', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      const settled = async (answers: number, outcome: DeferredOutcome) =>
        hourlyUsage.settleDeferred({ ...record, answers }, { outcome, dueAtMs: DUE_MS });
      for (const sends of [0, 1, 2]) await hourlyUsage.claimSend({ ...record, sends });
      await settled(0, { kind: 'unprocessed' });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ lastAnswer: 'unprocessed' });
      await settled(1, { kind: 'refused', reason: 'InvalidTagException' });
      await settled(2, { kind: 'unprocessed' });
      const last = { answers: 3, lastAnswer: 'refused', lastReason: 'InvalidTagException' };
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject(last);
    });

    it('rejects a sealed hour after a conflict, with exactly one notice', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.settleConflict(record.hourKey, notice);
      await hourlyUsage.settleConflict(record.hourKey, { ...notice, time: '2026-03-10T14:05:00.000Z' });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'rejected', lastAnswer: 'conflict' });
      expect(await told(notice.noticeId)).toEqual(notice);
      expect(await hourlyUsage.claimSend(record)).toBe(false);
    });

    it('expires a sealed hour with a notice when its window has closed', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      await hourlyUsage.settleWindowEnd(record.hourKey, { state: 'expired', seen: { sends: 0, answers: 0 }, notice });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'expired' });
      expect(await told(notice.noticeId)).toEqual(notice);
    });

    it('does not expire a sealed hour after a send has started', async () => {
      const { hourlyUsage, record, notice, told } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.settleWindowEnd(record.hourKey, { state: 'expired', seen: { sends: 0, answers: 0 }, notice });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'sealed' });
      expect(await told(notice.noticeId)).toBeUndefined();
    });
  });
});
