import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decimal, decimalText } from '../../lambdas/shared/domain/decimal';
import type { HourKey } from '../../lambdas/shared/domain/hour';
import { storedTallies } from '../../lambdas/shared/domain/hourly-usage';
import { totalOf, type TalliedEvent } from '../../lambdas/shared/domain/usage-tally';
import { allocationBytes, MAX_ALLOCATIONS_BYTES } from '../../lambdas/shared/domain/allocations';
import type { Sealing } from '../../lambdas/shared/domain/sealing';
import {
  inlineBytes,
  inlineRoom,
  inlineTexts,
  OPEN_HOUR_BYTES,
  storedInline,
} from '../../lambdas/shared/stores/inline-events';
import { itemSize } from '../../local/dynamodb/values/item-size';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aSealedRecord } from '../builders/a-sealed-record';
import { readFoldedHour } from '../../lambdas/shared/stores/folded-hour';
import {
  anHour,
  aTally,
  aUsageLedger,
  DUE_MS,
  keyOf,
  nothingToBill,
  sealed,
  tallyFor,
  type UsageLedger,
} from './a-usage-ledger';
import { ENGINES } from './engines';

const anEvent = (key = `#${randomUUID()}`, quantity = '1.5'): TalliedEvent => ({
  key,
  quantity: decimal(quantity),
  tags: {},
});

async function fold(ledger: UsageLedger, hourKey: HourKey) {
  const folded = await readFoldedHour(keyOf(hourKey), { ...ledger, sleep: async () => undefined });
  if (folded === undefined) throw new Error('There is no hour.');
  return folded;
}

/** Adds events one by one until the hour has moved some out. @returns how many */
async function fill({ usageTallies, hourlyUsage }: UsageLedger, hourKey: HourKey, event = anEvent): Promise<number> {
  for (let n = 1; ; n += 1) {
    expect(await usageTallies.add({ ...keyOf(hourKey), events: [event()] }, DUE_MS)).toBe('added');
    const hour = await hourlyUsage.get(hourKey);
    if (hour && storedTallies(hour) > 0) return n;
  }
}

describe('the text of an event', () => {
  const hour = anHour('2026-03-10T11');
  const texts = (tags: Record<string, string>, usedIn?: typeof hour) =>
    inlineTexts({ events: [{ ...anEvent('#a'), tags }], usedIn });

  it('has no more than the event has', () => {
    expect([texts({}), texts({ Department: 'legal' }), texts({}, hour)]).toEqual([
      ['["#a","1.5"]'],
      ['["#a","1.5",{"Department":"legal"}]'],
      ['["#a","1.5",{},"2026-03-10T11"]'],
    ]);
  });

  it('is read in the order of the texts, however the table has them', () => {
    const [a, b] = [anEvent('#a'), anEvent('#b')];
    const [first = '', second = ''] = inlineTexts({ events: [a, b] });
    expect(storedInline.parse(new Set([second, first]))).toEqual([{ events: [a, b] }]);
  });
});

describe('the key of an event in the item of its hour', () => {
  const uuid = '2f1c6a9e-0d3b-4c55-8e55-0a6bb0c39d11';
  const textOf = (key: string) => inlineTexts({ events: [{ key, quantity: decimal(1), tags: {} }] });
  const keyLength = (key: string) => String(JSON.parse(textOf(key)[0] ?? '')[0]).length;

  it('takes 22 characters when its id is a UUID', () => expect(keyLength(`#${uuid}`)).toBe(22));

  it.each([`#${uuid}`, `#${uuid}1`, `#1${uuid}`, `app#${uuid}`, `#${uuid.toUpperCase()}`, `#${uuid.slice(1)}`])(
    'is read as it was stored: %s',
    (key) => {
      expect(storedInline.parse(new Set(textOf(key)))).toMatchObject([{ events: [{ key }] }]);
    },
  );
});

describe.each(ENGINES)('the events in the item of an hour %s', (_engine, open) => {
  const givenLedger = async () => aUsageLedger(await open('hourlyUsage', 'usageTallies', 'notices'));

  it('keeps a small delivery as it was, without a tally', async () => {
    const ledger = await givenLedger();
    const tally = aTally('0.000000000000000001', '2.5', '12345.678');
    const events = [
      ...tally.events,
      anEvent(),
      anEvent('a source#000'),
      anEvent('#2F1C6A9E-0D3B-4C55-8E55-0A6BB0C39D11'),
    ];
    expect(await ledger.usageTallies.add({ ...tally, events: events.slice(0, 3) }, DUE_MS)).toBe('added');
    expect(await ledger.usageTallies.add({ ...tally, events: events.slice(3) }, DUE_MS)).toBe('added');
    const { hour, fold: found } = await fold(ledger, tally);
    expect(hour).toMatchObject({ state: 'open', tallies: 2, inlineVersion: 2, entries: 6 });
    expect([...found.values()]).toEqual(expect.arrayContaining(events));
    expect(found.size).toBe(6);
    expect(await ledger.usageTallies.ofHour(tally)).toEqual([]);
    expect(await ledger.hourlyUsage.listDue(DUE_MS)).toEqual([keyOf(tally)]);
  });

  it('counts an event once that comes again, before and after it moved out', async () => {
    const ledger = await givenLedger();
    const again = aTally('7');
    await ledger.usageTallies.add(again, DUE_MS);
    await ledger.usageTallies.add(again, DUE_MS);
    const filled = await fill(ledger, again);
    await ledger.usageTallies.add(again, DUE_MS);
    const { hour, fold: found } = await fold(ledger, again);
    expect(hour.inlineEvents).toHaveLength(1);
    expect(decimalText(totalOf(found))).toBe(decimalText(decimal('1.5').times(filled).plus(7)));
  });

  it('makes a tally for each hour of use of what moves out', async () => {
    const ledger = await givenLedger();
    const tally = aTally('1');
    const usedIn = anHour('2026-03-10T10');
    const late = { ...tallyFor(tally.subscriptionId, '2', '3'), usedIn };
    await ledger.usageTallies.add(late, DUE_MS);
    const filled = await fill(ledger, tally);
    const stored = await ledger.usageTallies.ofHour(tally);
    const counts = new Map(stored.map((each) => [each.usedIn, each.events.length]));
    expect([stored.length, counts.get(usedIn), counts.get(undefined)]).toEqual([2, 2, filled]);
    const { hour, fold: found } = await fold(ledger, tally);
    expect(hour).not.toHaveProperty('inlineEvents');
    expect([...found.values()].filter((event) => event.usedIn === usedIn)).toEqual(
      late.events.map((event) => ({ ...event, usedIn })),
    );
  });

  it('fills and moves out without end, and loses nothing', async () => {
    const ledger = await givenLedger();
    const tally = aTally('1');
    let events = 0;
    for (let round = 0; round < 3; round += 1) {
      const delivery = { ...keyOf(tally), events: [anEvent(), anEvent('a source#1')] };
      await ledger.usageTallies.add(delivery, DUE_MS);
      events += await fill(ledger, tally, () => anEvent(`#${'x'.repeat(100)}${randomUUID()}`));
    }
    expect((await fold(ledger, tally)).fold.size).toBe(events + 3 + 1);
  });

  it('takes nothing once its hour is sealed, and keeps its events', async () => {
    const ledger = await givenLedger();
    const tally = aTally('0.5');
    await ledger.usageTallies.add(tally, DUE_MS);
    expect(await sealed(ledger.hourlyUsage, tally)).toBe('written');
    expect(await ledger.usageTallies.add(tallyFor(tally.subscriptionId, '7'), DUE_MS)).toBe('hourNotOpen');
    const { hour, fold: found } = await fold(ledger, tally);
    expect(hour.state).toBe('carried');
    expect([...found.values()]).toEqual(tally.events);
  });

  it('refuses to seal an hour whose events changed since they were folded', async () => {
    const ledger = await givenLedger();
    const tally = aTally('0.5');
    await ledger.usageTallies.add(tally, DUE_MS);
    const { hour: folded } = await fold(ledger, tally);
    if (folded.state !== 'open') throw new Error('It is open.');
    await ledger.usageTallies.add(tally, DUE_MS);
    expect(await sealed(ledger.hourlyUsage, tally, { folded })).toBe('changed');
    await fill(ledger, tally);
    expect(await sealed(ledger.hourlyUsage, tally, { folded: { ...folded, tallies: folded.tallies } })).toBe('changed');
    const { hour: now } = await fold(ledger, tally);
    if (now.state !== 'open') throw new Error('It is open.');
    expect(await sealed(ledger.hourlyUsage, tally, { folded: { ...now, inlineVersion: undefined } })).toBe('changed');
    expect(await sealed(ledger.hourlyUsage, tally, { folded: now })).toBe('written');
  });

  it('raises the count that an earlier version compares, so that its fold is incomplete', async () => {
    const ledger = await givenLedger();
    const tally = aTally('1');
    for (let n = 0; n < 3; n += 1) {
      await fill(ledger, tally);
      const hour = await ledger.hourlyUsage.get(tally);
      expect(hour?.tallies).toBeGreaterThan((await ledger.usageTallies.ofHour(tally)).length);
    }
  });

  it('seals an hour of the largest record with its events in it, within the 400 KB of an item', async () => {
    const ledger = await givenLedger();
    const tally = aTally('1');
    // All but one event of what fills the hour.
    const filled = await fill(ledger, aTally('1'));
    for (let n = 1; n < filled; n += 1) await ledger.usageTallies.add({ ...keyOf(tally), events: [anEvent()] }, DUE_MS);
    const { hour: folded } = await fold(ledger, tally);
    if (folded.state !== 'open') throw new Error('It is open.');
    const tags = (n: number) => ({ a: String(n).padEnd(256, 'x'), b: 'x'.repeat(256) });
    const bytes = allocationBytes(tags(0));
    const count = Math.floor(MAX_ALLOCATIONS_BYTES / bytes) + 1;
    const allocations = Array.from({ length: count }, (_, n) => ({ quantity: '9999999999.999999', tags: tags(n) }));
    const record = { ...aSealedRecord().record, form: 'decimal' as const, allocations };
    const rejectedUse = Array.from({ length: 48 }, () => tally.hour);
    const sealing: Sealing = { ...nothingToBill, state: 'sealed', rejectedUse, rejectedQuantity: decimal(1), record };
    expect(await sealed(ledger.hourlyUsage, tally, { folded, sealing })).toBe('written');
    const { hour, fold: found } = await fold(ledger, tally);
    expect(hour).toMatchObject({ state: 'sealed', record: { allocations: { length: count } } });
    expect(found.size).toBe(filled - 1);
  });
});

describe('the item of an open hour', () => {
  it.each([
    ['an ordinary hour', {}, '1.5'],
    ['an hour of a dimension with a long name', { dimension: 'a'.repeat(100) }, '1.5'],
    ['an hour of the longest quantities', {}, '2147483646.123456789012345678'],
  ])('fills up to the kilobyte that one write unit pays, and not beyond: %s', async (_, key, quantity) => {
    const tables = new MemoryTables();
    const { usageTallies } = aUsageLedger(tables.database);
    const sizes: number[] = [];
    // The first event's length decides how much room is left at the end.
    for (let length = 0; length < 60; length += 2) {
      const hourKey = { ...keyOf(aTally('1')), ...key };
      const before = tables.tallies.length;
      await usageTallies.add({ ...hourKey, events: [anEvent(`#${'x'.repeat(length)}`)] }, DUE_MS);
      while (tables.tallies.length === before) {
        sizes.push(...[...tables.dynamoDb.table('hourlyUsage').items()].slice(-1).map(itemSize));
        await usageTallies.add({ ...hourKey, events: [anEvent(undefined, quantity)] }, DUE_MS);
      }
    }
    expect(tables.tallies.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(OPEN_HOUR_BYTES);
    expect(Math.max(...sizes)).toBeGreaterThan(880);
  });

  it('gets no delivery that is larger than its room: that one becomes a tally', async () => {
    const tables = new MemoryTables();
    const { usageTallies, hourlyUsage } = aUsageLedger(tables.database);
    const hourKey = keyOf(aTally('1'));
    const bytesOf = (events: TalliedEvent[]) => inlineBytes(inlineTexts({ events }));
    const ofBytes = (bytes: number) => {
      const key = '#'.padEnd(1 + bytes - bytesOf([anEvent('#')]), 'x');
      return { ...hourKey, events: [anEvent(key)] };
    };
    await usageTallies.add(ofBytes(inlineRoom(hourKey)), DUE_MS);
    expect(tables.tallies).toHaveLength(0);
    await usageTallies.add(ofBytes(inlineRoom(hourKey) + 1), DUE_MS);
    expect(tables.tallies).toHaveLength(1);
    expect(await hourlyUsage.get(hourKey)).toMatchObject({ tallies: 2, inlineVersion: 1, entries: 2 });
  });
});
