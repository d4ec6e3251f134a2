import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Subscription, SubscriptionFields } from '../../lambdas/shared/domain/subscription';
import { toCompletion } from '../../lambdas/shared/domain/subscription-change';
import { writeTogether } from '../../lambdas/shared/stores/conditional-writes';
import { contactKey } from '../../lambdas/shared/stores/contact-key';
import { contactRetentionOf, DynamoDbContactRetention } from '../../lambdas/shared/stores/contact-retention';
import { DynamoDbContacts } from '../../lambdas/shared/stores/registrations';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aSubscription } from '../builders/a-subscription';
import { SettableClock } from '../fakes/settable-clock';
import { ENGINES } from './engines';

const END = '2026-11-02T00:00:00.000Z';
const DAY_MS = 86_400_000;
const EXPIRY_MS = Date.parse(END) + 30 * DAY_MS;
const contact = { email: 'ada@example.com', completedAt: '2026-11-01T12:00:00.000Z' };

describe.each(ENGINES)('the retention of contacts %s', (_engine, openTables) => {
  async function given({ contactRetentionDays }: { contactRetentionDays?: number } = { contactRetentionDays: 30 }) {
    const database = await openTables('registrations', 'subscriptions', 'notices');
    const clock = new SettableClock(Date.parse(END));
    const { registrations } = database.tables;
    const retention = contactRetentionOf(
      database,
      { registration: { contactRetentionDays } },
      { clock, contactsTable: registrations },
    );
    const subscriptions = new DynamoDbSubscriptions(database, retention);
    const contacts = new DynamoDbContacts(database);
    const Key = (id: string) => ({ TableName: registrations, Key: contactKey(id) });
    return {
      clock,
      contacts,
      subscriptions,
      /** A registered customer. */
      customer: async (overrides: Partial<SubscriptionFields> = {}): Promise<Subscription> => {
        const after = aSubscription(overrides);
        await subscriptions.save({ before: undefined, after });
        const completion = toCompletion(after, contact.completedAt);
        await contacts.complete(contact, completion);
        return completion.after;
      },
      become: async (before: Subscription, fields: Partial<SubscriptionFields>): Promise<Subscription> => {
        const { activatedAt, endingAt, ...facts } = { endingAt: undefined, activatedAt: undefined, ...before };
        const after = aSubscription({ ...facts, version: before.version + 1, ...fields });
        expect(await subscriptions.save({ before, after })).toBe('saved');
        return after;
      },
      stored: async ({ subscriptionId }: Subscription) =>
        (await database.client.send(new GetCommand(Key(subscriptionId)))).Item,
      expiry: async ({ subscriptionId }: Subscription) =>
        (await contacts.findContact(subscriptionId, clock.now()))?.expiresAt,
    };
  }
  const ENDED = { state: 'ended', endingAt: END } as const;

  it('gives the contact a time to live with the end of the subscription', async () => {
    const { customer, become, expiry } = await given();
    const before = await customer();
    const ending = await become(before, { state: 'ending', endingAt: END });
    expect(await expiry(before)).toBeUndefined();
    await become(ending, ENDED);
    expect(await expiry(before)).toBe(EXPIRY_MS / 1000);
  });

  it('keeps the contact of a customer who comes back with the same subscription', async () => {
    const { customer, become, expiry, stored } = await given();
    const before = await customer();
    await become(await become(before, ENDED), { state: 'active' });
    expect(await expiry(before)).toBeUndefined();
    expect(await stored(before)).toMatchObject({ email: contact.email });
  });

  it('keeps the contact of a customer who comes back with a new agreement', async () => {
    const { customer, become, expiry, stored, subscriptions } = await given();
    const { customerAWSAccountId, ...first } = await customer();
    await become({ ...first, customerAWSAccountId }, ENDED);
    await subscriptions.save({ before: undefined, after: aSubscription({ customerAWSAccountId }) });
    expect(await stored(first)).toBeDefined();
    expect(await expiry(first)).toBeUndefined();
  });

  it('keeps the contact while the customer has another live subscription, and lets all expire with the last', async () => {
    const { customer, become, expiry } = await given();
    const first = await customer();
    const { customerAWSAccountId } = first;
    const second = await customer({ customerAWSAccountId });
    await become(first, ENDED);
    expect(await expiry(first)).toBeUndefined();
    await become(second, { state: 'ended', endingAt: '2026-11-12T00:00:00.000Z' });
    const later = (EXPIRY_MS + 10 * DAY_MS) / 1000;
    expect([await expiry(first), await expiry(second)]).toEqual([later, later]);
  });

  it('treats an expired contact as absent, and does not bring it back when the customer does', async () => {
    const { clock, customer, become, contacts, expiry, stored } = await given();
    const before = await customer();
    const ended = await become(before, ENDED);
    clock.set(EXPIRY_MS - 1);
    expect(await expiry(before)).toBeDefined();
    clock.set(EXPIRY_MS);
    expect(await contacts.findContact(before.subscriptionId, clock.now())).toBeUndefined();
    await become(ended, { state: 'active' });
    // DynamoDB deletes it when it comes to it.
    expect(await stored(before)).toHaveProperty('expiresAt');
  });

  it('makes no contact of a customer who never registered', async () => {
    const { become, stored, subscriptions } = await given();
    const before = aSubscription();
    await subscriptions.save({ before: undefined, after: before });
    await become(before, ENDED);
    expect(await stored(before)).toBeUndefined();
  });

  it('is kept by a form that an ended customer sends again', async () => {
    const { customer, become, contacts, expiry } = await given();
    const ended = await become(await customer(), ENDED);
    const expiresAt = await expiry(ended);
    await contacts.complete({ ...contact, email: 'new@example.com', expiresAt }, toCompletion(ended, END));
    expect(await expiry(ended)).toBe(EXPIRY_MS / 1000);
  });

  it('changes no contact unless the seller configures it', async () => {
    const { customer, become, expiry } = await given({});
    const before = await customer();
    await become(before, ENDED);
    expect(await expiry(before)).toBeUndefined();
  });
});

it('makes no contact again that was erased after it was read', async () => {
  const [{ database }, erased] = [new MemoryTables(), new MemoryTables()];
  const before = aSubscription();
  await new DynamoDbContacts(database).complete(contact, { before: undefined, after: before });
  const after = aSubscription({ subscriptionId: before.subscriptionId, state: 'ended', version: 2 });
  const rule = { retentionDays: 30, clock: { now: () => 0 } };
  const parts = await new DynamoDbContactRetention(database, rule).partsFor({ before, after });
  expect(parts).toHaveLength(1);
  expect(await writeTogether(erased.database, parts)).toMatchObject({ outcome: 'refused' });
});

describe('the contacts that a change writes', () => {
  const rule = { retentionDays: 30, clock: { now: () => 0 } };
  const ended = (overrides: Partial<SubscriptionFields> = {}) =>
    aSubscription({ state: 'ended', endingAt: END, version: 2, ...overrides });

  it.each([
    ['are those of one customer, of whom no account is known', { account: undefined, subscriptions: 1, written: 1 }],
    ['fit into a transaction, however much has ended', { account: '1', subscriptions: 120, written: 50 }],
  ])('%s', async (_what, { account: customerAWSAccountId, subscriptions, written }) => {
    const tables = new MemoryTables();
    const [after = ended(), ...others] = Array.from({ length: subscriptions }, () => ended({ customerAWSAccountId }));
    for (const { subscriptionId } of [after, ...others]) tables.put('registrations', contactKey(subscriptionId));
    for (const other of [...others, ended({ customerAWSAccountId: '2' })]) tables.given(other);
    const retention = new DynamoDbContactRetention(tables.database, rule);
    expect(await retention.partsFor({ before: undefined, after })).toHaveLength(written);
  });

  it('are not written again when they have the time to live', async () => {
    const tables = new MemoryTables();
    const after = ended();
    tables.put('registrations', { ...contactKey(after.subscriptionId), expiresAt: EXPIRY_MS / 1000 });
    const retention = new DynamoDbContactRetention(tables.database, rule);
    expect(await retention.partsFor({ before: undefined, after })).toEqual([]);
  });
});

describe('a function with contactRetentionDays', () => {
  it('does not start without the table of contacts', async () => {
    const database = { client: undefined as never, tables: { subscriptions: 's' }, sleep: async () => undefined };
    const without = { clock: { now: () => 0 }, contactsTable: undefined };
    expect(() => contactRetentionOf(database, { registration: { contactRetentionDays: 1 } }, without)).toThrow(
      'REGISTRATIONS_TABLE_NAME',
    );
  });
});
