import { describe, expect, it } from 'vitest';
import { lambdaPorts } from '../../lambdas/shared/runtime/ports';

const { sleep, random } = lambdaPorts('refresh-entitlements');

describe('the ports of a function in Lambda', () => {
  it('wait as long as asked, so that calls keep the pace of a quota', async () => {
    const startedAt = performance.now();
    await sleep(20);
    // A timer may end a part of a millisecond early, by this clock.
    expect(performance.now() - startedAt).toBeGreaterThan(18);
  });

  it('give every run another random number, which names it beside others', () => {
    expect(new Set(Array.from({ length: 10 }, random)).size).toBeGreaterThan(1);
  });
});
