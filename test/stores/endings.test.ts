import { describe, expect, it } from 'vitest';
import { DynamoDbEndingStore } from '../../lambdas/shared/stores/endings';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { ENGINES } from './engines';

const [first, second] = [aSubscriptionId(901), aSubscriptionId(902)];

describe.each(ENGINES)('endings %s', (_engine, open) => {
  const given = async () => {
    const database = await open('hourlyUsage');
    return { endings: new DynamoDbEndingStore(database), hourlyUsage: new DynamoDbHourlyUsageReader(database) };
  };

  it('keeps the time at which an ending was first recorded', async () => {
    const { endings } = await given();
    expect(await endings.open(first, NOON_MS)).toBe(NOON_MS);
    expect(await endings.open(first, NOON_MS + 60_000)).toBe(NOON_MS);
  });

  it('records an ending anew after a newer beginning, even if nobody has removed the one before', async () => {
    const { endings } = await given();
    const [begun, back] = ['2026-03-01T00:00:00.000Z', '2026-03-10T11:59:00.000Z'];
    await endings.remove(first);
    await endings.open(first, NOON_MS, begun);
    await endings.postpone(first, NOON_MS + 300_000);
    expect(await endings.open(first, NOON_MS + 60_000, back)).toBe(NOON_MS + 60_000);
    expect(await endings.listDue(NOON_MS + 60_000)).toContain(first);
    // A redelivery, and a run that read the subscription before it came back.
    expect(await endings.open(first, NOON_MS + 90_000, back)).toBe(NOON_MS + 60_000);
    expect(await endings.open(first, NOON_MS + 90_000, begun)).toBe(NOON_MS + 60_000);
  });

  it('lists endings at once, then from the time they were postponed to, the longest due first', async () => {
    const { endings } = await given();
    await endings.open(first, NOON_MS);
    await endings.open(second, NOON_MS);
    await endings.postpone(first, NOON_MS + 20);
    await endings.postpone(second, NOON_MS + 10);
    expect(await endings.listDue(NOON_MS + 9)).toEqual([]);
    expect(await endings.listDue(NOON_MS + 20)).toEqual([second, first]);
  });

  it('opens an ending again after it was removed', async () => {
    const { endings } = await given();
    await endings.remove(first);
    await endings.open(first, NOON_MS);
    await endings.remove(first);
    await endings.postpone(first, NOON_MS);
    expect(await endings.listDue(NOON_MS * 2)).toEqual([]);
    expect(await endings.open(first, NOON_MS + 60_000)).toBe(NOON_MS + 60_000);
    expect(await endings.listDue(NOON_MS + 60_000)).toEqual([first]);
  });

  it('does not list an ending as a due hour', async () => {
    const { endings, hourlyUsage } = await given();
    await endings.open(first, NOON_MS);
    expect(await hourlyUsage.listDue(NOON_MS * 2)).toEqual([]);
  });
});
