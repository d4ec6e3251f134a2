import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { toNotice } from '../../lambdas/shared/stores/notices';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-reader';
import { toChange, type SubscriptionChange } from '../../lambdas/shared/domain/subscription-change';
import { aSubscription } from '../builders/a-subscription';
import { InMemorySubscriptions } from '../fakes/in-memory-subscriptions';
import { documentClient, givenTable } from '../setup/tables';
import { anEvent, itKeepsSubscriptions } from './subscriptions.contract';

const NOW = '2026-11-02T00:00:00.000Z';

async function givenTables() {
  const [subscriptions, notices] = await Promise.all([givenTable('subscriptions'), givenTable('notices')]);
  return { subscriptions, notices };
}

itKeepsSubscriptions('The fake', async () => new InMemorySubscriptions());
itKeepsSubscriptions('DynamoDB', async () => new DynamoDbSubscriptions(documentClient, await givenTables()));

function aCreation(): SubscriptionChange {
  const change = toChange(undefined, aSubscription({ version: 0 }), NOW);
  if (change === undefined) throw new Error('A new subscription is a change.');
  return change;
}

describe('The Subscriptions table', () => {
  it('puts the notice of a change into the outbox in the same transaction, to expire', async () => {
    const tables = await givenTables();
    const store = new DynamoDbSubscriptions(documentClient, tables);
    const change = aCreation();
    const taken = { kind: 'license', licenseId: 'l-taken' } as const;
    await store.save(aCreation(), { identities: [taken] });
    await expect(store.save(change, { identities: [taken] })).resolves.toBe('conflict');
    const key = { pk: change.after.subscriptionId, sk: 1 };
    const read = () => documentClient.send(new GetCommand({ TableName: tables.notices, Key: key }));
    expect((await read()).Item).toBeUndefined();
    await store.save(change);
    const { Item } = await read();
    expect(toNotice(Item)).toMatchObject({ kind: 'SubscriptionActivated', version: 1 });
    expect(Number(Item?.expiresAt)).toBe(Date.parse('2027-01-31T00:00:00Z') / 1000);
  });

  it('leaves alone what others keep on the item', async () => {
    const tables = await givenTables();
    const store = new DynamoDbSubscriptions(documentClient, tables);
    const { after } = aCreation();
    await store.save({ before: undefined, after });
    const Key = { pk: after.subscriptionId, sk: 'subscription' };
    const theirs = { TableName: tables.subscriptions, Key, UpdateExpression: 'SET theirs = :x' };
    await documentClient.send(new UpdateCommand({ ...theirs, ExpressionAttributeValues: { ':x': 'kept' } }));
    const change = toChange(after, { ...after, freeTrial: true }, NOW);
    await store.save(change ?? { before: after, after });
    const { Item } = await documentClient.send(new GetCommand({ TableName: tables.subscriptions, Key }));
    expect(Item).toMatchObject({ theirs: 'kept', freeTrial: true });
  });

  it('lists subscriptions by AWS account, and neither identities nor events', async () => {
    const tables = await givenTables();
    const store = new DynamoDbSubscriptions(documentClient, tables);
    const change = aCreation();
    const { customerAWSAccountId = '', licenseId = '' } = change.after;
    await store.save(change, { identities: [{ kind: 'license', licenseId }], event: anEvent() });
    const { Items } = await documentClient.send(
      new QueryCommand({
        TableName: tables.subscriptions,
        IndexName: 'byAccount',
        KeyConditionExpression: 'customerAWSAccountId = :account',
        ExpressionAttributeValues: { ':account': customerAWSAccountId },
      }),
    );
    expect(Items).toHaveLength(1);
  });
});

describe('Reading many subscriptions', () => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const dynamoDb = mockClient(client);
  const pauses: number[] = [];
  const reader = new DynamoDbSubscriptionReader(client, 'table', async (ms) => pauses.push(ms));

  beforeEach(() => {
    pauses.length = 0;
    dynamoDb.reset();
    dynamoDb.rejects(new Error('unexpected call'));
  });

  it('asks again for what DynamoDB left unprocessed', async () => {
    const [first, second] = [aSubscription(), aSubscription()];
    const Keys = [{ pk: second.subscriptionId, sk: 'subscription' }];
    dynamoDb
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { table: [first] }, UnprocessedKeys: { table: { Keys } } })
      .resolves({ Responses: { table: [second] } });
    const found = await reader.getMany([first.subscriptionId, second.subscriptionId]);
    expect([...found.values()]).toEqual([first, second]);
    expect(dynamoDb.commandCalls(BatchGetCommand)[1]?.args[0].input.RequestItems?.table?.Keys).toEqual(Keys);
  });

  it('fails rather than call missing what was never read', async () => {
    const Keys = [{ pk: 's-1', sk: 'subscription' }];
    dynamoDb.on(BatchGetCommand).resolves({ UnprocessedKeys: { table: { Keys } } });
    await expect(reader.getMany(['s-1'])).rejects.toThrow('unprocessed');
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  });
});
