import { MarketplaceAgreementClient } from '@aws-sdk/client-marketplace-agreement';
import { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';
import { describe, expect, it } from 'vitest';
import { createDependencies } from '../../lambdas/refresh-entitlements/dependencies';
import { refreshChanged, refreshDue } from '../../lambdas/refresh-entitlements/refresh-entitlements';
import type { DescribeAgreementResult } from '../../lambdas/shared/marketplace/describe-agreement';
import { DynamoDbAgreementDetailsReader } from '../../lambdas/shared/stores/agreement-details';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration } from '../../proofs/stand-ins/a-seller';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aSubscription } from '../builders/a-subscription';
import { SettableClock } from '../fakes/settable-clock';

const NOW_MS = Date.parse('2026-11-02T09:20:00Z');
const DAY_MS = 86_400_000;
const TERMS = { offerId: 'offer-1', autoRenewal: true };

/** A seller who wants the details of agreements, and what AWS answers about them. */
function given({ wanted = true } = {}) {
  const tables = new MemoryTables();
  const clock = new SettableClock(NOW_MS);
  const asked: string[] = [];
  const answers: { next: DescribeAgreementResult } = { next: { outcome: 'read', terms: TERMS } };
  const ports = {
    ...memoryPorts(tables, { nowMs: NOW_MS }),
    clock,
    sleep: clock.sleep,
    entitlementService: new MarketplaceEntitlementServiceClient(),
    agreementService: new MarketplaceAgreementClient(),
  };
  const configuration = { ...aSellerConfiguration(), products: [aProduct()], agreementDetails: wanted };
  const deps = createDependencies(ports, { tables: TABLE_NAMES, configuration }, { remainingMs: Infinity });
  if (deps.agreements)
    deps.agreements.agreements = {
      describeAgreement: async (agreementId) => {
        asked.push(agreementId);
        return answers.next;
      },
    };
  const store = (overrides: Parameters<typeof aSubscription>[0] = {}) =>
    tables.given(
      aSubscription({ subscriptionId: 's-1', productCode: PRODUCT_CODE, agreementId: 'agmt-1', ...overrides }),
    );
  const changed = () => refreshChanged([{ sequenceNumber: '1', newImage: { ...tables.subscription('s-1') } }], deps);
  const sweep = async (atMs: number) => {
    clock.set(atMs);
    await refreshDue(deps);
  };
  const reader = new DynamoDbAgreementDetailsReader(tables.database);
  const known = async () => (await reader.getMany(['s-1'])).get('s-1');
  const told = () => tables.noticesOf('AgreementDetailsChanged');
  store();
  return {
    tables,
    deps,
    asked,
    answers,
    store,
    changed,
    sweep,
    known,
    told,
    counters: ports.counters,
    logger: ports.logger,
    clock,
  };
}

describe('the details of agreements', () => {
  it('are read when a subscription changes, stored and told', async () => {
    const { changed, known, told } = given();
    expect(await changed()).toEqual([]);
    const checkedAt = new Date(NOW_MS).toISOString();
    expect(await known()).toEqual({ subscriptionId: 's-1', agreementId: 'agmt-1', checkedAt, ...TERMS });
    expect(told()).toMatchObject([{ subscriptionId: 's-1', agreementId: 'agmt-1', checkedAt, ...TERMS }]);
  });

  it('are read again every day, and told only when they changed', async () => {
    const { changed, sweep, asked, answers, known, told } = given();
    await changed();
    await sweep(NOW_MS + DAY_MS / 2);
    expect(asked).toHaveLength(1);
    await sweep(NOW_MS + DAY_MS);
    expect([asked.length, told().length]).toEqual([2, 1]);
    answers.next = { outcome: 'read', terms: { ...TERMS, autoRenewal: false } };
    await sweep(NOW_MS + 2 * DAY_MS);
    expect([(await known())?.autoRenewal, told().map(({ autoRenewal }) => autoRenewal)]).toEqual([
      false,
      [true, false],
    ]);
  });

  it('are told again when the subscription comes under another agreement', async () => {
    const { changed, sweep, store, asked, told } = given();
    await changed();
    store({ agreementId: 'agmt-2', version: 2 });
    await sweep(NOW_MS + DAY_MS);
    expect([asked, told().map(({ agreementId }) => agreementId)]).toEqual([
      ['agmt-1', 'agmt-2'],
      ['agmt-1', 'agmt-2'],
    ]);
  });

  it.each([{ outcome: 'throttled' }, { outcome: 'refused', reason: 'AccessDeniedException' }] as const)(
    'stay as they are when AWS answers $outcome, and are read a quarter of an hour later',
    async (answer) => {
      const { changed, sweep, answers, known, counters } = given();
      answers.next = answer;
      expect(await changed()).toEqual([]);
      expect([await known(), counters.counts[`AgreementAnswers.${answer.outcome}`]]).toEqual([undefined, 1]);
      answers.next = { outcome: 'read', terms: TERMS };
      await sweep(NOW_MS + DAY_MS / 96);
      expect(await known()).toMatchObject(TERMS);
    },
  );

  it('are not read of a subscription that is over', async () => {
    const { changed, store, sweep, asked, deps } = given();
    await changed();
    store({ state: 'ended', endingAt: new Date(NOW_MS).toISOString() });
    await sweep(NOW_MS + DAY_MS);
    await sweep(NOW_MS + 3 * DAY_MS);
    expect(asked).toHaveLength(1);
    // Nor found due by every sweep from then on.
    expect(await deps.agreements?.agreementDetails.listDue(NOW_MS + 9 * DAY_MS)).toEqual([]);
  });

  it('do not keep entitlements from being read', async () => {
    const { changed, deps, counters, tables, logger } = given();
    tables.before = async ({ input }) => {
      if (JSON.stringify(input).includes('"sk":"agreement"')) throw new Error('no table');
    };
    expect(await changed()).toEqual(['1']);
    expect(logger.text).toContain('REFRESH_FAILED');
    await refreshDue(deps);
    expect(counters.counts).toMatchObject({ 'Entitlements.notAsked': 1, EntitlementSweeps: 1 });
  });

  it('stay for the next sweep when the time of this one is over', async () => {
    const { changed, deps, asked, clock } = given();
    await changed();
    clock.set(NOW_MS + DAY_MS);
    await refreshDue({ ...deps, deadlineMs: clock.now() });
    expect(asked).toHaveLength(1);
    await refreshDue(deps);
    expect(asked).toHaveLength(2);
  });

  it('are not overwritten by an answer to an earlier question', async () => {
    const { deps, changed, clock, known, told } = given();
    const older = { outcome: 'read', terms: { ...TERMS, autoRenewal: false } } as const;
    let isFirst = true;
    const describeAgreement = async () => {
      if (!isFirst) return { outcome: 'read', terms: TERMS } as const;
      isFirst = false;
      clock.set(NOW_MS + 1000);
      await changed();
      return older;
    };
    if (deps.agreements) deps.agreements.agreements = { describeAgreement };
    expect(await changed()).toEqual([]);
    expect([await known(), told().length]).toMatchObject([TERMS, 1]);
  });

  it('are not read unless the seller wants them', async () => {
    const { deps, changed, asked, known } = given({ wanted: false });
    await changed();
    expect([deps.agreements, asked, await known()]).toEqual([undefined, [], undefined]);
  });
});
