import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

const [FIRST, SECOND] = [aSubscriptionId(1), aSubscriptionId(2)];

let path: UsagePath;
let reads: [consistent: boolean | undefined, ids: unknown[]][];

beforeEach(() => {
  path = new UsagePath();
  reads = [];
  path.tables.before = async (command) => {
    if (!(command instanceof BatchGetCommand)) return;
    const { ConsistentRead, Keys = [] } = command.input.RequestItems?.subscriptions ?? {};
    reads.push([ConsistentRead, Keys.map(({ pk }) => pk)]);
  };
});

const reported = (id: string, overrides: Record<string, unknown> = {}) => ({
  id,
  subscriptionId: FIRST,
  dimension: 'events',
  quantity: 1,
  time: '2026-03-10T12:00:00Z',
  ...overrides,
});

/** DynamoDB still shows these subscriptions, and no others. */
function givenOutdated(...outdated: Subscription[]): void {
  const { glance } = path.subscriptions;
  path.subscriptions.glance = async (ids) => {
    await glance.call(path.subscriptions, ids);
    return new Map(outdated.map((each) => [each.subscriptionId, each]));
  };
}

const statuses = async (...events: unknown[]) =>
  (await path.record(events)).map((answer) => (answer.status === 'rejected' ? answer.reason : answer.status));

describe('record-usage with an outdated read of subscriptions', () => {
  it('does not refuse usage of a subscription that the read misses', async () => {
    givenOutdated();
    expect(await statuses(reported('e-1'))).toEqual(['accepted']);
  });

  it.each<[string, Parameters<UsagePath['givenSubscription']>[0]]>([
    ['had ended', { state: 'ended', endingAt: '2026-03-01T00:00:00.000Z' }],
    ['was ending', { state: 'ending', endingAt: '2026-03-10T11:00:00.000Z' }],
    ['was of a product without the dimension', { productCode: 'other' }],
  ])('does not refuse usage of a subscription that %s a moment ago', async (_how, before) => {
    givenOutdated(path.givenSubscription(before));
    path.givenSubscription();
    expect(await statuses(reported('e-1'))).toEqual(['accepted']);
  });

  it('accepts usage of a subscription that was active a moment ago', async () => {
    givenOutdated(path.givenSubscription());
    path.givenSubscription({ state: 'ending', endingAt: '2026-03-10T12:00:00.000Z' });
    expect(await statuses(reported('e-1'))).toEqual(['accepted']);
  });

  it('reads with strong consistency, once, what would refuse an event, and nothing else', async () => {
    const second = path.givenSubscription({ subscriptionId: SECOND });
    givenOutdated(second);
    expect(await statuses(reported('e-1'), reported('e-2'), reported('e-3', { subscriptionId: SECOND }))).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ]);
    expect(reads).toEqual([
      [false, [FIRST, SECOND]],
      [true, [FIRST]],
    ]);
  });

  it('makes no strongly consistent read when every subscription takes its usage', async () => {
    path.givenSubscription({ subscriptionId: SECOND });
    expect(await statuses(reported('e-1'), reported('e-2', { subscriptionId: SECOND }))).toEqual([
      'accepted',
      'accepted',
    ]);
    // The time of an event refuses it whatever its subscription says.
    expect(await statuses(reported('e-3', { time: '2026-03-01T00:00:00Z' }))).toEqual(['tooLate']);
    expect(reads).toEqual([
      [false, [FIRST, SECOND]],
      [false, [FIRST]],
    ]);
  });

  it('answers retry for every event while what would refuse one cannot be read again', async () => {
    path.subscriptions.getMany = async () => Promise.reject(new Error('throttled'));
    expect(await statuses(reported('e-1'), reported('e-2', { subscriptionId: 's-nobody' }))).toEqual([
      'retry',
      'retry',
    ]);
    expect(path.tables.usageEvents.length).toBe(0);
  });
});
