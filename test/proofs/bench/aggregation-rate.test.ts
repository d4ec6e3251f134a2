import { describe, expect, it } from 'vitest';
import { measureHotCustomer, measureOneShard } from '../../../proofs/bench/aggregation-rate';

describe('aggregation at full load', () => {
  it('counts 1,500 events a second and more of one shard whose every event is another customer', async () => {
    const { eventsPerSecond, failed } = await measureOneShard();
    expect(eventsPerSecond).toBeGreaterThan(1500);
    expect(failed).toBe(0);
  });

  it('counts 10,000 events a second of one customer through 100 shards, and no delivery fails', async () => {
    const hot = { shards: 100, perSecond: 10_000, windowSeconds: 1, windows: 2 };
    const { eventsPerSecond, failed, conflicts } = await measureHotCustomer(hot);
    // The last window ends up to a second later than it began.
    expect(eventsPerSecond).toBeGreaterThan(10_000 * (2 / 3));
    expect(failed).toBe(0);
    expect(conflicts).toBeGreaterThan(0);
  });
});
