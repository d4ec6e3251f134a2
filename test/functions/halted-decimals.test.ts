import { beforeEach, describe, expect, it } from 'vitest';
import { decimal, decimalText, sum } from '../../lambdas/shared/domain/decimal';
import { billWhole, findHeldRecords, type HeldRecordsDeps } from '../../ops/decimals/held-records';
import { settleHour } from '../../ops/settle/settle-hour';
import { TERMS, totalsOf, type CountedHour } from '../../ops/terms';
import { PRODUCT_CODE } from '../builders/a-payer';
import { HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { aDecimalPath, afterHour } from './a-decimal-path';
import { GRACE_MS } from './usage-path';

const DECIMAL = ['events', 'compute_hours', 'd1'];
const HOURS = 20;

let path: ReturnType<typeof aDecimalPath>;

beforeEach(() => {
  path = aDecimalPath();
});

const deps = (): HeldRecordsDeps & ReturnType<typeof path.meterDeps> => ({
  ...path.meterDeps(),
  decimalTrials: path.decimalTrials,
});

/** Uses 1.8 of three dimensions in each of 20 hours, and meters every 30 minutes. */
async function use20Hours(): Promise<void> {
  for (let hour = 0; hour < HOURS; hour += 1) {
    await path.use('1.8', { hour, of: DECIMAL });
    for (const minutes of [0, 30]) await path.meter({ at: afterHour(hour) + minutes * MINUTE_MS });
  }
}

async function passDays(days: number): Promise<void> {
  const startMs = path.clock.now();
  for (let hour = 1; hour <= days * 24; hour += 1) await path.meter({ at: startMs + hour * HOUR_MS });
}

function deployWhole(): void {
  for (const product of path.products.values())
    for (const dimension of product.dimensions) dimension.quantities = 'whole';
}

/** What AWS bills in all. */
const billedByAws = () => decimalText(sum(path.marketplace.ledger().map(({ quantity }) => decimal(quantity))));

/** The terms of the promise that are not 0, over all dimensions; `difference` if they do not sum to what was used. */
function terms(): Record<string, string> {
  const totals = totalsOf(path.tables.hours.filter((hour): hour is CountedHour => hour.used !== undefined));
  const all = TERMS.map((term) => [term, sum(totals.map((each) => each.terms[term]))] as const);
  const difference = ['difference', sum(totals.map((each) => each.difference))] as const;
  return Object.fromEntries(
    [...all, difference].filter(([, amount]) => !amount.eq(0)).map(([n, a]) => [n, decimalText(a)]),
  );
}

describe('an AWS that ignores decimals for 20 hours', () => {
  beforeEach(async () => {
    path.marketplace.setDecimals('unknown');
    await use20Hours();
  });

  it('has cost one record by then, which the seller was told', () => {
    expect(terms()).toEqual({ sealed: '106.2', unconfirmed: '1.8' });
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([{ reason: 'echoDiffers', quantity: '1.8' }]);
    expect(billedByAws()).toBe('0');
  });

  it('has left the records of other products alone, and those in whole units', async () => {
    expect(await findHeldRecords('another', deps())).toEqual([]);
    expect(await billWhole('another', deps())).toEqual([]);
    expect(terms()).toEqual({ sealed: '106.2', unconfirmed: '1.8' });
  });

  it('says of a record that changed in the meantime that it was not billed in whole units', async () => {
    path.hourlyUsage.refreeze = async () => 'changed';
    const outcomes = (await billWhole(PRODUCT_CODE, deps())).map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['changed']));
  });

  it('is mended: after resume every other record is billed as it was sealed, and the lost one by the Balance', async () => {
    path.marketplace.setDecimals('known');
    await path.decimalTrials.resume(PRODUCT_CODE);
    await passDays(1);
    expect([billedByAws(), terms()]).toEqual(['106.2', { billed: '106.2', unconfirmed: '1.8' }]);
    const [lost] = path.tables.hours.filter(({ state }) => state === 'unconfirmed');
    if (lost === undefined) throw new Error('There is no unconfirmed hour.');
    await settleHour(lost, { as: 'carried', reason: 'billed as 0' }, deps());
    await passDays(1);
    expect([billedByAws(), terms()]).toEqual(['108', { billed: '108' }]);
  });

  it('is resumed too early: loses one more record, and waits again', async () => {
    await path.decimalTrials.resume(PRODUCT_CODE);
    await path.meter({ at: path.clock.now() + 5 * MINUTE_MS });
    expect([await path.trial(), terms()]).toEqual(['halted', { sealed: '104.4', unconfirmed: '3.6' }]);
  });

  it('is answered with whole units: they are billed once, and the fractions follow', async () => {
    deployWhole();
    const records = await billWhole(PRODUCT_CODE, deps());
    expect(new Set(records.map(({ outcome }) => outcome))).toEqual(new Set(['whole']));
    expect(await billWhole(PRODUCT_CODE, deps())).toEqual([]);
    await passDays(2);
    // 59 records of 1, then 59 fractions of 0.8 in the Balances of three dimensions.
    expect(terms()).toEqual({ billed: '106', carried: '0.2', unconfirmed: '1.8' });
    expect(billedByAws()).toBe('106');
    expect(path.carried).toBe('0.2');
  });

  it('loses nothing if nobody does anything: what was never sent is carried and waits', async () => {
    await passDays(3);
    expect([billedByAws(), terms().unconfirmed, terms().difference]).toEqual(['0', '1.8', undefined]);
  });
});

describe('an AWS that refuses decimals for 20 hours', () => {
  beforeEach(async () => {
    path.marketplace.setDecimals('refused');
    await use20Hours();
    expect(terms()).toEqual({ sealed: '108' });
  });

  it('is mended: after resume every record is billed as it was sealed', async () => {
    path.marketplace.setDecimals('known');
    await path.decimalTrials.resume(PRODUCT_CODE);
    await passDays(1);
    expect([billedByAws(), terms(), await path.trial()]).toEqual(['108', { billed: '108' }, 'proven']);
  });

  it('is answered with whole units: even the refused record is billed once, and the fractions follow', async () => {
    deployWhole();
    expect(await billWhole(PRODUCT_CODE, deps())).toHaveLength(60);
    await passDays(2);
    expect([billedByAws(), terms()]).toEqual(['108', { billed: '108' }]);
  });
});

describe('a decimal record with a send that AWS never answered', () => {
  it('is never frozen anew, and is told as unconfirmed when its window closes', async () => {
    path.marketplace.setDecimals('unknown');
    path.marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', next: 5 });
    await path.use('1.8', { of: ['events'] });
    await path.meter();
    await path.use('1.8', { of: ['d1'] });
    deployWhole();
    const records = await billWhole(PRODUCT_CODE, deps());
    expect(records).toMatchObject([{ outcome: 'unanswered' }]);
    await passDays(2);
    expect(path.tables.hours.find(({ dimension }) => dimension === 'events')).toMatchObject({
      state: 'unconfirmed',
      record: { form: 'decimal', quantity: '1.8' },
      lastReason: 'noAnswer',
    });
  });

  it('is unconfirmed when AWS answers that it has another quantity: nobody can tell whether that is 0 or ours', async () => {
    path.marketplace.setDecimals('unknown');
    path.marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', next: 5 });
    await path.use('1.8', { of: ['events'] });
    await path.meter();
    path.marketplace.setDecimals('known');
    await path.use('1.8', { of: ['d1'] });
    await path.meter({ at: path.clock.now() + 20 * MINUTE_MS });
    expect(path.bill()).toEqual({ 'events 12': '0', 'd1 12': '1.8' });
    expect(terms()).toEqual({ billed: '1.8', unconfirmed: '1.8' });
    const told = { outcome: 'unconfirmed', reason: 'conflictInDoubt', quantity: '1.8' };
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([told]);
  });

  it('is not called rejected by an AWS that took it, lost the answer and forgot decimals: it is billed', async () => {
    path.marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', next: 5 });
    await path.use('1.8', { of: ['events'] });
    await path.meter();
    path.marketplace.setDecimals('unknown');
    await path.meter({ at: path.clock.now() + 20 * MINUTE_MS });
    expect([path.bill(), terms()]).toEqual([{ 'events 12': '1.8' }, { unconfirmed: '1.8' }]);
    expect(path.counters.counts).toMatchObject({ 'Records.conflict': 1, 'UnitsClosed.unconfirmed': 1.8 });
  });

  it('does not let a run that read the old record send it after it was frozen anew', async () => {
    path.marketplace.setDecimals('refused');
    await path.use('1.8', { of: ['events'] });
    await path.meter();
    const [held] = await findHeldRecords(PRODUCT_CODE, deps());
    deployWhole();
    await billWhole(PRODUCT_CODE, deps());
    const { hour } = held ?? {};
    if (hour === undefined) throw new Error('There is no held record.');
    expect(await path.hourlyUsage.claimSend({ hourKey: hour, ...hour })).toBe(false);
  });
});

describe('a record in whole units', () => {
  it('goes to the Balance as it is now when a run read it before it was frozen anew and its window closed', async () => {
    path.marketplace.setDecimals('refused');
    await path.use('1.8', { of: ['events', 'compute_hours'] });
    await path.meter();
    deployWhole();
    const { hourlyUsage } = path;
    hourlyUsage.getBalance = async (hourKey) => {
      Reflect.deleteProperty(hourlyUsage, 'getBalance');
      // The operator, between the run's look at the record and its write.
      await billWhole(PRODUCT_CODE, deps());
      return hourlyUsage.getBalance(hourKey);
    };
    await path.meter({ at: path.clock.now() + 24 * HOUR_MS });
    expect(terms()).toEqual({ carried: '1.8', rejected: '1.8' });
    expect(path.tables.balances.map(({ amount }) => decimalText(amount))).toContain('1.8');
  });

  it('returns less than one unit to the Balance, and sends nothing', async () => {
    path.marketplace.setDecimals('refused');
    await path.use('0.8', { of: ['events'] });
    await path.meter();
    deployWhole();
    expect(await billWhole(PRODUCT_CODE, deps())).toMatchObject([{ outcome: 'carried' }]);
    expect([terms(), path.carried]).toEqual([{ carried: '0.8' }, '0.8']);
    await path.use('0.5', { hour: 1, of: ['events'] });
    await path.meter({ at: NOON_MS + 2 * HOUR_MS + GRACE_MS });
    expect([path.bill(), terms()]).toEqual([{ 'events 13': '1' }, { billed: '1', carried: '0.3' }]);
  });

  it('is not made while the Balance or the hour changes, but after that', async () => {
    path.marketplace.setDecimals('refused');
    await path.use('1.8', { of: ['events'] });
    await path.meter();
    const { getBalance } = path.hourlyUsage;
    let reads = 0;
    path.hourlyUsage.getBalance = async (key) => {
      const balance = await getBalance.call(path.hourlyUsage, key);
      reads += 1;
      if (reads === 1)
        path.tables.put('hourlyUsage', { pk: aSubscriptionId(1), sk: 'balance#events', amount: 0.5, version: 7 });
      return balance;
    };
    deployWhole();
    expect(await billWhole(PRODUCT_CODE, deps())).toMatchObject([{ outcome: 'whole' }]);
    expect(path.carried).toBe('1.3');
  });
});
