import { describe, expect, it } from 'vitest';
import { measureIntakeReads, measureSubscriptionReads } from '../../../proofs/bench/subscription-reads';

describe('GET /subscriptions/{id}', () => {
  it('reads at most 50 units, however many events the open hour has', async () => {
    const few = await measureSubscriptionReads(2_000);
    const many = await measureSubscriptionReads(40_000);
    expect(many.estimated).toBe(few.estimated);
    expect(many.estimated).toBeLessThanOrEqual(50);
    expect(many.folded).toBeGreaterThan(100);
  });
});

describe('POST /usage', () => {
  it('reads half a unit for each subscription that it names, because it reads them once and eventually consistent', async () => {
    expect(await measureIntakeReads()).toBe(0.5);
  });
});
