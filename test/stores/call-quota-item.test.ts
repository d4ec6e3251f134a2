import { ProvisionedThroughputExceededException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { DynamoDbCallQuota } from '../../lambdas/shared/stores/call-quota';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { NOON_MS } from '../builders/a-usage-event';

const KEY = { pk: 'quota', sk: 'BatchMeterUsage' };

/** A run, the tables it shares with others, and how long it has waited for the item. */
function givenRun() {
  const tables = new MemoryTables();
  const clock = { nowMs: NOON_MS, now: () => clock.nowMs };
  const waitsMs: number[] = [];
  const database = { ...tables.database, sleep: async (ms: number) => void waitsMs.push(ms) };
  const quota = new DynamoDbCallQuota(database, 'BatchMeterUsage', { clock, random: () => 0.5, callsPerSecond: 8 });
  return { tables, clock, waitsMs, takeSlot: async () => quota.takeSlot() };
}

describe('the item of a quota', () => {
  it('is tried again a moment later while something else holds it, and is still the one that was seen', async () => {
    const { tables, waitsMs, takeSlot } = givenRun();
    await takeSlot();
    let writes = 0;
    tables.before = async () => {
      writes += 1;
      if (writes === 1) throw new TransactionConflictException({ message: '', $metadata: {} });
    };
    expect(await takeSlot()).toBe(NOON_MS + 125);
    expect([writes, waitsMs]).toEqual([2, [25]]);
  });

  it('is tried again without a wait when another run was faster', async () => {
    const { tables, waitsMs, takeSlot } = givenRun();
    tables.put('hourlyUsage', { ...KEY, nextSlotAt: NOON_MS + 125 });
    expect([await takeSlot(), waitsMs]).toEqual([NOON_MS + 125, []]);
  });

  it.each([
    ['two minutes ahead is a queue', 120_000, 120_000],
    ['further ahead is from a clock that was set, and is ignored', 120_001, 0],
  ])('whose slot is %s', async (_what, aheadMs, slotMs) => {
    const { tables, takeSlot } = givenRun();
    tables.put('hourlyUsage', { ...KEY, nextSlotAt: NOON_MS + aheadMs });
    expect(await takeSlot()).toBe(NOON_MS + slotMs);
  });

  it('that cannot be read ends the run, which could ask for a slot for ever', async () => {
    const { tables, takeSlot } = givenRun();
    tables.put('hourlyUsage', { ...KEY, nextSlotAt: 'soon' });
    await expect(takeSlot()).rejects.toThrow('nextSlotAt');
  });

  it('is begun anew when somebody has emptied it', async () => {
    const { tables, takeSlot } = givenRun();
    await takeSlot();
    tables.put('hourlyUsage', KEY);
    expect(await takeSlot()).toBe(NOON_MS);
  });

  it("is read by this run's own clock when this run wrote it and never learnt so", async () => {
    const { tables, clock, takeSlot } = givenRun();
    for (let slots = 0; slots < 10; slots += 1) await takeSlot();
    tables.before = async (command) => {
      tables.before = async () => undefined;
      await tables.client.send(command as never);
      throw new ProvisionedThroughputExceededException({ message: '', $metadata: {} });
    };
    await expect(takeSlot()).rejects.toThrow(ProvisionedThroughputExceededException);
    clock.nowMs += 1_000;
    expect(await takeSlot()).toBe(NOON_MS + 11 * 125);
  });
});
