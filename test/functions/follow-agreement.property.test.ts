import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LICENSE_PRODUCT } from '../../proofs/stand-ins/a-seller';
import { aSubscription } from '../builders/a-subscription';
import { anAgreementEvent } from '../builders/an-agreement-event';
import { givenFollower, LICENSE } from './a-follower';

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

const aRegistered = () =>
  aSubscription({
    licenseId: LICENSE.licenseId,
    state: 'pending',
    activatedAt: undefined,
    productCode: LICENSE_PRODUCT,
  });

describe('follow-agreement', () => {
  it('loses no event of an agreement, in any interleaving with the events of its licence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (s, registered) => {
        // Each command to DynamoDB takes place when the scheduler lets it.
        const { tables, take } = givenFollower();
        tables.before = () => s.schedule(Promise.resolve());
        if (registered) tables.given(aRegistered(), LICENSE);
        await s.waitFor(Promise.all([UPDATED, ENDED, AMENDED].map(take)));
        expect(tables.subscriptions).toMatchObject([
          { state: 'ending', endingAt: '2026-11-02T11:00:00.000Z', entitlementsChangedAt: '2026-11-02T10:30:00.000Z' },
        ]);
      }),
      { numRuns: 500 },
    );
  });
});
