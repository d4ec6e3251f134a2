import { expect, it } from 'vitest';
import { IncompleteFoldError, readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aTally, aUsageLedger, DUE_MS, keyOf } from './a-usage-ledger';

/** An hour with one tally, which these many reads miss. */
async function givenMissed(reads: number) {
  const { hourlyUsage, usageTallies } = aUsageLedger(new MemoryTables().database, { openHourBytes: 0 });
  const tally = aTally('7');
  await usageTallies.add(tally, DUE_MS);
  const waitsMs: number[] = [];
  let left = reads;
  const ofHour = async (...given: Parameters<typeof usageTallies.ofHour>) =>
    left-- > 0 ? [] : usageTallies.ofHour(...given);
  const deps = { hourlyUsage, usageTallies: { ofHour }, sleep: async (ms: number) => void waitsMs.push(ms) };
  return { waitsMs, read: async () => readFoldedHour(keyOf(tally), deps) };
}

it('an hour is read again, after a longer wait each time, until no tally is missing', async () => {
  const { waitsMs, read } = await givenMissed(5);
  expect(await read()).toMatchObject({ hour: { tallies: 1 } });
  expect(waitsMs).toEqual([50, 100, 150, 200, 250]);
});

it('an hour has no fold without a tally that it counts: after six reads the caller has to try again', async () => {
  const { read } = await givenMissed(6);
  await expect(read()).rejects.toThrow(IncompleteFoldError);
});
