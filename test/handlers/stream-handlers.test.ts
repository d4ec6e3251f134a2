import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toCompletion } from '../../lambdas/shared/domain/subscription-change';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { CONTRACT, METERED } from '../../proofs/stand-ins/a-seller';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aSubscription } from '../builders/a-subscription';
import { aUsageEvent, NOON_MS } from '../builders/a-usage-event';
import { anAgreementEvent } from '../builders/an-agreement-event';
import { aSubscriptionId } from '../builders/ids';
import { SettableClock } from '../fakes/settable-clock';
import { failing, loadFunction, queueOf, REMINDERS_URL, streamOf } from './a-loaded-function';
import { mockClass } from '../fakes/mock-class';

const [FIRST, BROKEN, LAST] = [aSubscriptionId(1), aSubscriptionId(2), aSubscriptionId(3)];
const ENVIRONMENT = { EVENT_BUS_NAME: 'the-bus' };
const zeroRecords = { ...METERED, dimensions: [{ apiName: 'requests', unit: 'request', zeroRecords: true }] };
const configuration = { products: [zeroRecords, CONTRACT] };

const eventBridge = mockClass(EventBridgeClient);
const entitlements = mockClass(MarketplaceEntitlementServiceClient);
const metering = mockClass(MarketplaceMeteringClient);
const sqs = mockClass(SQSClient);

let tables: MemoryTables;
let given: Parameters<typeof loadFunction>[1];

beforeEach(() => {
  tables = new MemoryTables();
  given = { tables, clock: new SettableClock(NOON_MS), configuration, environment: ENVIRONMENT };
  for (const client of [eventBridge, entitlements, metering, sqs]) client.reset();
  metering.rejects(new Error('unexpected call'));
  entitlements.on(GetEntitlementsCommand).resolves({ Entitlements: [] });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Three subscriptions in this state, of which the second's items cannot be reached. */
function givenThree(productCode: string, state: 'active' | 'ending') {
  return [FIRST, BROKEN, LAST].map((subscriptionId) =>
    tables.given(aSubscription({ subscriptionId, productCode, state })),
  );
}

describe('a stream handler whose table fails for one record', () => {
  it('aggregate-usage asks for the record again, and adds the others', async () => {
    const run = await loadFunction('aggregate-usage', given);
    failing(tables, BROKEN);
    const items = [FIRST, BROKEN, LAST].map((subscriptionId) => usageEventItem(aUsageEvent({ subscriptionId }), 0));
    await expect(run(streamOf(...items))).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(tables.hours.map(({ subscriptionId }) => subscriptionId)).toEqual([FIRST, LAST]);
  });

  it('publish-notices asks for the notice again that the bus did not accept', async () => {
    eventBridge.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }, { ErrorCode: 'Throttled' }] });
    const run = await loadFunction('publish-notices', given);
    const notices = [aSubscription(), aSubscription()].map((each) => toCompletion(each, '2026-11-02T12:00:00.000Z'));
    const items = notices.map(({ notice }) => ({ pk: 's-1', sk: 1, notice: JSON.stringify(notice) }));
    await expect(run(streamOf(...items))).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    const [call] = eventBridge.commandCalls(PutEventsCommand);
    expect(call?.args[0].input.Entries).toMatchObject([{ EventBusName: 'the-bus' }, { EventBusName: 'the-bus' }]);
  });

  it('publish-notices asks for the whole batch again when the bus cannot be reached', async () => {
    eventBridge.rejects(new Error('unreachable'));
    const run = await loadFunction('publish-notices', given);
    const { notice } = toCompletion(aSubscription(), '2026-11-02T12:00:00.000Z');
    const answer = await run(streamOf({ pk: 's-1', sk: 1, notice: JSON.stringify(notice) }));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  });

  it('meter-usage asks for an ending again that it could not begin, and begins the others', async () => {
    const subscriptions = givenThree(METERED.productCode, 'ending');
    const run = await loadFunction('meter-usage', given);
    failing(tables, BROKEN);
    await expect(run(streamOf(...subscriptions.map((each) => ({ ...each }))))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
    expect(JSON.stringify([...tables.dynamoDb.table('hourlyUsage').items()])).toContain(LAST);
  });

  it('meter-usage sends itself a message for when the usage of an ending has drained', async () => {
    const run = await loadFunction('meter-usage', given);
    await run(streamOf({ ...tables.given(aSubscription({ state: 'ending', productCode: METERED.productCode })) }));
    const [call, ...others] = sqs.commandCalls(SendMessageCommand);
    expect(others).toEqual([]);
    expect(call?.args[0].input).toMatchObject({ QueueUrl: REMINDERS_URL, DelaySeconds: 120 });
  });

  it('meter-usage takes its messages back, and asks again for one that it cannot read or do', async () => {
    givenThree(METERED.productCode, 'ending');
    const run = await loadFunction('meter-usage', given);
    failing(tables, BROKEN);
    const bodies = [FIRST, BROKEN, LAST].map((subscriptionId) => JSON.stringify({ subscriptionId }));
    const answer = await run(queueOf(...bodies, '{}'));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }, { itemIdentifier: '4' }] });
    // The metric of the alarm EndingsFailing.
    expect(String(vi.mocked(console.log).mock.calls)).toContain('"EndingsFailed":2');
    expect(JSON.stringify([...tables.dynamoDb.table('hourlyUsage').items()])).toContain(LAST);
  });

  it('meter-usage asks for an activation again whose first hour it could not open, and opens the others', async () => {
    const subscriptions = givenThree(METERED.productCode, 'active');
    const run = await loadFunction('meter-usage', given);
    failing(tables, BROKEN);
    await expect(run(streamOf(...subscriptions.map((each) => ({ ...each }))))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
    expect(tables.hours.map(({ subscriptionId }) => subscriptionId)).toEqual([FIRST, LAST]);
  });

  it('refresh-entitlements asks for a change again whose entitlements it could not store, and stores the others', async () => {
    const subscriptions = givenThree(CONTRACT.productCode, 'active');
    const run = await loadFunction('refresh-entitlements', given);
    failing(tables, BROKEN);
    await expect(run(streamOf(...subscriptions.map((each) => ({ ...each }))))).resolves.toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
    expect(entitlements.commandCalls(GetEntitlementsCommand)).toHaveLength(2);
  });

  it('follow-agreement asks for a message again that it could not read or store, and follows the others', async () => {
    const run = await loadFunction('follow-agreement', { ...given, configuration: {} });
    const stored = anAgreementEvent();
    const broken = anAgreementEvent({ id: 'broken' });
    failing(tables, 'broken');
    const answer = await run(queueOf('no JSON', JSON.stringify(stored), JSON.stringify(broken)));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '3' }] });
    // Without it nobody could say why the dead-letter queue fills.
    expect(String(vi.mocked(console.error).mock.calls)).toContain('AGREEMENT_EVENT_FAILED');
    expect(tables.subscriptions).toMatchObject([{ state: 'active' }]);
  });
});

describe('a stream handler whose records all succeed', () => {
  it.each([
    ['aggregate-usage', () => streamOf(usageEventItem(aUsageEvent(), 0))],
    ['meter-usage', () => streamOf({ ...tables.given(aSubscription({ productCode: METERED.productCode })) })],
    ['refresh-entitlements', () => streamOf({ ...tables.given(aSubscription({ productCode: CONTRACT.productCode })) })],
    ['publish-notices', () => streamOf({ pk: 'not', sk: 0, notice: 'a notice' })],
    ['follow-agreement', () => queueOf(JSON.stringify(anAgreementEvent()))],
  ] as const)('%s asks for none again', async (name, batch) => {
    const run = await loadFunction(name, given);
    await expect(run(batch())).resolves.toEqual({ batchItemFailures: [] });
  });
});

describe('a scheduled handler whose table fails', () => {
  it.each(['meter-usage', 'refresh-entitlements'] as const)('%s fails, so that its alarm sees it', async (name) => {
    const run = await loadFunction(name, given);
    failing(tables, 'due');
    await expect(run({ source: 'aws.events' })).rejects.toThrow('cannot be reached');
  });
});
