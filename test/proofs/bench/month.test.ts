import { describe, expect, it } from 'vitest';
import { eventsAMonth, monthDollars, othersDollars, shardsOf, totalOf } from '../../../proofs/bench/month';
import { chosenWindow, measureMonth } from '../../../proofs/bench/sellers-month';

const NUMBERS = { customers: 1_000, eventsPerHour: 360, dimensions: 2, eventsPerRequest: 100, eventRetentionDays: 90 };
const UNITS = {
  writeUnits: 2,
  readUnits: 0.1,
  tallies: { writeUnits: 0.5, readUnits: 0.02 },
  intakeReadUnits: 0.5,
  eventBytes: 400,
  tallyBytes: 30,
  ledgerBytes: 1_000,
  deliveriesPerHour: 1_000,
};

describe("a month of a seller's numbers", () => {
  it('has the events of every customer and dimension around the clock', () => {
    expect(eventsAMonth(NUMBERS)).toBe(518_400_000);
  });

  it('costs what its units, bytes and calls cost by the list prices', () => {
    const dollars = Object.fromEntries(
      [...monthDollars(NUMBERS, UNITS)].map(([what, amount]) => [what, amount.toFixed(2)]),
    );
    expect(dollars).toMatchObject({
      // UsageTallies is of another class: 0.155 more for a million of its write units, 0.15 less for a GB.
      'write units': '688.18',
      'events, stored for 90 days': '155.52',
      'tallies, stored for 400 days': '20.74',
      'ledger after a year': '4.32',
      'backups of these': '169.34',
    });
    // Each request names some 95 of the customers, and reads each of them with eventual consistency.
    expect(Number(dollars['read units'])).toBeCloseTo(6.79 + 5_184_000 * 95.2 * 0.5 * 0.000000125, 1);
  });

  it('needs a shard for each 10 GB of stored events, and at least four', () => {
    expect(shardsOf(NUMBERS, 400)).toBe(63);
    expect(shardsOf({ ...NUMBERS, customers: 1 }, 400)).toBe(4);
  });

  it("is compared with the write units of AWS's sample and of counters", () => {
    expect(othersDollars(NUMBERS).map(({ dollars }) => dollars)).toEqual([1_296, 648, 1_620]);
  });

  it('is cheapest with a long window, and the choice is the shortest that costs hardly more', async () => {
    const { costs } = await measureMonth({ ...NUMBERS, customers: 50, eventsPerHour: 60 });
    const totals = costs.map(({ dollars }) => totalOf(dollars));
    expect(totals).toEqual([...totals].sort((a, b) => b - a));
    const chosen = chosenWindow(costs);
    expect(chosen.batchingWindowSeconds).toBeLessThanOrEqual(60);
    expect(totalOf(chosen.dollars)).toBeLessThanOrEqual(Math.min(...totals.slice(0, 3)) * 1.03);
  });
});
