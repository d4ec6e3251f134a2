import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { toCompletion } from '../../lambdas/shared/domain/subscription-change';
import type { Database } from '../../lambdas/shared/stores/database';
import { DynamoDbAdmissions, DynamoDbContacts } from '../../lambdas/shared/stores/registrations';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { aSubscription } from '../builders/a-subscription';
import { openTables } from '../setup/tables';
import { ENGINES, noticeIn } from './engines';

const NOW_MS = Date.parse('2026-11-02T12:00:00Z');
const NOW = '2026-11-02T12:00:00.000Z';
const IN_A_MINUTE = NOW_MS / 1000 + 60;
const contact = { email: 'ada@example.com', name: 'Ada', company: 'Analytical Engines', completedAt: NOW };

function storesIn(database: Database<'registrations' | 'subscriptions' | 'notices'>) {
  return {
    admissions: new DynamoDbAdmissions(database),
    contacts: new DynamoDbContacts(database),
    subscriptions: new DynamoDbSubscriptions(database),
  };
}

describe.each(ENGINES)('registrations %s', (_engine, openTables) => {
  const open = async () => storesIn(await openTables('registrations', 'subscriptions', 'notices'));

  it('finds a session until the second it expires', async () => {
    const { admissions } = await open();
    await admissions.openSession('hash', { subscriptionId: 's-1', expiresAt: IN_A_MINUTE });
    await expect(admissions.findSession('hash', NOW_MS)).resolves.toBe('s-1');
    await expect(admissions.findSession('hash', IN_A_MINUTE * 1000 - 1)).resolves.toBe('s-1');
    await expect(admissions.findSession('hash', IN_A_MINUTE * 1000)).resolves.toBeUndefined();
    await expect(admissions.findSession('other', NOW_MS)).resolves.toBeUndefined();
  });

  it('refuses to overwrite a session or a code', async () => {
    const { admissions } = await open();
    await admissions.openSession('hash', { subscriptionId: 's-1', expiresAt: IN_A_MINUTE });
    await admissions.issueCode('hash', { subscriptionId: 's-1', expiresAt: IN_A_MINUTE });
    const theirs = { subscriptionId: 's-2', expiresAt: IN_A_MINUTE };
    await expect(admissions.openSession('hash', theirs)).rejects.toThrow();
    await expect(admissions.issueCode('hash', theirs)).rejects.toThrow();
  });

  it('redeems a code exactly once, however many callers ask at once', async () => {
    const { admissions } = await open();
    await admissions.issueCode('hash', { subscriptionId: 's-1', expiresAt: IN_A_MINUTE });
    const answers = await Promise.all(Array.from({ length: 5 }, () => admissions.redeemCode('hash', NOW_MS)));
    expect(answers.filter(({ outcome }) => outcome === 'redeemed')).toEqual([
      { outcome: 'redeemed', subscriptionId: 's-1' },
    ]);
    expect(answers.filter(({ outcome }) => outcome === 'used')).toHaveLength(4);
  });

  it('distinguishes an expired code from an unknown one', async () => {
    const { admissions } = await open();
    await admissions.issueCode('hash', { subscriptionId: 's-1', expiresAt: IN_A_MINUTE });
    await expect(admissions.redeemCode('hash', IN_A_MINUTE * 1000)).resolves.toEqual({ outcome: 'expired' });
    await expect(admissions.redeemCode('other', NOW_MS)).resolves.toEqual({ outcome: 'unknown' });
  });

  it('stores a contact, and replaces it when the form is sent again', async () => {
    const { contacts, subscriptions } = await open();
    const first = aSubscription();
    await subscriptions.save({ before: undefined, after: first });
    await expect(contacts.findContact(first.subscriptionId, NOW_MS)).resolves.toBeUndefined();
    const completion = toCompletion(first, NOW);
    await expect(contacts.complete(contact, completion)).resolves.toBe('saved');
    const again = { ...contact, email: 'lovelace@example.com' };
    await expect(contacts.complete(again, toCompletion(completion.after, NOW))).resolves.toBe('saved');
    await expect(contacts.findContact(first.subscriptionId, NOW_MS)).resolves.toEqual(again);
  });

  it('stores no contact when the subscription has changed since the read', async () => {
    const { contacts, subscriptions } = await open();
    const stored = aSubscription({ version: 2 });
    await subscriptions.save({ before: undefined, after: stored });
    await expect(contacts.complete(contact, toCompletion({ ...stored, version: 1 }, NOW))).resolves.toBe('conflict');
    await expect(contacts.findContact(stored.subscriptionId, NOW_MS)).resolves.toBeUndefined();
  });
});

describe('the table of registrations', () => {
  it('keeps a contact without a time to live, and no personal data in its notice', async () => {
    const database = await openTables('registrations', 'subscriptions', 'notices');
    const { contacts, subscriptions } = storesIn(database);
    const after = aSubscription();
    await subscriptions.save({ before: undefined, after });
    const marked = { email: 'MARKER@example.com', name: 'MARKER', company: 'MARKER', completedAt: NOW };
    await contacts.complete(marked, toCompletion(after, NOW));
    const { Items } = await database.client.send(new ScanCommand({ TableName: database.tables.registrations }));
    expect(Items).toEqual([
      { pk: `registration#${after.subscriptionId}`, ...marked, subscriptionId: after.subscriptionId },
    ]);
    const notice = await noticeIn(database, after.subscriptionId, 2);
    expect(notice).toMatchObject({ kind: 'RegistrationCompleted', version: 2 });
    expect(JSON.stringify(notice)).not.toContain('MARKER');
  });
});
