import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableName } from '../../lambdas/shared/contract/tables';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { STORAGE_PRODUCT } from './products';

/** Both tables must be of one moment: an hour counts the tallies from which it is sealed. */
const RESTORED = ['hourlyUsage', 'usageTallies'] as const satisfies readonly TableName[];
const HOUR_MS = 3_600_000;
const START = '2026-07-14T09:20:00Z';

type Stored = Record<string, unknown>;
type Backup = Record<(typeof RESTORED)[number], Stored[]>;

const running = useFlow({ now: START, withChoices: true });
let operator: Operator;

beforeAll(() => {
  operator = new Operator(running);
});

afterAll(() => operator.leave());

/** The drill of docs/runbook.md, "The ledger is damaged". */
describe('a ledger that is restored to an earlier point in time', () => {
  it('bills nothing a second time and ends as it was, because each hour is sent again as it was sent before', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer(STORAGE_PRODUCT);
    await used(subscriptionId, [
      { id: 'a', quantity: 1.5 },
      { id: 'b', dimension: 'gigabytes', quantity: 0.25, tags: { Department: 'x' } },
    ]);
    await untilBilled();
    const backup = await contents();
    await used(subscriptionId, [
      { id: 'c', quantity: 1.75 },
      { id: 'd', dimension: 'gigabytes', quantity: 3.125 },
      { id: 'late', quantity: 4, time: '2026-07-14T09:59:00Z' },
    ]);
    await untilBilled();
    const [ledger, before] = [await ours(subscriptionId), theirs(agreement)];
    expect(running.billed(agreement)).toEqual({ events: '7', gigabytes: '3.375' });

    await restore(backup);
    expect(await ours(subscriptionId)).not.toEqual(ledger);
    await redrive();
    await untilBilled();

    expect(theirs(agreement)).toEqual(before);
    expect(await ours(subscriptionId)).toEqual(ledger);
    expect(toldOf(subscriptionId)).toEqual([]);
  });

  it('bills nothing a second time and tells each hour that AWS holds with another quantity, when usage came late', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer(STORAGE_PRODUCT);
    const hourOfUse = new Date(running.clock.now()).toISOString().slice(0, 13);
    await used(subscriptionId, [{ id: 'e', quantity: 3 }]);
    const backup = await contents();
    await untilBilled();
    // The hour is sent, so this goes to the next one. After the restore the hour is open again and takes it.
    await used(subscriptionId, [{ id: 'f', quantity: 2, time: `${hourOfUse}:50:00Z` }]);
    await untilBilled();
    const before = theirs(agreement);
    expect(before.map(({ quantity }) => quantity)).toEqual(['3', '2']);

    await restore(backup);
    await redrive();
    await untilBilled();

    expect(theirs(agreement)).toEqual(before);
    expect(toldOf(subscriptionId)).toMatchObject([{ hour: hourOfUse, reason: 'conflict', quantity: '5' }]);
  });

  it('expires what AWS no longer takes instead of billing it in a later hour, as `carry` would', async () => {
    const { agreement, subscriptionId } = await running.givenBuyer(STORAGE_PRODUCT);
    await used(subscriptionId, [{ id: 'g', quantity: 6 }]);
    const backup = await contents();
    await untilBilled();
    expect(running.billed(agreement)).toEqual({ events: '6' });

    running.clock.advance(26 * HOUR_MS);
    await restore(backup);
    await redrive();
    await untilBilled();
    await untilBilled();

    expect(running.billed(agreement)).toEqual({ events: '6' });
    expect(toldOf(subscriptionId)).toMatchObject([{ outcome: 'expired', quantity: '6' }]);
  });
});

async function used(subscriptionId: string, events: readonly object[]): Promise<void> {
  const answers = await running.report(events.map((event) => ({ subscriptionId, ...event })));
  expect(answers.map(({ status }) => status)).toEqual(events.map(() => 'accepted'));
  await running.settled();
}

/** Passes to five past the next hour, when the hourly run seals and sends. */
async function untilBilled(): Promise<void> {
  const { clock, stack } = running;
  clock.set((Math.floor(clock.now() / HOUR_MS) + 1) * HOUR_MS + 5 * 60_000);
  await stack.runHour();
  await running.settled();
}

const theirs = (agreement: Agreement) => running.ledgerOf(agreement);

const toldOf = (id: string) =>
  running.notices().filter((notice) => notice.kind === 'MeteringRejected' && notice.subscriptionId === id);

/** Our hours and Balances, without what counts how often they were sent and written. */
async function ours(subscriptionId: string): Promise<Stored[]> {
  const { hourlyUsage } = await contents();
  return hourlyUsage
    .filter(({ pk }) => pk === subscriptionId)
    .map(({ sk, state, used: usedIn, amount, record, meteringRecordId }) => ({
      sk,
      state,
      used: String(usedIn),
      amount: String(amount),
      record,
      meteringRecordId,
    }));
}

async function contents(): Promise<Backup> {
  const { client, tables } = running.database;
  const [hourlyUsage = [], usageTallies = []] = await Promise.all(
    RESTORED.map(async (name) => (await client.send(new ScanCommand({ TableName: tables[name] }))).Items ?? []),
  );
  return { hourlyUsage, usageTallies };
}

/** What the operator does with the tables that DynamoDB has restored beside the damaged ones. */
async function restore(backup: Backup): Promise<void> {
  const { client, tables } = running.database;
  const damaged = await contents();
  for (const name of RESTORED) {
    const TableName = tables[name];
    for (const { pk, sk } of damaged[name]) await client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    for (const Item of backup[name]) await client.send(new PutCommand({ TableName, Item }));
  }
}

async function redrive(): Promise<void> {
  running.clock.advance(20 * 60_000);
  const { exitCode, output, errors } = await operator.run('redrive', '--since', START, '--apply');
  expect({ exitCode, errors, output }).toMatchObject({ exitCode: 0, errors: '' });
}
