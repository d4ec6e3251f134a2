import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { toCompletion } from '../../lambdas/shared/domain/subscription-change';
import { toNotice } from '../../lambdas/shared/stores/notices';
import { DynamoDbAdmissions, DynamoDbContacts } from '../../lambdas/shared/stores/registrations-dynamodb';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { aSubscription } from '../builders/a-subscription';
import { InMemoryRegistrations } from '../fakes/in-memory-registrations';
import { InMemorySubscriptions } from '../fakes/in-memory-subscriptions';
import { documentClient, givenTable } from '../setup/tables';
import { itKeepsRegistrations } from './registrations.contract';

async function onDynamoDb() {
  const [subscriptions, notices, registrations] = await Promise.all([
    givenTable('subscriptions'),
    givenTable('notices'),
    givenTable('registrations'),
  ]);
  const tables = { subscriptions, notices, registrations };
  return {
    tables,
    admissions: new DynamoDbAdmissions(documentClient, registrations),
    contacts: new DynamoDbContacts(documentClient, tables),
    subscriptions: new DynamoDbSubscriptions(documentClient, tables),
  };
}

itKeepsRegistrations('The fake', async () => {
  const subscriptions = new InMemorySubscriptions();
  const registrations = new InMemoryRegistrations(subscriptions);
  return { admissions: registrations, contacts: registrations, subscriptions };
});
itKeepsRegistrations('DynamoDB', onDynamoDb);

describe('The Registrations table', () => {
  it('keeps a contact for ever, puts the notice beside it and no personal data into the notice', async () => {
    const { tables, contacts, subscriptions } = await onDynamoDb();
    const after = aSubscription();
    await subscriptions.save({ before: undefined, after });
    const time = '2026-11-02T12:00:00.000Z';
    const contact = { email: 'MARKER@example.com', name: 'MARKER', company: 'MARKER', completedAt: time };
    await contacts.complete(contact, toCompletion(after, time));
    const { Items } = await documentClient.send(new ScanCommand({ TableName: tables.registrations }));
    expect(Items).toEqual([
      { pk: `registration#${after.subscriptionId}`, ...contact, subscriptionId: after.subscriptionId },
    ]);
    const Key = { pk: after.subscriptionId, sk: 2 };
    const { Item } = await documentClient.send(new GetCommand({ TableName: tables.notices, Key }));
    const text = JSON.stringify(Item);
    expect(toNotice(Item)).toMatchObject({ kind: 'RegistrationCompleted', version: 2 });
    expect(text).not.toContain('MARKER');
  });
});
