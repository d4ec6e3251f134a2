import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createDependencies } from '../../lambdas/follow-agreement/dependencies';
import { followAgreement } from '../../lambdas/follow-agreement/follow-agreement';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { MemoryTables, TABLE_NAMES } from '../../proofs/stand-ins/memory-tables';
import { aSellerConfiguration, LICENSE_PRODUCT } from '../../proofs/stand-ins/a-seller';
import { aSubscription } from '../builders/a-subscription';
import { anAgreementEvent } from '../builders/an-agreement-event';

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
        const tables = new MemoryTables();
        tables.before = () => s.schedule(Promise.resolve());
        if (registered) tables.given(aRegistered(), IDENTITY);
        const ports = memoryPorts(tables, { nowMs: 0 });
        const deps = createDependencies(ports, { tables: TABLE_NAMES, configuration: aSellerConfiguration() });
        await s.waitFor(Promise.all([UPDATED, ENDED, AMENDED].map((event) => followAgreement(event, deps))));
        expect(tables.subscriptions).toMatchObject([
          { state: 'ending', endingAt: '2026-11-02T11:00:00.000Z', entitlementsChangedAt: '2026-11-02T10:30:00.000Z' },
        ]);
      }),
      { numRuns: 500 },
    );
  });
});
