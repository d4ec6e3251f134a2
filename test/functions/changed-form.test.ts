import { beforeEach, describe, expect, it } from 'vitest';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import type { QuantityForm } from '../../lambdas/shared/contract/seller-configuration';
import { billBalance, findBalances } from '../../ops/balances/bill-balances';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { GRACE_MS, UsagePath } from './usage-path';

let path: UsagePath;

/** Deploys a configuration in which `events` has this form. */
function deploy(quantities: QuantityForm): void {
  for (const product of path.products.values())
    for (const dimension of product.dimensions) dimension.quantities = quantities;
}

/** Uses and bills so much in the hour that begins so many hours after noon. */
async function use(quantity: string, hour: number): Promise<void> {
  const timeMs = NOON_MS + hour * HOUR_MS;
  await path.deliver(aUsageEvent({ quantity, timeMs, receivedAtMs: timeMs }));
  await path.meter({ at: timeMs + HOUR_MS + GRACE_MS });
}

/** Every record that was sent, as form and quantity. */
const billed = () => path.tables.hours.flatMap(({ record }) => (record ? [`${record.form} ${record.quantity}`] : []));

beforeEach(() => {
  path = new UsagePath();
});

describe('a dimension whose form changes', () => {
  it('bills what a whole quantity left over with the next usage, and carries it again when whole returns', async () => {
    deploy('whole');
    await use('15.8', 0);
    deploy('decimal');
    await use('2.5', 1);
    deploy('whole');
    await use('0.9', 2);
    await use('0.3', 3);
    expect(billed()).toEqual(['whole 15', 'decimal 3.3', 'whole 1']);
    expect(path.carried).toBe('0.2');
  });

  it('sends a sealed hour again in the form that it was sealed in', async () => {
    deploy('whole');
    await path.deliver(aUsageEvent({ quantity: '15.8' }));
    await path.meter({
      deadlineMs: NOON_MS + HOUR_MS + GRACE_MS + 1,
      meteringQuota: { takeSlot: async () => Infinity },
    });
    expect(path.hours).toEqual({ '2026-03-10T12': ['sealed', '15'] });
    deploy('decimal');
    await path.meter({ at: NOON_MS + 2 * HOUR_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '15'] });
    expect(billed()).toEqual(['whole 15']);
  });

  it('sends a record that an earlier version sealed as the whole number that it was', async () => {
    deploy('whole');
    await path.deliver(aUsageEvent({ quantity: '15' }));
    await path.sealOnly();
    const [item] = [...path.tables.dynamoDb.table('hourlyUsage').items()].filter(({ state }) => state === 'sealed');
    const { form: _, ...record } = JSON.parse(String(item?.record)) as Record<string, unknown>;
    path.tables.put('hourlyUsage', { ...item, record: JSON.stringify({ ...record, quantity: 15 }) });
    deploy('decimal');
    await path.meter({ at: NOON_MS + 2 * HOUR_MS });
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '15'] });
    expect(billed()).toEqual(['whole 15']);
  });

  it('never sends records of both forms in one call', async () => {
    deploy('decimal');
    for (const product of path.products.values())
      product.dimensions.forEach((each, n) => (each.quantities = n === 0 ? 'whole' : 'decimal'));
    const forms: string[] = [];
    const { gateway } = path;
    path.gateway = {
      batchMeterUsage: async (records) => {
        forms.push([...new Set(records.map(({ form }) => form))].join());
        return gateway.batchMeterUsage(records);
      },
    };
    await path.deliver(aUsageEvent({ quantity: '3' }), aUsageEvent({ dimension: 'compute_hours', quantity: '1.5' }));
    await path.meter();
    expect(forms.sort()).toEqual(['decimal', 'whole']);
  });
});

describe('what whole quantities left over for a buyer who uses nothing any more', () => {
  beforeEach(async () => {
    deploy('whole');
    await use('15.8', 0);
    deploy('decimal');
  });

  it('is not billed by itself, and stays accounted for', async () => {
    await path.meter({ at: NOON_MS + 10 * HOUR_MS });
    expect([billed(), path.carried]).toEqual([['whole 15'], '0.8']);
  });

  it('is billed by the operator, once, after a dry run that stores nothing', async () => {
    path.clock.set(NOON_MS + 10 * HOUR_MS);
    const deps = path.meterDeps();
    const subscription = path.tables.subscription(aSubscriptionId(1));
    const [found] = await findBalances(subscription, deps);
    expect(found).toMatchObject({ outcome: 'billable' });
    expect(Object.keys(path.hours)).toHaveLength(1);
    if (found === undefined) return;
    for (let again = 0; again < 2; again += 1)
      expect(await billBalance(found, deps)).toMatchObject({ outcome: 'opened', hour: '2026-03-10T22' });
    await path.meter({ at: NOON_MS + 11 * HOUR_MS + GRACE_MS });
    expect([billed(), path.carried]).toEqual([['whole 15', 'decimal 0.8'], '0']);
    expect(await findBalances(subscription, deps)).toEqual([]);
  });

  it('is left alone by the operator while it is below a step of the form', async () => {
    deploy('whole');
    const [found] = await findBalances(path.tables.subscription(aSubscriptionId(1)), path.meterDeps());
    expect(found).toMatchObject({ outcome: 'tooSmall' });
  });

  it('is left alone by the operator when the subscription has ended', async () => {
    const subscription = path.givenSubscription({ state: 'ended', endingAt: new Date(NOON_MS).toISOString() });
    const [found] = await findBalances(subscription, path.meterDeps());
    expect(found).toMatchObject({ outcome: 'notActive' });
  });

  it.each([
    ['in the hour of the end', 40 * MINUTE_MS],
    ['in the last hour, not the one that begins, if the end is at the full hour', HOUR_MS],
  ])('is billed by the end of the subscription %s', async (_, intoTheHourMs) => {
    const endedAtMs = NOON_MS + 10 * HOUR_MS + intoTheHourMs;
    path.givenSubscription({ state: 'ending', endingAt: new Date(endedAtMs).toISOString() });
    for (const minutes of [1, 4, 10, 61]) {
      path.clock.set(endedAtMs + minutes * MINUTE_MS);
      await endSubscription(aSubscriptionId(1), path.meterDeps());
    }
    expect(path.hours['2026-03-10T22']).toEqual(['billed', '0.8']);
    expect([billed(), path.carried]).toEqual([['whole 15', 'decimal 0.8'], '0']);
    expect(path.tables.subscription(aSubscriptionId(1)).state).toBe('ended');
  });

  it('stays in the Balance at the end of the subscription while it is below a step of the form', async () => {
    deploy('whole');
    const endedAtMs = NOON_MS + 10 * HOUR_MS + 40 * MINUTE_MS;
    path.givenSubscription({ state: 'ending', endingAt: new Date(endedAtMs).toISOString() });
    path.clock.set(endedAtMs + MINUTE_MS);
    await endSubscription(aSubscriptionId(1), path.meterDeps());
    expect([Object.keys(path.hours), path.carried]).toEqual([['2026-03-10T12'], '0.8']);
  });
});
