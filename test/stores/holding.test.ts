import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { HourKey } from '../../lambdas/shared/domain/hour';
import type { OpenHour } from '../../lambdas/shared/domain/hourly-usage';
import { toUsageHeld } from '../../lambdas/shared/domain/rejection-notices';
import type { Database } from '../../lambdas/shared/stores/database';
import { DynamoDbHeldHours } from '../../lambdas/shared/stores/held-hours';
import { DynamoDbHoldReader } from '../../lambdas/shared/stores/holds';
import { DynamoDbNotedTestStore } from '../../lambdas/shared/stores/noted-tests';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { aTally, aUsageLedger, DUE_MS, givenOpen, givenSealed, keyOf } from './a-usage-ledger';
import { ENGINES } from './engines';

const LATER_MS = DUE_MS + 900_000;

/** A sealed hour that waits for the operator, as it was read. */
async function givenWaiting(database: Database<'hourlyUsage' | 'usageTallies' | 'notices'>) {
  const { hourlyUsage, record } = await givenSealed(aUsageLedger(database));
  const read = async () => {
    const hour = await hourlyUsage.get(record.hourKey);
    if (hour?.state !== 'sealed') throw new Error(`The hour is ${hour?.state}.`);
    return hour;
  };
  const isDue = async () => (await hourlyUsage.listDue(DUE_MS + 1)).length > 0;
  await hourlyUsage.hold(await read(), { held: 'onHold', dueAtMs: LATER_MS });
  return { hourlyUsage, heldHours: new DynamoDbHeldHours(database), record, waiting: await read(), isDue };
}

describe.each(ENGINES)('an hour that waits for the operator %s', (_engine, open) => {
  const given = async () => givenWaiting(await open('hourlyUsage', 'usageTallies', 'notices'));

  it('can be made due at once, and only once', async () => {
    const { heldHours, waiting, isDue } = await given();
    expect(await isDue()).toBe(false);
    expect(await heldHours.makeDue(waiting, DUE_MS + 1)).toBe(true);
    expect(await isDue()).toBe(true);
    expect(await heldHours.makeDue(waiting, DUE_MS + 1)).toBe(false);
  });

  it('keeps its due time when it has been sent in the meantime', async () => {
    const { hourlyUsage, heldHours, record, waiting, isDue } = await given();
    await hourlyUsage.claimSend(record);
    expect([await heldHours.makeDue(waiting, DUE_MS + 1), await isDue()]).toEqual([false, false]);
  });
});

describe.each(ENGINES)('an open hour that is held %s', (_engine, open) => {
  async function given() {
    const database = await open('hourlyUsage', 'usageTallies', 'notices');
    const ledger = await givenOpen(aUsageLedger(database));
    const { tally } = ledger;
    const holdAt = (hour: OpenHour, quantity: string) => {
      const told = { quantity, maxPerHour: '5', waitsUntilMs: LATER_MS };
      const decidedFor = { subscriptionVersion: 3, agreementId: 'agmt-1' };
      const notice = toUsageHeld({ hourKey: keyOf(tally), ...told, decidedFor }, '2026-03-10T13:05:00.000Z');
      const request = { held: 'aboveMaximum', dueAtMs: LATER_MS, quantity: decimal(quantity), notice } as const;
      return ledger.hourlyUsage.hold(hour, request);
    };
    const toldOf = (quantity: string) => ledger.told(`${hourName(tally)}#held#${quantity}`);
    return { ...ledger, heldHours: new DynamoDbHeldHours(database), holdAt, toldOf };
  }
  const hourName = ({ subscriptionId, hour, dimension }: HourKey) => `${subscriptionId}#${hour}#${dimension}`;

  it('looks to a version without holds like an hour whose tally is missing, and only once', async () => {
    const { hourlyUsage, tally, read } = await given();
    const before = await read();
    await hourlyUsage.hold(before, { held: 'onHold', dueAtMs: LATER_MS });
    const marked = { tallies: before.tallies + 1, inlineVersion: 2, summed: 2 };
    expect(await read()).toMatchObject({ ...marked, held: 'onHold' });
    expect([await hourlyUsage.listDue(LATER_MS - 1), await hourlyUsage.listDue(LATER_MS)]).toEqual([
      [],
      [keyOf(tally)],
    ]);
    await hourlyUsage.hold(await read(), { held: 'testNeedsEnd', dueAtMs: LATER_MS });
    expect(await read()).toMatchObject({ ...marked, held: 'testNeedsEnd' });
  });

  it('tells of its quantity once, also when two runs hold it together', async () => {
    const { read, holdAt, toldOf } = await given();
    const seen = await read();
    await holdAt(seen, '7');
    expect([(await read()).heldQuantity, await toldOf('7')]).toMatchObject([decimal(7), { quantity: '7' }]);
    await holdAt(seen, '8');
    expect([(await read()).heldQuantity, await toldOf('8')]).toEqual([decimal(7), undefined]);
  });

  it('tells of a quantity that has grown, if it is still as it was read', async () => {
    const { read, holdAt, toldOf } = await given();
    await holdAt(await read(), '7');
    const seen = await read();
    await holdAt(seen, '8');
    expect([(await read()).heldQuantity, await toldOf('8')]).toMatchObject([decimal(8), { quantity: '8' }]);
    await holdAt(seen, '9');
    expect([(await read()).heldQuantity, await toldOf('9')]).toEqual([decimal(8), undefined]);
  });

  it('can be made due at once while it waits, and not before', async () => {
    const { hourlyUsage, heldHours, tally, read } = await given();
    expect(await heldHours.makeDue(await read(), DUE_MS - 1)).toBe(false);
    await hourlyUsage.hold(await read(), { held: 'onHold', dueAtMs: LATER_MS });
    expect(await heldHours.makeDue(await read(), DUE_MS)).toBe(true);
    expect(await hourlyUsage.listDue(DUE_MS)).toEqual([keyOf(tally)]);
  });
});

describe.each(ENGINES)('an hour that the operator lets go %s', (_engine, open) => {
  const DECIDED = { by: 'ada', atMs: DUE_MS - 1, reason: 'corrected', ticket: 'case-1' } as const;

  it('is due at once up to the quantity, and the log says who decided', async () => {
    const database = await open('hourlyUsage', 'usageTallies', 'notices');
    const { hourlyUsage, usageTallies } = aUsageLedger(database);
    const tally = aTally('7');
    await usageTallies.add(tally, DUE_MS);
    expect(await new DynamoDbHeldHours(database).release(keyOf(tally), decimal('7.5'), DECIDED)).toBe(true);
    const released = { ...DECIDED, quantity: decimal('7.5') };
    expect(await hourlyUsage.get(tally)).toMatchObject({ state: 'open', released });
    expect(await hourlyUsage.listDue(DUE_MS - 1)).toEqual([keyOf(tally)]);
    const scope = `hour#${tally.subscriptionId}#2026-03-10T12#events`;
    expect(await new DynamoDbHoldReader(database).log()).toEqual([
      { ...DECIDED, done: 'release', scope, quantity: '7.5' },
    ]);
  });

  it('is not let go once it is sealed, and no decision is logged', async () => {
    const database = await open('hourlyUsage', 'usageTallies', 'notices');
    const { record } = await givenSealed(aUsageLedger(database));
    expect(await new DynamoDbHeldHours(database).release(record.hourKey, decimal(9), DECIDED)).toBe(false);
    expect(await new DynamoDbHoldReader(database).log()).toEqual([]);
  });

  it('is neither let go nor refused while another transaction holds it', async () => {
    const tables = new MemoryTables();
    tables.before = async () => Promise.reject(aCancelledTransaction());
    const released = new DynamoDbHeldHours(tables.database).release(keyOf(aTally('7')), decimal(9), DECIDED);
    await expect(released).rejects.toThrow(TransactionCanceledException);
  });
});

describe.each(ENGINES)('the noted tests %s', (_engine, open) => {
  it('has each test once, however often it is noted', async () => {
    const tests = new DynamoDbNotedTestStore(await open('hourlyUsage'));
    await tests.note('product#a', 1);
    await tests.note('product#a', 2);
    await tests.note('account#b', 3);
    expect([...(await tests.list())].sort()).toEqual(['account#b', 'product#a']);
  });
});
