import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import { estimatedUsage } from '../../lambdas/shared/domain/hourly-usage';
import { quantityOf, totalOf, type TalliedEvent, type UsageTally } from '../../lambdas/shared/domain/usage-tally';
import type { Database } from '../../lambdas/shared/stores/database';
import { readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aTally, aUsageLedger, DUE_MS, keyOf, type UsageLedger } from './a-usage-ledger';
import { ENGINES } from './engines';

const anEvent = (n: number, quantity = '0.1'): TalliedEvent => ({
  key: `#${n}`,
  quantity: decimal(quantity),
  tags: {},
});
const eventsFrom = (from: number, count: number, quantity?: string) =>
  Array.from({ length: count }, (_, n) => anEvent(from + n, quantity));
/** More than an hour's item has room for. */
const MANY = 100;

/** The exact usage, and the estimate that stands beside it. */
async function read(ledger: UsageLedger, tally: UsageTally) {
  const folded = await readFoldedHour(keyOf(tally), { ...ledger, sleep: async () => undefined });
  if (folded?.hour.state !== 'open') throw new Error('The hour is not open.');
  const estimate = estimatedUsage(folded.hour);
  return { exact: decimalText(totalOf(folded.fold)), estimate: estimate && decimalText(estimate) };
}

/** Adds a tally as the version before estimates did. */
async function addAsBefore({ client, tables }: Database<'hourlyUsage' | 'usageTallies'>, tally: UsageTally) {
  const { subscriptionId, hour, dimension, events } = tally;
  const content = {
    ids: events.map(({ key }) => key),
    quantities: events.map(({ quantity }) => decimalText(quantity)),
  };
  const pk = `${subscriptionId}#${hour}#${dimension}`;
  const Item = { pk, sk: content.ids.join('+'), events: JSON.stringify(content) };
  const Update = {
    TableName: tables.hourlyUsage,
    Key: { pk: subscriptionId, sk: `${hour}#${dimension}` },
    UpdateExpression: 'SET #state = :open ADD tallies :one, entries :entries',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':open': 'open', ':one': 1, ':entries': events.length },
  };
  const Put = { TableName: tables.usageTallies, Item };
  await client.send(new TransactWriteCommand({ TransactItems: [{ Put }, { Update }] }));
}

describe.each(ENGINES)('the estimated usage of an open hour %s', (_engine, open) => {
  const given = async () => {
    const database = await open('hourlyUsage', 'usageTallies', 'notices');
    const ledger = aUsageLedger(database);
    const tally = { ...keyOf(aTally('1')), events: [] };
    const add = (...events: TalliedEvent[]) => ledger.usageTallies.add({ ...tally, events }, DUE_MS);
    return {
      add,
      addBefore: (...events: TalliedEvent[]) => addAsBefore(database, { ...tally, events }),
      ledger,
      tally,
    };
  };

  it('is the exact usage while no event comes again: in its item, moved out, and in large tallies', async () => {
    const { add, ledger, tally } = await given();
    for (const event of eventsFrom(0, MANY)) await add(event);
    await add(...eventsFrom(MANY, MANY));
    expect((await ledger.hourlyUsage.get(tally))?.tallies).toBeGreaterThan(MANY);
    expect(await read(ledger, tally)).toEqual({ exact: '20', estimate: '20' });
  });

  it('keeps every digit', async () => {
    const { add, ledger, tally } = await given();
    await add(anEvent(1, '2147483647'), anEvent(2, '0.000000000000000001'));
    await add(...eventsFrom(3, MANY, '2147483646.999999999999999999'));
    const exact = '216895848346.999999999999999901';
    expect(await read(ledger, tally)).toEqual({ exact, estimate: exact });
  });

  it('counts events again that come again, so that it is never below the usage', async () => {
    const { add, ledger, tally } = await given();
    await add(anEvent(0));
    await add(anEvent(0));
    expect(await read(ledger, tally)).toEqual({ exact: '0.1', estimate: '0.2' });
    for (const event of eventsFrom(1, MANY)) await add(event);
    await add(anEvent(0));
    expect(await read(ledger, tally)).toEqual({ exact: '10.1', estimate: '10.3' });
  });

  it('does not count a tally again that is there already', async () => {
    const { add, ledger, tally } = await given();
    await add(...eventsFrom(0, MANY));
    expect(await add(...eventsFrom(0, MANY))).toBe('alreadyAdded');
    expect(await read(ledger, tally)).toEqual({ exact: '10', estimate: '10' });
  });

  it('is unknown once an earlier version has written, before or after this one', async () => {
    const before = await given();
    await before.addBefore(...eventsFrom(0, 2));
    for (const event of eventsFrom(2, MANY)) await before.add(event);
    expect(await read(before.ledger, before.tally)).toEqual({ exact: '10.2', estimate: undefined });
    const after = await given();
    for (const event of eventsFrom(2, MANY)) await after.add(event);
    await after.addBefore(...eventsFrom(0, 2));
    expect(await read(after.ledger, after.tally)).toEqual({ exact: '10.2', estimate: undefined });
  });

  it('is 0 for an hour that was opened without usage', async () => {
    const { ledger, tally } = await given();
    await ledger.hourlyUsage.open(tally, DUE_MS);
    expect(await read(ledger, tally)).toEqual({ exact: '0', estimate: '0' });
  });
});

describe('the estimated usage of an open hour', () => {
  it('is at least the usage and at most everything that came, however deliveries are cut and repeated', async () => {
    const delivery = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 25 }), async (deliveries) => {
        const ledger = aUsageLedger(new MemoryTables().database, { openHourBytes: 400 });
        const hourKey = keyOf(aTally('1'));
        let came = decimal(0);
        for (const ids of deliveries) {
          const tally = { ...hourKey, events: ids.map((id) => anEvent(id, `${id}.000000000000000001`)) };
          if ((await ledger.usageTallies.add(tally, DUE_MS)) === 'added') came = came.plus(quantityOf(tally));
        }
        const { exact, estimate } = await read(ledger, { ...hourKey, events: [] });
        expect(estimate).toBe(decimalText(came));
        expect(came.gte(exact)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
