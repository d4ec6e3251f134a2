import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { LEGACY_CONTRACT_PRODUCT, SEATS_PRODUCT } from './products';

const seats = (IntegerValue: number) => [{ dimension: 'seats', value: { IntegerValue } }];

const running = useFlow();

/** A buyer who has registered for a contract of `count` seats. */
const givenBuyer = (count: number, accountId?: string) =>
  running.givenBuyer(SEATS_PRODUCT, { accountId, entitlements: seats(count) });

const shown = (subscriptionId: string) => running.application.ask(`/subscriptions/${subscriptionId}`);
/** By version: the bus promises no order. */
const told = (subscriptionId: string) =>
  running
    .notices()
    .filter((notice) => 'version' in notice)
    .filter((notice) => notice.subscriptionId === subscriptionId)
    .sort((a, b) => a.version - b.version);
const toldEntitlements = (subscriptionId: string) =>
  told(subscriptionId).flatMap((notice) =>
    'entitlements' in notice ? [notice.entitlements.map((each) => each.value)] : [],
  );

describe('entitlements', () => {
  it('reads entitlements after the registration, past empty pages, and after a change of the contract', async () => {
    const { marketplace } = running;
    marketplace.plantFault({ operation: 'GetEntitlements', kind: 'emptyPage', next: 2 });
    const { agreement, subscriptionId } = await givenBuyer(10);
    expect(toldEntitlements(subscriptionId)).toEqual([['10']]);
    marketplace.changeEntitlements(agreement.agreementId, seats(25));
    await running.settled();
    expect(toldEntitlements(subscriptionId)).toEqual([['10'], ['25']]);
    await expect(shown(subscriptionId)).resolves.toMatchObject({
      state: 'active',
      licenseArn: agreement.licenseArn,
      entitlements: { list: [{ dimension: 'seats', kind: 'integer', value: '25' }] },
      usage: { dimensions: [{ dimension: 'seats', entitled: '25', month: '0' }] },
    });
  });

  it('keeps the known entitlements while AWS fails, and reads them in a later sweep', async () => {
    const { marketplace } = running;
    const { agreement, subscriptionId } = await givenBuyer(1);
    marketplace.plantFault({ operation: 'GetEntitlements', kind: 'errorBeforeCommit', rate: 1 });
    marketplace.changeEntitlements(agreement.agreementId, seats(2));
    await running.settled();
    expect(toldEntitlements(subscriptionId)).toEqual([['1']]);
    marketplace.clearFaults();
    running.clock.advance(6 * 60_000);
    await running.stack.fire('Sweep');
    await running.settled();
    expect(toldEntitlements(subscriptionId)).toEqual([['1'], ['2']]);
  });

  it('reads entitlements after the end of every hour', async () => {
    const { subscriptionId } = await givenBuyer(3);
    await running.stack.runHour();
    const hourEnd = new Date(running.clock.now()).toISOString().slice(0, 13);
    await expect(shown(subscriptionId)).resolves.toMatchObject({
      entitlements: { checkedAt: expect.stringContaining(hourEnd) },
    });
  });

  it('ends entitlements with the agreement, and rejects usage from then on', async () => {
    const { agreement, subscriptionId } = await givenBuyer(4);
    running.marketplace.endAgreement(agreement.agreementId);
    await running.settled();
    expect(toldEntitlements(subscriptionId)).toEqual([['4'], []]);
    const usage = [{ id: '1', subscriptionId, dimension: 'seats' }];
    expect(await running.report(usage)).toMatchObject([{ status: 'rejected', reason: 'subscriptionEnding' }]);
  });

  it('replaces entitlements when an agreement is renewed', async () => {
    const { agreement, subscriptionId } = await givenBuyer(5);
    running.marketplace.renew(agreement.agreementId, { entitlements: seats(6) });
    await running.settled();
    expect(toldEntitlements(subscriptionId).at(-1)).toEqual(['6']);
    await expect(shown(subscriptionId)).resolves.toMatchObject({ state: 'active' });
  });
});

describe('several licences of one account', () => {
  it('keeps separate entitlements for two licences of one account, and lists both', async () => {
    const { agreement: first } = await givenBuyer(7);
    const { accountId } = first;
    const { agreement: second } = await givenBuyer(8, accountId);
    const listed = await running.application.ask(`/subscriptions?customerAWSAccountId=${accountId}`);
    const entry = ({ licenseArn }: Agreement, value: string) =>
      expect.objectContaining({
        licenseArn,
        entitlements: expect.objectContaining({ list: [expect.objectContaining({ value })] }),
      });
    expect(listed).toEqual({ subscriptions: expect.arrayContaining([entry(first, '7'), entry(second, '8')]) });
  });
});

describe("an older product's customer", () => {
  it('follows a customer of an older product: subscribed, amended, cancelled and back', async () => {
    const { marketplace } = running;
    const agreement = running.subscribe(LEGACY_CONTRACT_PRODUCT, { entitlements: seats(9) });
    await running.settled();
    const activated = running.notices().at(-1);
    const subscriptionId = activated?.subscriptionId ?? '';
    const kinds = () => told(subscriptionId).map(({ kind }) => kind);
    expect(kinds()).toEqual(['SubscriptionActivated', 'EntitlementsChanged']);
    await expect(running.register(agreement)).resolves.toBe(subscriptionId);
    marketplace.changeEntitlements(agreement.agreementId, seats(11));
    await running.settled();
    expect(toldEntitlements(subscriptionId)).toEqual([['9'], ['11']]);
    running.clock.advance(1000);
    marketplace.endAgreement(agreement.agreementId);
    await running.settled();
    // AWS tells of the end twice at the same time: of the agreement's, and of the customer's.
    await expect(shown(subscriptionId)).resolves.toMatchObject({
      state: 'ending',
      stateReason: 'agreementEnded',
      acceptsUsage: false,
    });
    running.clock.advance(1000);
    running.subscribe(LEGACY_CONTRACT_PRODUCT, { accountId: agreement.accountId, entitlements: seats(12) });
    await running.settled();
    await expect(shown(subscriptionId)).resolves.toMatchObject({ state: 'active' });
    expect(toldEntitlements(subscriptionId).at(-1)).toEqual(['12']);
  });
});
