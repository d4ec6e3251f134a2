import { describe, expect, it } from 'vitest';
import { planOf } from '../../../../proofs/simulation/memory/memory-plan';
import { settingsOf, type SimulationOptions } from '../../../../proofs/simulation/memory/memory-settings';
import { shrink } from '../../../../proofs/simulation/memory/shrink';
import type { SimulationResult } from '../../../../proofs/simulation/memory/simulate';

const failing: SimulationOptions = { seed: 5, hours: 100 };
const steps = planOf(failing, settingsOf(failing)).map(({ index }) => index);

/** Breaks the balance when these steps come, and a throttle can. */
function aRun(...guilty: number[]) {
  return async ({ seed, withoutSteps, withoutFaults }: SimulationOptions): Promise<SimulationResult> => {
    const kept = steps.filter((index) => withoutSteps?.has(index) !== true);
    const breaks = guilty.every((index) => kept.includes(index)) && withoutFaults?.has('throttle') !== true;
    const violation = breaks ? { invariant: 'balance' as const, what: 'one unit too many' } : undefined;
    const counts = { throttle: 1, zombie: 1 };
    return { seed, violation, counts, steps: kept.length, events: 0, calls: 0, records: 0, history: kept.map(String) };
  };
}

describe('the shrinker', () => {
  it('keeps only the steps and faults that are needed to break the promise', async () => {
    const { options, result } = await shrink(failing, { run: aRun(3, 17), now: () => 0, deadlineMs: 1 });
    expect(result.history).toEqual(['3', '17']);
    expect([...(options.withoutFaults ?? [])]).toEqual(['zombie']);
  });

  it('returns its shortest history when its time is up', async () => {
    let nowMs = 0;
    const { result, tries } = await shrink(failing, { run: aRun(3), now: () => (nowMs += 1), deadlineMs: 6 });
    expect(result.violation?.invariant).toBe('balance');
    expect(tries).toBeLessThan(8);
  });

  it('refuses a seed that breaks no promise', async () => {
    await expect(shrink(failing, { run: aRun(-1), now: () => 0, deadlineMs: 1 })).rejects.toThrow('breaks no promise');
  });
});
