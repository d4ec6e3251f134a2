import { describe, expect, it } from '@jest/globals';
import { measureCallRate } from '../../../proofs/bench/call-rate';

describe('a metering run with a backlog', () => {
  it('uses the quota, and no more than it, when a call takes 400 ms', async () => {
    const { share, tooEarly, commands } = await measureCallRate(400, 15);
    expect(share).toBeGreaterThan(0.95);
    expect(share).toBeLessThanOrEqual(1.01);
    expect(tooEarly).toBe(0);
    // Two writes, its part of the reads, and little that is sealed and not sent.
    expect(commands).toBeLessThan(2.5);
  });
});
