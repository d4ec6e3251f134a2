import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { followAgreement } from '../../lambdas/follow-agreement/follow-agreement';
import { sha256Hex } from '../../lambdas/shared/runtime/secrets';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { aSellerConfiguration, LICENSE_PRODUCT } from '../builders/a-seller-configuration';
import { aSubscription } from '../builders/a-subscription';
import { anAgreementEvent } from '../builders/an-agreement-event';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { RecordingCounters } from '../../proofs/stand-ins/recording-counters';
import { RecordingLog } from '../../proofs/stand-ins/recording-log';

const UPDATED = anAgreementEvent({ time: '2026-11-02T10:00:00Z' });
const ENDED = anAgreementEvent({
  detailType: 'Purchase Agreement Ended - Proposer',
  time: '2026-11-02T11:00:00Z',
  status: 'CANCELLED',
  licenseArn: undefined,
});
const AMENDED = anAgreementEvent({
  detailType: 'Purchase Agreement Amended - Proposer',
  time: '2026-11-02T10:30:00Z',
  licenseArn: undefined,
});

const IDENTITY = { kind: 'license', licenseId: 'l-0123456789abcdef0123456789abcdef' } as const;
const aRegistered = () =>
  aSubscription({
    licenseId: IDENTITY.licenseId,
    state: 'pending',
    activatedAt: undefined,
    productCode: LICENSE_PRODUCT,
  });

describe('follow-agreement', () => {
  it('loses no event of an agreement, in any interleaving with the events of its licence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (s, registered) => {
        // Each command to DynamoDB takes place when the scheduler lets it.
        const tables = new MemoryTables({ before: () => s.schedule(Promise.resolve()) });
        if (registered) tables.given(aRegistered(), IDENTITY);
        const deps = {
          configuration: aSellerConfiguration(),
          subscriptions: new DynamoDbSubscriptions(tables.client, {
            subscriptions: 'subscriptions',
            notices: 'notices',
          }),
          clock: { now: () => 0 },
          sha256Hex,
          logger: new RecordingLog(),
          counters: new RecordingCounters(),
        };
        await s.waitFor(Promise.all([UPDATED, ENDED, AMENDED].map((event) => followAgreement(event, deps))));
        expect(tables.subscriptions).toMatchObject([
          { state: 'ending', endingAt: '2026-11-02T11:00:00.000Z', entitlementsChangedAt: '2026-11-02T10:30:00.000Z' },
        ]);
      }),
      { numRuns: 500 },
    );
  });
});
