import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { mockClient } from 'aws-sdk-client-mock';
import type { Notice } from '../../lambdas/shared/contract/notices';
import { toCompletion } from '../../lambdas/shared/domain/subscription-change';
import { EventBusPublisher } from '../../lambdas/shared/runtime/event-bus';
import { aSubscription } from '../builders/a-subscription';

const client = new EventBridgeClient({});
const eventBridge = mockClient(client);
const failures: unknown[] = [];
const publisher = new EventBusPublisher(client, 'our-bus', (error) => failures.push(error));

beforeEach(() => {
  failures.length = 0;
  eventBridge.reset();
  eventBridge.rejects(new Error('unexpected call'));
});

function someNotices(count: number): Notice[] {
  const completions = Array.from({ length: count }, () => toCompletion(aSubscription(), '2026-11-02T12:00:00.000Z'));
  return completions.flatMap(({ notice }) => notice ?? []);
}

const taken = (count: number) => ({ Entries: Array.from({ length: count }, () => ({ EventId: 'id' })) });

describe('EventBusPublisher', () => {
  it('puts the whole notice on the bus under its kind', async () => {
    eventBridge.on(PutEventsCommand).resolves(taken(1));
    const [notice] = someNotices(1);
    await publisher.publish(notice ? [notice] : []);
    const [entry] = eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    expect(entry).toMatchObject({
      EventBusName: 'our-bus',
      Source: 'marketplace-saas',
      DetailType: 'RegistrationCompleted',
      Resources: [notice?.subscriptionId],
      Time: new Date('2026-11-02T12:00:00Z'),
    });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual(notice);
  });

  it('puts at most ten notices a call', async () => {
    eventBridge.on(PutEventsCommand).resolvesOnce(taken(10)).resolvesOnce(taken(10)).resolves(taken(5));
    await expect(publisher.publish(someNotices(25))).resolves.toEqual(Array(25).fill('published'));
    const sizes = eventBridge.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries?.length);
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('reports failed entries of a successful PutEvents call', async () => {
    const Entries = [{ EventId: 'id' }, { ErrorCode: 'InternalFailure' }];
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries });
    await expect(publisher.publish(someNotices(3))).resolves.toEqual(['published', 'failed', 'failed']);
  });

  it('continues after a PutEvents call that failed', async () => {
    eventBridge.on(PutEventsCommand).rejectsOnce(new Error('throttled')).resolves(taken(2));
    const results = await publisher.publish(someNotices(12));
    expect(results).toEqual([...Array(10).fill('failed'), 'published', 'published']);
    expect(failures).toHaveLength(1);
  });

  it('makes no PutEvents call without notices', async () => {
    await expect(publisher.publish([])).resolves.toEqual([]);
  });
});
