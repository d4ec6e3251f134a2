import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { playSeeds, type SeedPlayer } from '../../../../proofs/simulation/driver/play-seeds';
import type { SeedReport } from '../../../../proofs/simulation/driver/summary';

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(console, 'log').mockImplementation((text) => void (printed += `${text}\n`));
});
afterEach(() => vi.restoreAllMocks());

/** Plays seeds in which no fault takes effect. @returns the exit code */
function play(given: { seeds: number; hours: number }, violation?: SeedReport['violation']): Promise<number> {
  const player: SeedPlayer<SeedReport> = {
    engine: 'memory',
    hoursForAllFaults: 1000,
    play: async ({ seeds }, onReport) => {
      for (let seed = 0; seed < seeds; seed += 1)
        if (!onReport({ seed, counts: {}, events: 1, records: 1, violation })) return;
    },
    explain: async () => ({ history: ['a step'], again: 'play it again' }),
  };
  return playSeeds(player, { ...given, from: 0, workers: 1, signal: new AbortController().signal });
}

it('fails when a fault never happened in as many hours as all faults need', async () => {
  await expect(play({ seeds: 10, hours: 100 })).resolves.toBe(1);
  expect(printed).toMatch(/No promise was broken[^]*Never happened: .*glanceOutdated/);
});

it('passes, and says what never happened, in fewer hours', async () => {
  await expect(play({ seeds: 10, hours: 99 })).resolves.toBe(0);
  expect(printed).toContain('Never happened: ');
});

it('fails at a broken promise, and says how to play it again', async () => {
  const violation = { invariant: 'intake', what: 'an event is lost' } as const;
  await expect(play({ seeds: 10, hours: 1 }, violation)).resolves.toBe(1);
  expect(printed).toMatch(/^Seed 0 breaks a promise: .*\nan event is lost\na step\nplay it again\n$/);
});
