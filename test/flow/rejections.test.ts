import { beforeAll, describe, expect, it } from 'vitest';
import { overwriteUsage, usageItem, type UsageItem } from '../../proofs/actors/put-usage';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';

const NOW = '2026-07-14T09:20:00Z';

const running = useFlow();
let agreement: Agreement;
let subscriptionId: string;

beforeAll(async () => {
  agreement = running.subscribe();
  subscriptionId = await running.register(agreement);
});

/** An application puts an item directly, without the documented condition. */
async function put(id: string, overrides: UsageItem = {}): Promise<string> {
  const timeMs = Date.parse(NOW);
  const item = usageItem({ subscriptionId, id, dimension: 'events', quantity: '2', timeMs }, timeMs);
  await overwriteUsage(running.usageEvents, { ...item, ...overrides });
  return `${subscriptionId}##${id}`;
}

const told = (kind: string) => running.notices().filter((notice) => notice.kind === kind);

describe('notices of usage that is not billed', () => {
  it('publishes UsageRejected once for each item that was set aside or overwritten', async () => {
    const malformed = await put('malformed', { quantity: { S: 'many' } });
    const overwritten = await put('overwritten');
    await running.settled();
    await put('overwritten', { quantity: { N: '9' } });
    await put('nobody', { subscriptionId: { S: '' } });
    await running.settled();
    // In any order: many items are set aside at once.
    const notices = told('UsageRejected');
    expect(notices).toHaveLength(3);
    for (const notice of [
      { subscriptionId, reason: 'malformed', usageEventPk: malformed },
      { subscriptionId, reason: 'overwritten', usageEventPk: overwritten },
      { reason: 'malformed', noticeId: expect.stringMatching(/^unknown#setAside#/) },
    ])
      expect(notices).toContainEqual(expect.objectContaining(notice));
  });

  it('publishes MeteringRejected at once when another program metered the hour', async () => {
    const { accountId: CustomerAWSAccountId, licenseArn: LicenseArn } = agreement;
    const Timestamp = Math.floor(running.clock.now() / 1000);
    const theirs = { CustomerAWSAccountId, LicenseArn, Dimension: 'events', Quantity: 40, Timestamp };
    const answer = running.marketplace.call('BatchMeterUsage', { UsageRecords: [theirs] });
    expect(answer).toMatchObject({ output: { Results: [{ Status: 'Success' }] } });
    await running.stack.runHour();
    await running.settled();
    expect(running.billed(agreement)).toEqual({ events: '40' });
    expect(told('MeteringRejected')).toMatchObject([
      {
        subscriptionId,
        hour: '2026-07-14T09',
        dimension: 'events',
        outcome: 'rejected',
        reason: 'conflict',
        quantity: '2',
        subscriptionVersion: expect.any(Number),
        record: { licenseArn: LicenseArn, quantity: '2' },
      },
    ]);
  });
});
