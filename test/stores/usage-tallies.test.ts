import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { TalliedEvent } from '../../lambdas/shared/domain/usage-tally';
import { tallyId } from '../../lambdas/shared/stores/usage-tallies';
import { openTables } from '../setup/tables';
import { aTally, aUsageLedger, keyOf } from './a-usage-ledger';

describe('the events of a tally', () => {
  it.each([
    ['as readable text when they are few', 3, 'string'],
    ['packed into a third of their text when they are many', 60, 'object'],
  ])('stores the events of a tally %s, and reads them back unchanged', async (_, count, type) => {
    const database = await openTables('hourlyUsage', 'usageTallies', 'notices');
    const { usageTallies } = aUsageLedger(database, { openHourBytes: 0 });
    const tally = aTally('1');
    const events = Array.from({ length: count }, (__, n): TalliedEvent => ({
      key: `app#${1000 + n}`,
      quantity: decimal(`0.${n + 1}`),
      tags: { ...(n % 2 === 1 && { Department: 'legal' }) },
    }));
    await usageTallies.add({ ...tally, events }, 0);

    expect(await usageTallies.ofHour(tally)).toEqual([{ ...keyOf(tally), events }]);
    const TableName = database.tables.usageTallies;
    const { Items: [item] = [] } = await database.client.send(new ScanCommand({ TableName }));
    expect(typeof item?.events).toBe(type);
    expect(Buffer.byteLength(item?.events)).toBeLessThan(count === 3 ? 200 : 400);
  });
});

describe('a tally that is not ours', () => {
  it('is not inflated to more than a tally of ours can hold', async () => {
    const database = await openTables('hourlyUsage', 'usageTallies', 'notices');
    const { usageTallies } = aUsageLedger(database, { openHourBytes: 0 });
    const tally = aTally('1');
    await usageTallies.add(tally, 0);
    const TableName = database.tables.usageTallies;
    const { Items: [item] = [] } = await database.client.send(new ScanCommand({ TableName }));
    const events = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
    await database.client.send(new PutCommand({ TableName, Item: { ...item, events } }));
    await expect(usageTallies.ofHour(tally)).rejects.toThrow('Cannot create a Buffer larger than');
  });
});

describe('the id of a tally', () => {
  const [tally, again, more] = [
    ['1', '2'],
    ['1', '2'],
    ['1', '3'],
  ].map((quantities) => aTally(...quantities));
  const events = (of: typeof tally) => (of?.events ?? []).map((event, n) => ({ ...event, key: `#${n}` }));
  const idOf = (of: TalliedEvent[]) => tallyId({ ...aTally('1'), events: of });

  it('is the one that every version gives, so that a delivery which comes again is counted once', () => {
    const tagged = { key: '#a', quantity: decimal('0.5'), tags: { Department: 'legal' } };
    expect(idOf([tagged, { ...tagged, key: '#b', tags: {} }])).toBe('uZ8b1JEA-8O23J2VfW3IgW');
  });

  it('gives equal events an equal tally id', () => {
    expect(idOf(events(tally))).toBe(idOf(events(again)));
  });

  it.each([
    ['another quantity', events(more)],
    ['other tags', events(tally).map((event) => ({ ...event, tags: { Department: 'sales' } }))],
    ['one event fewer', events(tally).slice(1)],
    ['another event', events(tally).map((event) => ({ ...event, key: `${event.key}x` }))],
  ])('gives another tally id for %s', (_, other) => {
    expect(idOf(other)).not.toBe(idOf(events(tally)));
  });
});

describe('an hour of more than one page', () => {
  it('reads an hour of more than one page completely', async () => {
    const { usageTallies } = aUsageLedger(await openTables('hourlyUsage', 'usageTallies', 'notices'));
    const hourKey = aTally('1');
    for (let n = 0; n < 6; n += 1) {
      const ids = Array.from({ length: 3000 }, () => randomBytes(96).toString('base64'));
      const events = ids.map((id) => ({ key: `#${id}`, quantity: decimal(1), tags: {} }));
      await usageTallies.add({ ...hourKey, events }, 0);
    }
    const events = (await usageTallies.ofHour(hourKey)).flatMap((tally) => tally.events);
    expect(events).toHaveLength(18_000);
  });
});
