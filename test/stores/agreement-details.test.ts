import { describe, expect, it } from 'vitest';
import type { AgreementDetails } from '../../lambdas/shared/domain/agreement-details';
import { toAgreementDetailsChanged } from '../../lambdas/shared/domain/agreement-notices';
import { DynamoDbAgreementDetailsStore } from '../../lambdas/shared/stores/agreement-details';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { aSubscription } from '../builders/a-subscription';
import { ENGINES, noticeIn } from './engines';

const FIRST = '2026-11-02T10:00:00.000Z';
const SECOND = '2026-11-03T10:00:00.000Z';
const DUE_MS = Date.parse(SECOND);

const details = (overrides: Partial<AgreementDetails> = {}): AgreementDetails => ({
  subscriptionId: 's-1',
  agreementId: 'agmt-1',
  checkedAt: FIRST,
  ...overrides,
});
const first = { checked: details(), comparedWith: undefined, nextCheckAtMs: DUE_MS };
const noticeOf = (checked: AgreementDetails) =>
  toAgreementDetailsChanged(checked, aSubscription({ subscriptionId: checked.subscriptionId }), checked.checkedAt);

describe.each(ENGINES)('the details of agreements %s', (_engine, open) => {
  async function given() {
    const database = await open('subscriptions', 'notices');
    const store = new DynamoDbAgreementDetailsStore(database);
    return { database, store, known: async () => (await store.getMany(['s-1'])).get('s-1') };
  }

  it('are read as they were saved, by subscription, without those that AWS has not answered for', async () => {
    const { store } = await given();
    const terms = { offerId: 'offer-1', endsAt: SECOND, freeTrialEndsAt: SECOND, autoRenewal: false };
    const other = details({ subscriptionId: 's-2', ...terms });
    for (const checked of [details(), other]) expect(await store.save({ ...first, checked })).toBe('saved');
    await store.schedule('s-3', DUE_MS);
    const found = await store.getMany(['s-1', 's-2', 's-3', 's-4']);
    expect(Object.fromEntries(found)).toEqual({ 's-1': details(), 's-2': other });
  });

  it.each([
    ['without a notice', false],
    ['with a notice', true],
  ])('are saved %s by one of two checks that began with the same details', async (_how, isTold) => {
    const { database, store, known } = await given();
    const save = async (agreementId: string, comparedWith: string | undefined, checkedAt: string) => {
      const checked = details({ agreementId, checkedAt });
      const outcome = await store.save({
        ...first,
        checked,
        comparedWith,
        ...(isTold && { notice: noticeOf(checked) }),
      });
      const told = await noticeIn(database, noticeOf(checked).noticeId);
      return [outcome, (await known())?.agreementId, told !== undefined];
    };
    expect(await save('agmt-1', undefined, FIRST)).toEqual(['saved', 'agmt-1', isTold]);
    expect(await save('agmt-2', undefined, SECOND)).toEqual(['conflict', 'agmt-1', false]);
    expect(await save('agmt-3', FIRST, SECOND)).toEqual(['saved', 'agmt-3', isTold]);
    expect(await save('agmt-4', FIRST, '2026-11-03T10:00:01.000Z')).toEqual(['conflict', 'agmt-3', false]);
  });

  it('are due when the check says so, or when another time is set, and no more when none is', async () => {
    const { store, known } = await given();
    await store.save(first);
    expect([await store.listDue(DUE_MS - 1), await store.listDue(DUE_MS)]).toEqual([[], ['s-1']]);
    await store.schedule('s-1', DUE_MS + 1000);
    expect([await store.listDue(DUE_MS + 999), await store.listDue(DUE_MS + 1000)]).toEqual([[], ['s-1']]);
    await store.schedule('s-1', undefined);
    expect([await store.listDue(DUE_MS * 2), await known()]).toEqual([[], details()]);
  });

  it('are due apart from the entitlements of the same subscription', async () => {
    const { database, store } = await given();
    const entitlements = new DynamoDbEntitlementStore(database);
    await entitlements.postpone('s-2', { nowMs: 0, dueAtMs: DUE_MS });
    await store.schedule('s-1', DUE_MS);
    expect([await store.listDue(DUE_MS), await entitlements.listDue(DUE_MS)]).toEqual([['s-1'], ['s-2']]);
  });
});

describe('the details of an agreement', () => {
  it('are in conflict while another transaction holds them, so that the check is made again', async () => {
    const tables = new MemoryTables();
    tables.before = async () => Promise.reject(aCancelledTransaction());
    const saved = new DynamoDbAgreementDetailsStore(tables.database).save({ ...first, notice: noticeOf(details()) });
    await expect(saved).resolves.toBe('conflict');
  });
});
