import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableName } from '../../lambdas/shared/contract/tables';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { BECAUSE, Operator } from './operator';
import { STORAGE_PRODUCT } from './products';

const ADA = { email: 'ada@engines.example', company: 'Engines', name: 'Ada Typist' };
/** What is personal of a contact. */
const PERSONAL = /engines|Ada Typist/i;

const running = useFlow();
const operator = new Operator(running);

afterAll(() => operator.leave());

type Stored = Record<string, unknown>;

async function items(name: TableName): Promise<Stored[]> {
  const { client, tables } = running.database;
  return (await client.send(new ScanCommand({ TableName: tables[name] }))).Items ?? [];
}

const registrationsOf = async (id: string) =>
  (await items('registrations')).filter(({ subscriptionId }) => subscriptionId === id);

/** As a restore brings it back. */
async function restore(stored: readonly Stored[]): Promise<void> {
  const { client, tables } = running.database;
  for (const Item of stored) await client.send(new PutCommand({ TableName: tables.registrations, Item }));
}

describe('erasing a buyer', () => {
  let agreement: Agreement;
  let id: string;
  let otherId: string;
  let before: Stored[];

  beforeAll(async () => {
    agreement = running.subscribe(STORAGE_PRODUCT);
    id = await running.registerAs(agreement, ADA);
    otherId = (await running.givenBuyer(STORAGE_PRODUCT)).subscriptionId;
    await running.report([{ id: '1', subscriptionId: id, quantity: 2 }]);
    await running.stack.runHour();
    before = await registrationsOf(id);
    expect(before.map(({ pk }) => String(pk).split('#')[0]).sort()).toEqual(['registration', 'session']);
  });

  it('shows what a dry run would delete, without the contact itself, and deletes nothing', async () => {
    const { output } = await operator.run('erase', id);
    expect(output).toMatch(/contact/);
    expect(output).toContain('This was a dry run');
    expect(output).not.toMatch(PERSONAL);
    expect(await registrationsOf(id)).toHaveLength(before.length);
  });

  it('needs a reason and a ticket, and a subscription that exists', async () => {
    for (const given of [['--reason', 'x'], ['--ticket', 'x'], []])
      expect(await operator.run('erase', id, '--apply', ...given)).toMatchObject({ exitCode: 2 });
    expect(await operator.run('erase', id, '--again')).toMatchObject({ exitCode: 2 });
    const typed = await operator.run('erase', ADA.email, '--apply', ...BECAUSE);
    expect([typed.exitCode, typed.errors]).toEqual([1, expect.stringContaining('has no subscription')]);
    expect(JSON.stringify(await items('hourlyUsage'))).not.toMatch(PERSONAL);
  });

  it('deletes contact and session from every table, and leaves the ledger and other buyers whole', async () => {
    const ledger = async () => (await items('hourlyUsage')).filter(({ pk }) => pk === id);
    const [hours, others] = [await ledger(), await registrationsOf(otherId)];
    expect(hours).not.toEqual([]);
    const { exitCode, json } = await operator.ask('erase', id, '--apply', ...BECAUSE);
    expect([exitCode, json.applied, json.items.length]).toEqual([0, true, before.length]);
    expect(await registrationsOf(id)).toEqual([]);
    expect(await ledger()).toEqual(hours);
    expect(await registrationsOf(otherId)).toEqual(others);
    for (const name of Object.keys(running.database.tables) as TableName[])
      expect([name, JSON.stringify(await items(name))]).toEqual([name, expect.not.stringMatching(PERSONAL)]);
  });

  it('deletes again what a restore brings back', async () => {
    running.clock.advance(1000);
    await restore(before);
    expect((await operator.run('erase', '--again')).output).toContain('This was a dry run');
    expect(await registrationsOf(id)).toHaveLength(before.length);
    const { exitCode } = await operator.run('erase', '--again', '--apply', ...BECAUSE);
    expect(exitCode).toBe(0);
    expect(await registrationsOf(id)).toEqual([]);
    expect(await registrationsOf(otherId)).not.toEqual([]);
  });

  it('leaves what the same buyer registers later, also when it is applied again', async () => {
    running.clock.advance(60_000);
    expect(await running.registerAs(agreement, ADA)).toBe(id);
    const anew = await registrationsOf(id);
    expect(anew).toHaveLength(2);
    await restore(before.filter(({ pk }) => String(pk).startsWith('session#')));
    await operator.run('erase', '--again', '--apply', ...BECAUSE);
    expect(await registrationsOf(id)).toEqual(anew);
  });

  it('leaves an entry of each change in the audit, without personal data', async () => {
    const { json } = await operator.ask('audit');
    expect(json.acts).toMatchObject([
      { who: 'local', command: 'erase', ids: { subscriptionId: id }, reason: 'case', ticket: 'C-123', outcome: 'done' },
      { command: 'erase --again', outcome: 'done' },
      { command: 'erase --again', outcome: 'done' },
    ]);
    const { output } = await operator.run('audit', '--since', '2026-07-14');
    expect(output).toContain('case C-123');
  });
});
