import { describe, expect, it } from 'vitest';
import { decimal, decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import type { Coverage } from '../../lambdas/shared/domain/coverage';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import type { Sealing } from '../../lambdas/shared/domain/sealing';
import { aMeteringRejected } from '../builders/a-metering-rejected';
import { aSealedRecord } from '../builders/a-sealed-record';
import {
  anHour,
  aUsageLedger,
  aTally,
  DUE_MS,
  keyOf,
  NO_DELIVERY,
  nothingToBill,
  ONE_DELIVERY,
  sealed,
  tallyFor,
} from './a-usage-ledger';
import { ENGINES } from './engines';

function aCoverage(): Coverage {
  const amounts = [
    { since: '2026-02-01T00:00:00.001Z', amount: decimal('100.000000000000000001'), used: decimal('0.1') },
    { since: '2026-02-20T10:00:00.000Z', amount: decimal(250), used: decimal('7.5') },
  ];
  return {
    activationHour: anHour('2026-01-31T10'),
    periods: new Map([
      [anHour('2026-01-31T10'), { covered: decimal('7.6'), amounts }],
      [anHour('2026-02-28T10'), { covered: ZERO, amounts: [] }],
    ]),
  };
}

describe.each(ENGINES)('the usage ledger %s', (_engine, open) => {
  const givenLedger = async (settings = {}) =>
    aUsageLedger(await open('hourlyUsage', 'usageTallies', 'notices'), settings);

  async function givenTally(settings = {}) {
    const ledger = await givenLedger(settings);
    const tally = aTally('0.5');
    await ledger.usageTallies.add(tally, DUE_MS);
    return { ...ledger, tally };
  }

  /** The hour of the tally and the one after it. */
  async function givenTwoHours() {
    const { tally, ...ledger } = await givenTally();
    const next = { ...tally, hour: anHour('2026-03-10T13') };
    await ledger.usageTallies.add(next, DUE_MS);
    return { ...ledger, tally, next };
  }

  describe('a tally', () => {
    const talliesOnly = { openHourBytes: 0 };
    const givenTalliesOnly = () => givenLedger(talliesOnly);
    /** The counts of an hour with one tally. */
    const folded = { tallies: 1 };

    it('counts a tally in the hour it was added to, with every digit', async () => {
      const { hourlyUsage, usageTallies } = await givenTalliesOnly();
      const first = aTally('1', '2.5');
      const more = tallyFor(first.subscriptionId, '0.000000000000000001');
      expect(await usageTallies.add(first, DUE_MS)).toBe('added');
      expect(await usageTallies.add(more, DUE_MS)).toBe('added');
      expect(await hourlyUsage.get(first)).toMatchObject({ state: 'open', tallies: 2 });
      const events = (await usageTallies.ofHour(first)).flatMap((tally) => tally.events);
      expect(events).toHaveLength(3);
      expect(events).toEqual(expect.arrayContaining([...first.events, ...more.events]));
    });

    it('counts a tally once when the same delivery arrives again', async () => {
      const { hourlyUsage, usageTallies, tally } = await givenTally(talliesOnly);
      expect(await usageTallies.add(tally, DUE_MS)).toBe('alreadyAdded');
      expect(await hourlyUsage.get(tally)).toMatchObject({ tallies: 1 });
    });

    it('keeps the hour of use of a tally that was moved from a sealed hour', async () => {
      const { usageTallies } = await givenTalliesOnly();
      const moved = { ...aTally('1'), usedIn: anHour('2026-02-28T23') };
      await usageTallies.add(moved, DUE_MS);
      await usageTallies.add(tallyFor(moved.subscriptionId, '2'), DUE_MS);
      const tallies = await usageTallies.ofHour(moved);
      expect(tallies.map(({ usedIn }) => usedIn).sort()).toEqual(['2026-02-28T23', undefined]);
      // The hour of use is not part of a tally's id: the same events were used in the same hour.
      expect(await usageTallies.add({ ...moved, usedIn: undefined }, DUE_MS)).toBe('alreadyAdded');
    });

    it('refuses a tally for a sealed hour, and writes nothing', async () => {
      const { hourlyUsage, usageTallies, tally } = await givenTally(talliesOnly);
      await sealed(hourlyUsage, tally, { folded });
      expect(await usageTallies.add(tallyFor(tally.subscriptionId, '7'), DUE_MS)).toBe('hourNotOpen');
      expect(await usageTallies.ofHour(tally)).toHaveLength(1);
    });

    it('recognizes a tally that arrives again after its hour was sealed', async () => {
      const { hourlyUsage, usageTallies, tally } = await givenTally(talliesOnly);
      await sealed(hourlyUsage, tally, { folded });
      expect(await usageTallies.add(tally, DUE_MS)).toBe('alreadyAdded');
    });
  });

  describe('listDue', () => {
    it('lists an hour from its due time on, the longest due first', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const [late, early] = [aTally('1'), aTally('1')];
      await usageTallies.add(late, DUE_MS + 2);
      await usageTallies.add(early, DUE_MS + 1);
      expect(await hourlyUsage.listDue(DUE_MS)).toEqual([]);
      expect(await hourlyUsage.listDue(DUE_MS + 2)).toEqual([keyOf(early), keyOf(late)]);
    });

    it('lists no hour that is finished', async () => {
      const { hourlyUsage, tally } = await givenTally();
      await sealed(hourlyUsage, tally);
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([]);
    });
  });

  describe('an hour without usage', () => {
    it('opens an hour without usage once, and not again after it was sealed', async () => {
      const { hourlyUsage } = await givenLedger();
      const hourKey = keyOf(aTally('1'));
      expect(await hourlyUsage.open(hourKey, DUE_MS)).toBe(true);
      expect(await hourlyUsage.open(hourKey, DUE_MS + 5)).toBe(true);
      expect(await hourlyUsage.listDue(DUE_MS)).toEqual([hourKey]);
      expect(await sealed(hourlyUsage, { ...hourKey, events: [] }, { folded: NO_DELIVERY })).toBe('written');
      expect(await hourlyUsage.open(hourKey, DUE_MS)).toBe(false);
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([]);
    });
  });

  describe('unfinishedOf', () => {
    it('lists the open and the sealed hours of a subscription from an hour on', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('0.5');
      const at = (text: string) => ({ ...tally, hour: anHour(text) });
      const hours = ['2026-03-10T10', '2026-03-10T11', '2026-03-10T12', '2026-03-10T13'].map(at);
      for (const hour of hours) await usageTallies.add(hour, DUE_MS);
      await usageTallies.add(aTally('1'), DUE_MS);
      const [, finished, first, second] = hours;
      if (!finished || !first || !second) throw new Error('hours are missing');
      await sealed(hourlyUsage, finished);
      expect(await hourlyUsage.unfinishedOf(tally.subscriptionId, anHour('2026-03-10T11'))).toEqual([
        keyOf(first),
        keyOf(second),
      ]);
    });
  });

  describe('sealing', () => {
    it('freezes the record exactly when an hour is sealed', async () => {
      const { hourlyUsage, tally } = await givenTally();
      const record = { ...aSealedRecord().record, allocations: [{ quantity: '7', tags: { Department: 'legal' } }] };
      const sealing: Sealing = { ...nothingToBill, state: 'sealed', used: decimal(7), carriedOut: ZERO, record };
      expect(await sealed(hourlyUsage, tally, { sealing })).toBe('written');
      const hour = await hourlyUsage.get(tally);
      expect(hour).toMatchObject({ state: 'sealed', sends: 0, answers: 0 });
      expect(hour).toHaveProperty('record', record);
      expect(await hourlyUsage.listDue(DUE_MS)).toEqual([keyOf(tally)]);
    });

    it('refuses to seal when a tally was added after the fold', async () => {
      const { hourlyUsage, usageTallies, tally } = await givenTally();
      await usageTallies.add(tallyFor(tally.subscriptionId, '9'), DUE_MS);
      expect(await sealed(hourlyUsage, tally, { folded: ONE_DELIVERY })).toBe('changed');
      expect(await hourlyUsage.get(tally)).toMatchObject({ state: 'open' });
    });

    it('seals an hour once when two runs try', async () => {
      const { hourlyUsage, tally } = await givenTally();
      const results = await Promise.all([sealed(hourlyUsage, tally), sealed(hourlyUsage, tally)]);
      expect(results.sort()).toEqual(['changed', 'written']);
      expect(decimalText((await hourlyUsage.getBalance(tally)).amount)).toBe('0.5');
    });

    it('writes the notice of lost usage in the same transaction, or neither', async () => {
      const { hourlyUsage, told, tally } = await givenTally();
      const balance = await hourlyUsage.getBalance(tally);
      const sealing: Sealing = {
        ...nothingToBill,
        state: 'expired',
        carriedOut: ZERO,
        expiredQuantity: decimal('0.5'),
      };
      const notice = aMeteringRejected(keyOf(tally));
      const request = { hourKey: keyOf(tally), sealing, balance, notices: [notice] };
      expect(await hourlyUsage.seal({ ...request, folded: { ...ONE_DELIVERY, tallies: 2 } })).toBe('changed');
      expect(await told(notice.noticeId)).toBeUndefined();
      expect(await hourlyUsage.seal({ ...request, folded: ONE_DELIVERY })).toBe('written');
      expect(await told(notice.noticeId)).toEqual(notice);
    });

    it('throws when the notice of an open hour exists already, because no retry can seal it', async () => {
      const { hourlyUsage, tally, next } = await givenTwoHours();
      const notice = aMeteringRejected(keyOf(tally));
      expect(await sealed(hourlyUsage, next, { notices: [notice] })).toBe('written');
      await expect(sealed(hourlyUsage, tally, { notices: [notice] })).rejects.toThrow('its notice exists already');
      expect(await hourlyUsage.get(tally)).toMatchObject({ state: 'open' });
    });

    it('refuses to seal when the Balance changed since it was read', async () => {
      const { hourlyUsage, tally, next } = await givenTwoHours();
      const stale = await hourlyUsage.getBalance(tally);
      await sealed(hourlyUsage, tally);
      expect(await sealed(hourlyUsage, next, { balance: stale })).toBe('changed');
      expect(await hourlyUsage.get(next)).toMatchObject({ state: 'open' });
      expect(await hourlyUsage.getBalance(tally)).toMatchObject({ version: 1 });
    });

    it('keeps the covered usage of each period, with every digit, until it changes', async () => {
      const { hourlyUsage, tally, next } = await givenTwoHours();
      const coverage = aCoverage();
      const sealing: Sealing = {
        ...nothingToBill,
        state: 'covered',
        carriedOut: ZERO,
        coveredQuantity: decimal('0.5'),
        coverage,
      };
      expect(await sealed(hourlyUsage, tally, { sealing })).toBe('written');
      const hour: HourFields | undefined = await hourlyUsage.get(tally);
      expect(hour).toMatchObject({ state: 'covered' });
      expect(hour?.coveredQuantity && decimalText(hour.coveredQuantity)).toBe('0.5');
      await sealed(hourlyUsage, next);
      const balance = await hourlyUsage.getBalance(tally);
      expect(balance).toMatchObject({ version: 2, coverage });
      expect(await hourlyUsage.get(next)).not.toHaveProperty('coveredQuantity');
    });

    it('keeps what is withheld of an hour, and the hours of use', async () => {
      const { hourlyUsage, tally } = await givenTwoHours();
      const withheld = { withheldQuantity: decimal('0.5'), withheldUse: [tally.hour] };
      const sealing: Sealing = { ...nothingToBill, state: 'withheld', carriedOut: ZERO, ...withheld };
      expect(await sealed(hourlyUsage, tally, { sealing })).toBe('written');
      expect(await hourlyUsage.get(tally)).toMatchObject({ state: 'withheld', ...withheld });
    });

    it('refuses to seal when a contract has covered usage since the Balance was read', async () => {
      const { hourlyUsage, tally, next } = await givenTwoHours();
      const stale = await hourlyUsage.getBalance(tally);
      const sealing = { ...nothingToBill, carriedOut: ZERO, coverage: aCoverage() };
      expect(await sealed(hourlyUsage, tally, { sealing, balance: stale })).toBe('written');
      expect(await sealed(hourlyUsage, next, { sealing, balance: stale })).toBe('changed');
    });

    it('opens the hour that receives a Balance of 1 or more', async () => {
      const { hourlyUsage, tally } = await givenTally();
      const hour = anHour('2026-03-10T20');
      const sealing = { ...nothingToBill, carriedOut: decimal(3) };
      expect(await sealed(hourlyUsage, tally, { sealing, balanceHour: { hour, dueAtMs: DUE_MS + 9 } })).toBe('written');
      const opened = { ...keyOf(tally), hour };
      expect(await hourlyUsage.get(opened)).toMatchObject({ state: 'open', tallies: 0 });
      expect(await hourlyUsage.listDue(DUE_MS + 9)).toEqual([opened]);
      expect(await sealed(hourlyUsage, { ...opened, events: [] }, { folded: NO_DELIVERY })).toBe('written');
    });

    it('opens the next hour, and opens it once when the Balance goes to the same hour', async () => {
      const { hourlyUsage, tally } = await givenTally();
      const next = { hour: anHour('2026-03-10T13'), dueAtMs: DUE_MS + 9 };
      const sealing = { ...nothingToBill, carriedOut: decimal(3) };
      const both = { sealing, balanceHour: next, zeroHour: next };
      expect(await sealed(hourlyUsage, tally, both)).toBe('written');
      const opened = { ...keyOf(tally), hour: next.hour };
      expect(await hourlyUsage.listDue(DUE_MS + 9)).toEqual([opened]);
      const after = { hour: anHour('2026-03-10T14'), dueAtMs: DUE_MS + 10 };
      const then = { folded: NO_DELIVERY, zeroHour: after };
      expect(await sealed(hourlyUsage, { ...opened, events: [] }, then)).toBe('written');
      expect(await hourlyUsage.listDue(DUE_MS + 10)).toEqual([{ ...opened, hour: after.hour }]);
    });

    it('writes nothing when the next hour has been closed since the read', async () => {
      const { hourlyUsage, tally, next } = await givenTwoHours();
      await sealed(hourlyUsage, next);
      const zeroHour = { hour: next.hour, dueAtMs: DUE_MS };
      expect(await sealed(hourlyUsage, tally, { zeroHour })).toBe('changed');
      expect(await hourlyUsage.get(tally)).toMatchObject({ state: 'open' });
      expect(await hourlyUsage.get(next)).toMatchObject({ state: 'carried' });
    });

    it('writes nothing when the hour for the Balance is closed already', async () => {
      const { hourlyUsage, tally, next } = await givenTwoHours();
      await sealed(hourlyUsage, next);
      const sealing = { ...nothingToBill, carriedOut: decimal(3) };
      const balanceHour = { hour: next.hour, dueAtMs: DUE_MS };
      expect(await sealed(hourlyUsage, tally, { sealing, balanceHour })).toBe('balanceHourNotOpen');
      expect(await hourlyUsage.get(tally)).toMatchObject({ state: 'open' });
      expect(decimalText((await hourlyUsage.getBalance(tally)).amount)).toBe('0.5');
    });
  });
});
