import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { createDependencies } from '../../lambdas/publish-notices/dependencies';
import { publishNotices } from '../../lambdas/publish-notices/publish-notices';
import type { Notice, StateNotice } from '../../lambdas/shared/contract/notices';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { toCompletion } from '../../lambdas/shared/domain/subscription-change';
import type { NoticePublisher, PublishResult } from '../../lambdas/shared/runtime/event-bus';
import type { TableChange } from '../../lambdas/shared/runtime/table-changes';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aMeteringRejected } from '../builders/a-metering-rejected';
import { aSubscription } from '../builders/a-subscription';

/** A bus that accepts notices, except those of the subscriptions that the test names. */
class InMemoryBus implements NoticePublisher {
  readonly published: Notice[] = [];
  readonly failing = new Set<string>();

  async publish(notices: readonly Notice[]): Promise<PublishResult[]> {
    return notices.map((notice) => {
      if (this.failing.has(notice.subscriptionId ?? '')) return 'failed';
      this.published.push(notice);
      return 'published';
    });
  }
}

function givenVerb() {
  const publisher = new InMemoryBus();
  const unreadable: unknown[] = [];
  const ports = {
    ...memoryPorts(new MemoryTables(), { nowMs: 0 }),
    eventBridge: new EventBridgeClient(),
    noteFailure: (_error: unknown, { sequenceNumber }: Record<string, unknown>) => void unreadable.push(sequenceNumber),
  };
  const deps = { ...createDependencies(ports, { eventBusName: 'bus' }), publisher };
  const publish = (items: TableChange[]) => publishNotices(items, deps);
  return { publisher, counters: ports.counters, unreadable, publish };
}

function aNotice(): StateNotice {
  const { notice } = toCompletion(aSubscription(), '2026-11-02T12:00:00.000Z');
  if (notice === undefined) throw new Error('A completion has a notice.');
  return notice;
}

const anItem = (sequenceNumber: string, notice: unknown): TableChange => ({
  sequenceNumber,
  newImage: { pk: 's-1', sk: 1, notice: JSON.stringify(notice) },
});

describe('publish-notices', () => {
  it('publishes every notice, and asks for no redelivery', async () => {
    const { publish, publisher, counters } = givenVerb();
    const notices = Array.from({ length: 25 }, aNotice);
    await expect(publish(notices.map((notice, index) => anItem(`${index}`, notice)))).resolves.toEqual([]);
    expect(publisher.published).toEqual(notices);
    expect(counters.counts).toEqual({ NoticesPublished: 25, NoticesFailed: 0, NoticesUnreadable: 0 });
  });

  it('publishes a notice of the version before decimals, with its quantity as text', async () => {
    const { publish, publisher, counters } = givenVerb();
    const record = { productCode: 'product', timestamp: '2026-11-02T12:00:00.000Z', quantity: '2147483647' };
    const hourKey = { subscriptionId: 's-1', dimension: 'd', hour: hourOf(0) };
    const notice = { ...aMeteringRejected(hourKey), record };
    await publish([anItem('1', { ...notice, record: { ...record, quantity: 2_147_483_647 } })]);
    expect(publisher.published).toEqual([notice]);
    expect(counters.counts).toMatchObject({ NoticesPublished: 1, NoticesUnreadable: 0 });
  });

  it('asks for redelivery of the notices that the bus did not accept', async () => {
    const { publish, publisher, counters } = givenVerb();
    const notices = [aNotice(), aNotice(), aNotice()] as const;
    publisher.failing.add(notices[1].subscriptionId);
    const failed = await publish(notices.map((notice, index) => anItem(`${index}`, notice)));
    expect(failed).toEqual(['1']);
    expect(counters.counts).toEqual({ NoticesPublished: 2, NoticesFailed: 1, NoticesUnreadable: 0 });
  });

  it.each([
    ['invalid JSON', { notice: '{' }],
    ['no notice', { notice: '{"kind":"SubscriptionActivated"}' }],
    ['nothing', {}],
    ['an invalid time', { notice: JSON.stringify({ ...aNotice(), time: 'noon' }) }],
    ['a text too long for an event', { notice: JSON.stringify({ ...aNotice(), productCode: 'x'.repeat(20_000) }) }],
  ])('skips an item with %s, and publishes the others', async (_what, newImage) => {
    const { publish, publisher, unreadable, counters } = givenVerb();
    const notice = aNotice();
    const failed = await publish([{ sequenceNumber: '1', newImage }, anItem('2', notice)]);
    expect(failed).toEqual([]);
    expect(unreadable).toEqual(['1']);
    expect(counters.counts).toMatchObject({ NoticesUnreadable: 1, NoticesFailed: 0 });
    expect(publisher.published).toEqual([notice]);
  });
});
