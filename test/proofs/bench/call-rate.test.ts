import { describe, expect, it } from 'vitest';
import { measureCallRate, measureSettled } from '../../../proofs/bench/call-rate';
import { MAX_CALLS_PER_SECOND } from '../../../lambdas/shared/domain/marketplace-limits';

describe('a metering run with a backlog', () => {
  it.each([8, 9.8])(
    'uses the configured %d calls a second, and no more, when a call takes 400 ms',
    async (callsPerSecond) => {
      const { share, mostCallsInASecond, commands } = await measureCallRate({
        callMs: 400,
        callsPerSecond,
        runSeconds: 15,
      });
      expect(share).toBeGreaterThan(0.95);
      expect(share).toBeLessThanOrEqual(1.01);
      expect(mostCallsInASecond).toBeLessThanOrEqual(MAX_CALLS_PER_SECOND);
      // Two writes, its part of the reads, and little that is sealed and not sent.
      expect(commands).toBeLessThan(2.5);
    },
  );
});

describe('metering runs that follow one another', () => {
  it('settle as many hours as the configured rate allows in their time, at most ten calls in a second', async () => {
    const given = { hours: 12_000, callMs: 400, callsPerSecond: 9.8, runSeconds: 25 };
    const { hours, mostCallsInASecond } = await measureSettled(given);
    expect(mostCallsInASecond).toBeLessThanOrEqual(MAX_CALLS_PER_SECOND);
    // A run begins a second after its start; here it starts calls for 25 of 30 seconds, as deployed for 295 of 300.
    expect(hours).toBeGreaterThan(9.8 * 25 * 3600 * (23.5 / 30));
    expect(hours).toBeLessThanOrEqual(9.8 * 25 * 3600);
  });
});
