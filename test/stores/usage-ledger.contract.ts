import { describe, expect, it } from '@jest/globals';
import { decimal, decimalText, ZERO } from '../../lambdas/shared/domain/decimal';
import { hourEndMs, parseHour, type Hour } from '../../lambdas/shared/domain/hour';
import type { Sealing } from '../../lambdas/shared/domain/sealing';
import { talliesOf, type HourKey, type UsageTally } from '../../lambdas/shared/domain/usage-tally';
import type { HourlyUsageStore } from '../../lambdas/shared/stores/hourly-usage';
import type { UsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { aSealedRecord } from '../builders/a-sealed-record';
import { aUsageEvent } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';

export interface UsageLedger {
  hourlyUsage: HourlyUsageStore;
  usageTallies: UsageTallyStore;
}

let subscriptions = 500;

/** A tally of a subscription of its own, at 12:00 UTC. */
function aTally(...quantities: string[]): UsageTally {
  subscriptions += 1;
  return tallyFor(aSubscriptionId(subscriptions), ...quantities);
}

function tallyFor(subscriptionId: string, ...quantities: string[]): UsageTally {
  const tags = { Department: 'legal' };
  const [tally] = talliesOf(
    quantities.map((quantity, n) => aUsageEvent({ subscriptionId, quantity, ...(n % 2 && { tags }) })),
  );
  if (tally === undefined) throw new Error('a tally needs an event');
  return tally;
}

function keyOf({ subscriptionId, dimension, hour }: HourKey): HourKey {
  return { subscriptionId, dimension, hour };
}

function anHour(text: string): Hour {
  const hour = parseHour(text);
  if (hour === undefined) throw new Error(`${text} is no hour`);
  return hour;
}

const DUE_MS = hourEndMs(anHour('2026-03-10T12')) + 300_000;

const nothingToBill: Sealing = {
  state: 'carried',
  used: decimal('0.5'),
  carriedIn: ZERO,
  carriedOut: decimal('0.5'),
  expiredQuantity: ZERO,
};

/** What every ledger does, in memory or in DynamoDB. */
export function usageLedgerContract(name: string, givenLedger: () => Promise<UsageLedger>): void {
  describe(`${name}: tallies`, () => {
    it('are counted by the hour they were added to', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const first = aTally('1', '2.5');
      const more = tallyFor(first.subscriptionId, '0.000000000000000001');
      expect(await usageTallies.add(first, DUE_MS)).toBe('added');
      expect(await usageTallies.add(more, DUE_MS)).toBe('added');
      expect(await hourlyUsage.get(first)).toMatchObject({ state: 'open', tallies: 2 });
      const events = (await usageTallies.ofHour(first)).flatMap((tally) => tally.events);
      expect(events).toHaveLength(3);
      expect(events).toEqual(expect.arrayContaining([...first.events, ...more.events]));
    });

    it('are counted once when the same delivery comes again', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('1');
      await usageTallies.add(tally, DUE_MS);
      expect(await usageTallies.add(tally, DUE_MS)).toBe('alreadyAdded');
      expect(await hourlyUsage.get(tally)).toMatchObject({ tallies: 1 });
    });

    it('are refused, wholly, by an hour that is sealed', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('0.5');
      await usageTallies.add(tally, DUE_MS);
      await sealed(hourlyUsage, tally);
      expect(await usageTallies.add(tallyFor(tally.subscriptionId, '7'), DUE_MS)).toBe('hourNotOpen');
      expect(await usageTallies.ofHour(tally)).toHaveLength(1);
    });

    it('are recognized in a sealed hour', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('0.5');
      await usageTallies.add(tally, DUE_MS);
      await sealed(hourlyUsage, tally);
      expect(await usageTallies.add(tally, DUE_MS)).toBe('alreadyAdded');
    });
  });

  describe(`${name}: what is due`, () => {
    it('is an hour from its due time on, the longest due first', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const [late, early] = [aTally('1'), aTally('1')];
      await usageTallies.add(late, DUE_MS + 2);
      await usageTallies.add(early, DUE_MS + 1);
      expect(await hourlyUsage.listDue(DUE_MS)).toEqual([]);
      expect(await hourlyUsage.listDue(DUE_MS + 2)).toEqual([keyOf(early), keyOf(late)]);
    });

    it('is no hour that nothing is left to do for', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('0.5');
      await usageTallies.add(tally, DUE_MS);
      await sealed(hourlyUsage, tally);
      expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([]);
    });
  });

  describe(`${name}: sealing`, () => {
    it('freezes the request exactly', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('4', '3');
      await usageTallies.add(tally, DUE_MS);
      const record = { ...aSealedRecord().record, allocations: [{ quantity: 7, tags: { Department: 'legal' } }] };
      const sealing: Sealing = { ...nothingToBill, state: 'sealed', used: decimal(7), carriedOut: ZERO, record };
      expect(await sealed(hourlyUsage, tally, { sealing })).toBe('sealed');
      const hour = await hourlyUsage.get(tally);
      expect(hour).toMatchObject({ state: 'sealed', sends: 0, answers: 0 });
      expect(hour?.record).toEqual(record);
      expect(await hourlyUsage.listDue(DUE_MS)).toEqual([keyOf(tally)]);
    });

    it('is refused when a tally came after the fold', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('0.5');
      await usageTallies.add(tally, DUE_MS);
      await usageTallies.add(tallyFor(tally.subscriptionId, '9'), DUE_MS);
      expect(await sealed(hourlyUsage, tally, { foldedTallies: 1 })).toBe('changed');
      expect(await hourlyUsage.get(tally)).toMatchObject({ state: 'open' });
    });

    it('happens once', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('0.5');
      await usageTallies.add(tally, DUE_MS);
      const results = await Promise.all([sealed(hourlyUsage, tally), sealed(hourlyUsage, tally)]);
      expect(results.sort()).toEqual(['changed', 'sealed']);
      expect(decimalText((await hourlyUsage.getBalance(tally)).amount)).toBe('0.5');
    });

    it('is refused when the Balance was moved since it was read', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('0.5');
      const other = { ...tally, hour: anHour('2026-03-10T13') };
      await usageTallies.add(tally, DUE_MS);
      await usageTallies.add(other, DUE_MS);
      const stale = await hourlyUsage.getBalance(tally);
      await sealed(hourlyUsage, tally);
      expect(await sealed(hourlyUsage, other, { balance: stale })).toBe('changed');
      expect(await hourlyUsage.get(other)).toMatchObject({ state: 'open' });
      expect(await hourlyUsage.getBalance(tally)).toMatchObject({ version: 1 });
    });

    it('opens the hour that takes a Balance of 1 or more', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const tally = aTally('0.5');
      await usageTallies.add(tally, DUE_MS);
      const hour = anHour('2026-03-10T20');
      const sealing = { ...nothingToBill, carriedOut: decimal(3) };
      expect(await sealed(hourlyUsage, tally, { sealing, balanceHour: { hour, dueAtMs: DUE_MS + 9 } })).toBe('sealed');
      const opened = { ...keyOf(tally), hour };
      expect(await hourlyUsage.get(opened)).toMatchObject({ state: 'open', tallies: 0 });
      expect(await hourlyUsage.listDue(DUE_MS + 9)).toEqual([opened]);
      expect(await sealed(hourlyUsage, { ...opened, events: [] }, { foldedTallies: 0 })).toBe('sealed');
    });

    it('does nothing at all when the hour for the Balance is sealed itself', async () => {
      const { hourlyUsage, usageTallies } = await givenLedger();
      const [tally, next] = [aTally('0.5'), anHour('2026-03-10T13')];
      const nextTally = { ...tally, hour: next };
      await usageTallies.add(tally, DUE_MS);
      await usageTallies.add(nextTally, DUE_MS);
      await sealed(hourlyUsage, nextTally);
      const sealing = { ...nothingToBill, carriedOut: decimal(3) };
      expect(await sealed(hourlyUsage, tally, { sealing, balanceHour: { hour: next, dueAtMs: DUE_MS } })).toBe(
        'balanceHourNotOpen',
      );
      expect(await hourlyUsage.get(tally)).toMatchObject({ state: 'open' });
      expect(decimalText((await hourlyUsage.getBalance(tally)).amount)).toBe('0.5');
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
        const { hourlyUsage, record } = await givenSealed(await givenLedger());
        await hourlyUsage.close(record.hourKey, { state, seen: { sends: 0, answers: 0 } });
        await hourlyUsage.settleAccepted(record.hourKey, 'record-1');
        expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'billed' });
      },
    );

    it('keeps an acceptance whatever is answered afterwards', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      await hourlyUsage.settleAccepted(record.hourKey, 'record-1');
      await hourlyUsage.settleConflict(record.hourKey);
      await hourlyUsage.settleDeferred(record, { outcome: { kind: 'notSubscribed' }, dueAtMs: DUE_MS });
      await hourlyUsage.close(record.hourKey, { state: 'expired', seen: { sends: 0, answers: 1 } });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'billed', meteringRecordId: 'record-1' });
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

    it('is over for a conflict', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      await hourlyUsage.settleConflict(record.hourKey);
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'rejected', lastAnswer: 'conflict' });
      expect(await hourlyUsage.claimSend(record)).toBe(false);
    });

    it('is not closed under a send that has started', async () => {
      const { hourlyUsage, record } = await givenSealed(await givenLedger());
      await hourlyUsage.claimSend(record);
      await hourlyUsage.close(record.hourKey, { state: 'expired', seen: { sends: 0, answers: 0 } });
      expect(await hourlyUsage.get(record.hourKey)).toMatchObject({ state: 'sealed' });
    });
  });
}

async function sealed(
  hourlyUsage: HourlyUsageStore,
  tally: UsageTally,
  overrides: Partial<Parameters<HourlyUsageStore['seal']>[0]> = {},
) {
  const balance = await hourlyUsage.getBalance(tally);
  const carriedOut = balance.amount.plus('0.5');
  const sealing = { ...nothingToBill, carriedIn: balance.amount, carriedOut };
  return hourlyUsage.seal({ hourKey: keyOf(tally), sealing, foldedTallies: 1, balance, ...overrides });
}

async function givenSealed({ hourlyUsage, usageTallies }: UsageLedger) {
  const tally = aTally('7');
  await usageTallies.add(tally, DUE_MS);
  const record = { ...aSealedRecord(), hourKey: keyOf(tally) };
  const sealing: Sealing = {
    ...nothingToBill,
    state: 'sealed',
    used: decimal(7),
    carriedOut: ZERO,
    record: record.record,
  };
  await sealed(hourlyUsage, tally, { sealing });
  return { hourlyUsage, record };
}
