import { describe, expect, it } from 'vitest';
import type { Database } from '../../lambdas/shared/stores/database';
import { DynamoDbHeldHours } from '../../lambdas/shared/stores/held-hours';
import { DynamoDbNotedTestStore } from '../../lambdas/shared/stores/noted-tests';
import { aUsageLedger, DUE_MS, givenSealed } from './a-usage-ledger';
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

describe.each(ENGINES)('the noted tests %s', (_engine, open) => {
  it('has each test once, however often it is noted', async () => {
    const tests = new DynamoDbNotedTestStore(await open('hourlyUsage'));
    await tests.note('product#a', 1);
    await tests.note('product#a', 2);
    await tests.note('account#b', 3);
    expect([...(await tests.list())].sort()).toEqual(['account#b', 'product#a']);
  });
});
