import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../../proofs/simulation/memory/simulate';

/** Shorter months than the command's: the same faults, closer together, in seconds. */
const HOURS = 110;
const SEEDS = 15;

const hashOf = (lines: readonly string[]) => createHash('sha256').update(lines.join('\n')).digest('hex');

describe('the simulation', () => {
  it('makes the same history from the same seed, byte for byte', async () => {
    const [first, again, other] = [
      await simulate({ seed: 7, hours: HOURS }),
      await simulate({ seed: 7, hours: HOURS }),
      await simulate({ seed: 8, hours: HOURS }),
    ];
    expect(hashOf(again.history)).toBe(hashOf(first.history));
    expect({ ...again, history: [] }).toEqual({ ...first, history: [] });
    expect(hashOf(other.history)).not.toBe(hashOf(first.history));
  });

  // That every fault happens needs more seeds: the command fails without it, and CI runs 300.
  it('breaks no promise in 15 seeds', async () => {
    let events = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { violation, ...report } = await simulate({ seed, hours: HOURS });
      // Again: npm run simulate -- --seeds 1 --from <seed> --hours <hours>
      expect({ seed, hours: HOURS, violation }).toEqual({ seed, hours: HOURS, violation: undefined });
      events += report.events;
    }
    expect(events).toBeGreaterThan(100 * SEEDS);
  });

  it('leaves out the faults it is told to', async () => {
    const withoutFaults = new Set(['storeThrottled', 'duplicateEvent'] as const);
    const { counts } = await simulate({ seed: 3, hours: HOURS, withoutFaults });
    expect(counts.storeThrottled).toBeUndefined();
    expect(counts.duplicateEvent).toBeUndefined();
  });
});
