import { expect, it } from 'vitest';
import type { HourKey } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import { IncompleteFoldError, readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aTally, aUsageLedger, DUE_MS, givenOpen, keyOf, tallyFor } from './a-usage-ledger';

/** An hour with one tally, which these many reads miss. */
async function givenMissed(reads: number) {
  const ledger = aUsageLedger(new MemoryTables().database, { openHourBytes: 0 });
  const { hourlyUsage, usageTallies, tally } = await givenOpen(ledger);
  const waitsMs: number[] = [];
  let left = reads;
  const ofHour = async (...given: Parameters<typeof usageTallies.ofHour>) =>
    left-- > 0 ? [] : usageTallies.ofHour(...given);
  const deps = { hourlyUsage, usageTallies: { ofHour }, sleep: async (ms: number) => void waitsMs.push(ms) };
  const read = async (known?: HourlyUsage) => readFoldedHour(keyOf(tally), deps, known);
  return { tally, hourlyUsage, usageTallies, waitsMs, read };
}

it('an hour is read again, after a longer wait each time, until no tally is missing', async () => {
  const { waitsMs, read } = await givenMissed(5);
  expect(await read()).toMatchObject({ hour: { tallies: 1 } });
  expect(waitsMs).toEqual([50, 100, 150, 200, 250]);
});

it('an hour that was just read is not read again, unless a tally is missing', async () => {
  const { tally, hourlyUsage, usageTallies, read } = await givenMissed(0);
  const known = await hourlyUsage.get(tally);
  expect((await read(known))?.hour).toBe(known);
  await usageTallies.add(tallyFor(tally.subscriptionId, '8'), DUE_MS);
  expect((await read(known))?.hour).toMatchObject({ tallies: 2 });
});

it('an hour that does not exist has no fold', async () => {
  const { hourlyUsage, usageTallies } = aUsageLedger(new MemoryTables().database);
  const deps = { hourlyUsage, usageTallies, sleep: async () => undefined };
  expect(await readFoldedHour(keyOf(aTally('7')), deps)).toBeUndefined();
});

it('an hour that counts no tallies is complete without a read of them', async () => {
  const { hourlyUsage, tally } = await givenOpen(aUsageLedger(new MemoryTables().database));
  const reads: unknown[] = [];
  const ofHour = async (key: HourKey) => {
    reads.push(key);
    return [];
  };
  const folded = await readFoldedHour(tally, { hourlyUsage, usageTallies: { ofHour }, sleep: async () => undefined });
  expect([folded?.fold.size, reads]).toEqual([1, []]);
});

it('an hour has no fold without a tally that it counts: after six reads the caller has to try again', async () => {
  const { read } = await givenMissed(6);
  await expect(read()).rejects.toThrow(IncompleteFoldError);
});
