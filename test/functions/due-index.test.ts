import { describe, expect, it } from 'vitest';
import { dueShardOf, ENDING_SHARD, READ_SHARDS } from '../../lambdas/shared/stores/due-index';
import { PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

const ID = aSubscriptionId(1);

const KEY = { pk: ID, sk: '2026-03-10T12#events' };

describe('the index of what is due', () => {
  it.each([0, 3, 5, 8])('is read in shard %i, which this version or a later one writes', async (dueShard) => {
    const path = new UsagePath();
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const hour = path.tables.dynamoDb.table('hourlyUsage').get(KEY);
    path.tables.put('hourlyUsage', { ...hour, dueShard });
    await path.meter();
    expect(path.counters.counts[`UnitsBilled@${PRODUCT_CODE}:events`]).toBe(3);
  });

  it('has no hour in the shard of the endings, which has the number 4 in every version', () => {
    expect(ENDING_SHARD).toBe(4);
    expect(READ_SHARDS).not.toContain(4);
    const written = new Set(Array.from({ length: 1000 }, (_, n) => dueShardOf(aSubscriptionId(n))));
    expect([...written].sort()).toEqual([0, 1, 2, 3]);
  });

  it.each(['balance#gigabytes', 'later-version#2026', '2026-07-03T14', '2026-07-03T14:events', 'T'])(
    'reports the item %s, which is no hour, and bills all the others',
    async (sk) => {
      const path = new UsagePath();
      await path.deliver(aUsageEvent({ quantity: '3' }));
      path.tables.put('hourlyUsage', { pk: ID, sk, dueShard: 0, dueAt: NOON_MS });
      await path.meter();
      expect(path.counters.counts).toMatchObject({ [`UnitsBilled@${PRODUCT_CODE}:events`]: 3, HoursFailed: 1 });
      expect(path.log.lines.join()).toContain('"messageCode":"DUE_ITEM_IS_NO_HOUR"');
    },
  );
});
