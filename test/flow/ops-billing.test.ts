import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNPRINTABLE } from '../../web/printable';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { NETTED_PRODUCT, STORAGE_PRODUCT } from './products';

const running = useFlow();
const operator = new Operator(running);
let agreement: Agreement;
let id: string;
let storageId: string;

/** A contract includes 100 events: the buyer uses 90.5 and 50 of them, in two hours. Another buys by usage alone. */
beforeAll(async () => {
  const entitlements = [{ dimension: 'events_included', value: { IntegerValue: 100 } }];
  ({ agreement, subscriptionId: id } = await running.givenBuyer(NETTED_PRODUCT, { entitlements }));
  storageId = (await running.givenBuyer(STORAGE_PRODUCT)).subscriptionId;
  await running.report([{ id: 'a', subscriptionId: id, quantity: '90.5' }]);
  await running.stack.runHour();
  await running.report([
    { id: 'b', subscriptionId: id, quantity: '50' },
    { id: 'c', subscriptionId: id, dimension: 'storage', quantity: '0.000001' },
    { id: 'd', subscriptionId: storageId, dimension: 'gigabytes', quantity: 2 },
  ]);
  await running.stack.runHour();
});

afterAll(() => operator.leave());

describe('the operator’s commands about a bill', () => {
  it('explain an hour in a paragraph that could be sent to the buyer, with what the contract covers', async () => {
    const { json } = await operator.ask('explain', id, 'events', '2026-07-14T10');
    expect(json).toMatchObject({ used: '50', covered: '9.5', record: { quantity: '40.5' } });
    const { output } = await operator.run('explain', id, 'events', '2026-07-14T10');
    const words = output.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(
      /^On 14 July 2026 between 10:00 and 11:00 UTC you used 50 events\. Your contract covers 9\.5\. 40\.5 were billed to AWS Marketplace as record \S+\./,
    );
    expect(output).toMatch(/\ncovered +9\.5\n/);
    const covered = await operator.run('explain', id, 'events', '2026-07-14T09');
    expect(covered.output.replaceAll(/\s+/g, ' ')).toContain('Nothing was billed for this hour.');
  });

  it('show what a month billed by buyer, dimension and day, also as CSV', async () => {
    const { exitCode, json } = await operator.ask('usage', '--month', '2026-07');
    const buyer = { account: agreement.accountId, subscriptionId: id, product: NETTED_PRODUCT };
    expect(exitCode).toBe(0);
    expect(json.buyers).toHaveLength(3);
    expect(json.buyers).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ ...buyer, dimension: 'events', quantity: '40.5', unit: 'event', records: 1 }),
        expect.objectContaining({ ...buyer, dimension: 'storage', quantity: '0.000001', unit: 'GB' }),
      ]),
    );
    expect(json.days).toContainEqual(
      expect.objectContaining({ ...buyer, day: '2026-07-14', dimension: 'events', quantity: '40.5' }),
    );
    const printed = await operator.run('usage', '--month', '2026-07', '--csv');
    expect(printed.output).toMatch(/^day,account,subscriptionId,product,dimension,quantity,unit,records\r\n/);
    expect(printed.output).toContain(
      `\r\n2026-07-14,${agreement.accountId},${id},${NETTED_PRODUCT},events,40.5,event,1\r\n`,
    );
    const file = join(operator.folder, 'july.csv');
    const { output } = await operator.run('usage', '--month', '2026-07', '--csv', file);
    expect(output).toContain('By day (UTC)');
    expect(readFileSync(file, 'utf8').trim()).toBe(printed.output.trim());
    expect((await operator.run('usage', '--month', '2026-06')).output).toContain('Nothing was billed.');
  });

  it('say that a product priced by subscription is sold without entitlements', async () => {
    expect((await operator.run('subscription', storageId)).output).toContain('sold without entitlements');
    expect((await operator.run('subscription', id)).output).toContain('events_included');
  });

  it('print what a file says without its control and bidirectional characters', async () => {
    const header = 'id,subscriptionId,dimension,quantity,time';
    const rows = [`"\u202egnp\u001b[2J",${id},"no\u2028such",1,2026-07-14T10:00:00Z`, `ok,${id},events,1,x\u009b31m`];
    const report = join(operator.folder, 'refused.csv');
    const file = operator.file('hostile.csv', [header, ...rows, ''].join('\n'));
    const { output } = await operator.run('import', file, '--report', report);
    expect(output).toContain('0 events of 2 rows would be stored.');
    expect(output).toContain('\\u202egnp\\u001b[2J');
    expect(readFileSync(report, 'utf8')).toContain('\\u202egnp\\u001b[2J');
    const broken = await operator.run('import', operator.file('header.csv', `${header},\u001b[31m\n`));
    expect(broken.exitCode).toBeGreaterThan(0);
    for (const text of [output, broken.output + broken.errors, readFileSync(report, 'utf8')])
      expect(text.replaceAll(/\r?\n/g, '')).not.toMatch(UNPRINTABLE);
  });

  it.each([
    ['subscriptions'],
    ['stuck'],
    ['rejected'],
    ['balances'],
    ['decimals'],
    ['redrive'],
    ['reconcile', '--month', '2026-07'],
    ['subscription', 'ID'],
    ['hours', 'ID'],
  ])('print %s %s in 80 columns, and say that times are UTC', async (...args) => {
    // `run` fails for a line that is wider.
    const { output, errors } = await operator.run(...args.map((word) => (word === 'ID' ? id : word)));
    expect(errors).toBe('');
    expect(output).not.toMatch(/\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z/);
    if (/\d{2}:\d{2}|T\d{2}\b/.test(output)) expect(output).toContain('UTC');
  });
});
