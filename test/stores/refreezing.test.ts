import { describe, expect, it } from 'vitest';
import { decimal, ZERO } from '../../lambdas/shared/domain/decimal';
import { aSealedRecord } from '../builders/a-sealed-record';
import { aUsageLedger, DUE_MS, givenSealed, type UsageLedger } from './a-usage-ledger';
import { ENGINES } from './engines';

/** A sealed hour, and the request that gives its record another licence. */
async function givenRequest(ledger: UsageLedger) {
  const { hourlyUsage, record: sealed } = await givenSealed(ledger);
  const { customer } = aSealedRecord().record;
  const record = { ...sealed.record, customer };
  const request = async () => {
    const hour = await hourlyUsage.get(sealed.hourKey);
    if (hour?.state !== 'sealed') throw new Error(`The hour is ${hour?.state}.`);
    return { hour, record, rest: ZERO, balance: await hourlyUsage.getBalance(sealed.hourKey), nowMs: DUE_MS };
  };
  return { hourlyUsage, sealed, record, request };
}

describe.each(ENGINES)('freezing a record anew %s', (_engine, open) => {
  const given = async () => givenRequest(aUsageLedger(await open('hourlyUsage', 'usageTallies', 'notices')));

  it('replaces the customer once, counts on, and leaves the amounts and the Balance', async () => {
    const { hourlyUsage, sealed, record, request } = await given();
    const once = await request();
    const results = await Promise.all([hourlyUsage.refreeze(once), hourlyUsage.refreeze(once)]);
    expect(results.sort()).toEqual(['changed', 'written']);
    const counts = { sends: 1, answers: 1, lastReason: 'frozenAnew' };
    expect(await hourlyUsage.get(sealed.hourKey)).toMatchObject({ state: 'sealed', record, ...counts });
    expect((await hourlyUsage.getBalance(sealed.hourKey)).version).toBe(0);
  });

  it('gives the Balance what the new record no longer bills', async () => {
    const { hourlyUsage, sealed, record, request } = await given();
    const less = { ...record, quantity: '4' };
    expect(await hourlyUsage.refreeze({ ...(await request()), record: less, rest: decimal(3) })).toBe('written');
    const amounts = { carriedIn: ZERO, carriedOut: decimal(3) };
    expect(await hourlyUsage.get(sealed.hourKey)).toMatchObject({ state: 'sealed', record: less, ...amounts });
    expect(await hourlyUsage.getBalance(sealed.hourKey)).toMatchObject({ amount: decimal(3), version: 1 });
  });

  it('carries the hour when nothing is left to send, and it is due no more', async () => {
    const { hourlyUsage, sealed, request } = await given();
    const all = { ...(await request()), record: undefined, rest: decimal(7) };
    expect(await hourlyUsage.refreeze(all)).toBe('written');
    expect(await hourlyUsage.get(sealed.hourKey)).toMatchObject({ state: 'carried', carriedQuantity: decimal(7) });
    expect(await hourlyUsage.getBalance(sealed.hourKey)).toMatchObject({ amount: decimal(7) });
    expect(await hourlyUsage.listDue(DUE_MS * 2)).toEqual([]);
  });

  it('lets no run that has read the old record send it', async () => {
    const { hourlyUsage, sealed, request } = await given();
    await hourlyUsage.refreeze(await request());
    expect(await hourlyUsage.claimSend(sealed)).toBe(false);
  });

  it('is refused after a send has started', async () => {
    const { hourlyUsage, sealed, request } = await given();
    const stale = await request();
    await hourlyUsage.claimSend(sealed);
    expect(await hourlyUsage.refreeze(stale)).toBe('changed');
    expect(await hourlyUsage.get(sealed.hourKey)).toMatchObject({ record: sealed.record, sends: 1, answers: 0 });
  });
});
