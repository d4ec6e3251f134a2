import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { Identity } from '../../lambdas/shared/domain/identity';
import type { KeptEvent } from '../../lambdas/shared/domain/marketplace-event';
import type { Subscription, SubscriptionFields } from '../../lambdas/shared/domain/subscription';
import { toChange } from '../../lambdas/shared/domain/subscription-change';
import { eventKey, storedSubscription, untilSaved } from '../../lambdas/shared/stores/subscriptions';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { aLegacyCustomer, aLicense } from '../builders/a-legacy-customer';
import { aSubscription } from '../builders/a-subscription';
import { openTables } from '../setup/tables';
import { ENGINES, noticeIn } from './engines';

const NOW = '2026-11-02T00:00:00.000Z';
const licenseFrom = hourOf(Date.parse(NOW));
let ids = 0;
const licenseIdentity = ({ licenseId = '' }: Subscription): Identity => ({ kind: 'license', licenseId });

function anEvent(overrides: Partial<KeptEvent> = {}): KeptEvent {
  ids += 1;
  return { id: `event-${ids}`, detailType: 'License Updated - Manufacturer', time: NOW, detail: '{}', ...overrides };
}

/** A change that creates. */
function creation(overrides: Partial<SubscriptionFields> = {}) {
  const change = toChange(undefined, aSubscription({ ...overrides, version: 0 }), NOW);
  if (change === undefined) throw new Error('A new subscription is a change.');
  return change;
}

function changeOf(before: Subscription, fields: Partial<SubscriptionFields>) {
  const change = toChange(before, storedSubscription.parse({ ...before, ...fields }), NOW);
  if (change === undefined) throw new Error('This is no change.');
  return change;
}

describe.each(ENGINES)('subscriptions %s', (_engine, openTables) => {
  const open = async () => new DynamoDbSubscriptions(await openTables('subscriptions', 'notices'));

  it('finds a subscription by id and by identity', async () => {
    const store = await open();
    const change = creation({
      freeTrial: true,
      endings: [{ at: NOW, kind: 'agreementEnded', agreementId: 'agmt-1' }],
    });
    const identity = licenseIdentity(change.after);
    await expect(store.save(change, { identities: [identity] })).resolves.toBe('saved');
    await expect(store.findByIdentity(identity)).resolves.toEqual(change.after);
    const { subscriptionId } = change.after;
    await expect(store.getMany([subscriptionId])).resolves.toEqual(new Map([[subscriptionId, change.after]]));
  });

  it('reads subscriptions by the hundred, without unknown ids and ids too long for a key', async () => {
    const store = await open();
    const changes = Array.from({ length: 130 }, () => creation());
    await Promise.all(changes.map((change) => store.save(change)));
    const stored = changes.map(({ after }) => after.subscriptionId);
    const found = await store.getMany([...stored, ...stored, 's-missing', '', 'x'.repeat(3000)]);
    expect([...found.keys()].sort()).toEqual(stored.sort());
  });

  it('finds nothing by an unknown id or identity', async () => {
    const store = await open();
    await expect(store.getMany([])).resolves.toEqual(new Map());
    await expect(store.findByIdentity({ kind: 'license', licenseId: 'l-none' })).resolves.toBeUndefined();
  });

  it('refuses a change of an outdated version', async () => {
    const store = await open();
    const { after } = creation();
    await store.save({ before: undefined, after });
    const first = changeOf(after, { agreementId: 'agmt-1' });
    await expect(store.save(first)).resolves.toBe('saved');
    await expect(store.save(changeOf(after, { agreementId: 'agmt-2' }))).resolves.toBe('conflict');
    await expect(store.save({ before: undefined, after })).resolves.toBe('conflict');
    const found = await store.getMany([after.subscriptionId]);
    expect(found.get(after.subscriptionId)).toEqual(first.after);
  });

  it('refuses a change that claims the identity of another subscription, and writes nothing of it', async () => {
    const store = await open();
    const identity: Identity = { kind: 'legacyCustomer', productCode: 'p', customerIdentifier: `c-${(ids += 1)}` };
    const [first, second] = [creation(), creation()];
    await store.save(first, { identities: [identity] });
    await expect(store.save(second, { identities: [identity] })).resolves.toBe('conflict');
    await expect(store.findByIdentity(identity)).resolves.toEqual(first.after);
    await expect(store.getMany([second.after.subscriptionId])).resolves.toEqual(new Map());
  });

  it('applies the changes of concurrent writers one after the other', async () => {
    const store = await open();
    const { after } = creation({ agreementId: '0' });
    await store.save({ before: undefined, after });
    const raise = () =>
      untilSaved(async () => {
        const current = (await store.getMany([after.subscriptionId])).get(after.subscriptionId);
        if (current === undefined) throw new Error('It is gone.');
        return store.save(changeOf(current, { agreementId: `${Number(current.agreementId) + 1}` }));
      });
    await Promise.all([raise(), raise(), raise(), raise()]);
    const found = await store.getMany([after.subscriptionId]);
    expect(found.get(after.subscriptionId)).toMatchObject({ agreementId: '4', version: 5 });
  });

  it('lets one of two customers move to the same licence, with all fields or none', async () => {
    const store = await open();
    const license = aLicense();
    const identity: Identity = { kind: 'license', licenseId: license.licenseId };
    const [first, second] = [aLegacyCustomer({ version: 0 }), aLegacyCustomer({ version: 0 })];
    const moves = [first, second].map(async (customer) => {
      const { after: before } = creation(customer);
      await store.save({ before: undefined, after: before });
      return store.save(changeOf(before, { ...license, licenseFrom }), { identities: [identity] });
    });
    expect((await Promise.all(moves)).sort()).toEqual(['conflict', 'saved']);
    const winner = await store.findByIdentity(identity);
    expect(winner).toMatchObject({ ...license, licenseFrom, version: 2 });
    const stored = await store.getMany([first.subscriptionId, second.subscriptionId]);
    expect([...stored.values()].filter((customer) => customer.licenseFrom !== undefined)).toEqual([winner]);
  });

  it('stores an event once, under its subscription, its agreement or neither', async () => {
    const store = await open();
    const waiting = anEvent({ agreementId: `agmt-${(ids += 1)}` });
    const homeless = anEvent();
    for (const [event, subscriptionId] of [[waiting], [homeless], [anEvent(), 's-1']] as const) {
      await expect(store.keepEvent(event, subscriptionId)).resolves.toBe('kept');
      await expect(store.keepEvent(event, subscriptionId)).resolves.toBe('duplicate');
    }
  });

  it.each([
    ['s-1', 'agmt-1', 's-1'],
    ['agreement#agmt-1', 'agmt-1', undefined],
    ['event', undefined, undefined],
  ])('keeps an event under %s: of agreement %s and subscription %s', (pk, agreementId, subscriptionId) => {
    expect(eventKey(anEvent({ agreementId }), subscriptionId).pk).toBe(pk);
  });

  it('removes the fields that a change leaves out', async () => {
    const store = await open();
    const first = creation({ freeTrial: true, freeTrialSince: NOW });
    await store.save(first);
    const { freeTrial: _, freeTrialSince: __, ...paid } = first.after;
    const change = toChange(first.after, paid, NOW);
    if (change === undefined) throw new Error('This is a change.');
    await expect(store.save(change)).resolves.toBe('saved');
    const { subscriptionId } = paid;
    expect([...(await store.getMany([subscriptionId])).values()]).toStrictEqual([{ ...paid, version: 2 }]);
  });

  it('lists the licences and the waiting events of an agreement, and of no other', async () => {
    const store = await open();
    const [agreementId, other] = [`agmt-${(ids += 1)}`, `agmt-${(ids += 1)}`];
    const [second, first] = ['2026-11-02T02:00:00.000Z', '2026-11-02T01:00:00.000Z'].map((time) =>
      anEvent({ agreementId, time }),
    );
    for (const event of [second, first]) await store.keepEvent(event ?? anEvent());
    await store.keepEvent(anEvent({ agreementId: other }));
    await store.keepEvent(anEvent({ agreementId }), 's-1');
    for (const subscriptionId of ['s-1', 's-2', 's-1']) await store.bindAgreement(agreementId, subscriptionId);
    await store.bindAgreement(other, 's-3');
    await expect(store.ofAgreement(agreementId)).resolves.toEqual({
      subscriptionIds: ['s-1', 's-2'],
      events: [first, second],
    });
    await expect(store.ofAgreement('agmt-none')).resolves.toEqual({ subscriptionIds: [], events: [] });
  });
});

it('a change that others get in the way of ten times is tried again later', async () => {
  let attempts = 0;
  const saved = untilSaved(async () => {
    attempts += 1;
    return 'conflict';
  });
  await expect(saved).rejects.toThrow('during each of 10 attempts: try again');
  expect(attempts).toBe(10);
});

describe('the table of subscriptions', () => {
  async function given() {
    const database = await openTables('subscriptions', 'notices');
    const { client, tables } = database;
    return { database, client, tables, store: new DynamoDbSubscriptions(database) };
  }

  it('puts the notice of a change into the outbox in the same transaction, with a time to live', async () => {
    const { database, tables, client, store } = await given();
    const change = creation();
    const taken = { kind: 'license', licenseId: 'l-taken' } as const;
    await store.save(creation(), { identities: [taken] });
    await expect(store.save(change, { identities: [taken] })).resolves.toBe('conflict');
    const { subscriptionId } = change.after;
    expect(await noticeIn(database, subscriptionId, 1)).toBeUndefined();
    await store.save(change);
    expect(await noticeIn(database, subscriptionId, 1)).toMatchObject({ kind: 'SubscriptionActivated', version: 1 });
    const Key = { pk: subscriptionId, sk: 1 };
    const { Item } = await client.send(new GetCommand({ TableName: tables.notices, Key }));
    expect(Number(Item?.expiresAt)).toBe(Date.parse('2027-01-31T00:00:00Z') / 1000);
  });

  it('keeps attributes that another writer stored on the item', async () => {
    const { tables, client, store } = await given();
    const { after } = creation();
    await store.save({ before: undefined, after });
    const Key = { pk: after.subscriptionId, sk: 'subscription' };
    const theirs = { TableName: tables.subscriptions, Key, UpdateExpression: 'SET theirs = :x' };
    await client.send(new UpdateCommand({ ...theirs, ExpressionAttributeValues: { ':x': 'kept' } }));
    const change = toChange(after, { ...after, freeTrial: true }, NOW);
    await store.save(change ?? { before: after, after });
    const { Item } = await client.send(new GetCommand({ TableName: tables.subscriptions, Key }));
    expect(Item).toMatchObject({ theirs: 'kept', freeTrial: true });
  });

  it('lists subscriptions by AWS account, without identities and events', async () => {
    const { tables, client, store } = await given();
    const change = creation();
    const { customerAWSAccountId = '', licenseId = '' } = change.after;
    await store.save(change, { identities: [{ kind: 'license', licenseId }], event: anEvent() });
    const { Items } = await client.send(
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
