import { describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';
import { LICENSE_PRODUCT } from './products';

const running = useFlow({ withChoices: true });

const DAY_MS = 86_400_000;
const shown = (subscriptionId: string) => running.application.ask(`/subscriptions/${subscriptionId}`);

describe('the details of agreements, for a seller who wants them', () => {
  it('are read from AWS, shown and told, and read again when AWS fails at first', async () => {
    const endsAtMs = running.clock.now() + 90 * DAY_MS;
    running.marketplace.plantFault({ kind: 'throttle', operation: 'DescribeAgreement', rate: 1 });
    const { agreement, subscriptionId } = await running.givenBuyer(LICENSE_PRODUCT, { endsAtMs, autoRenew: true });
    expect(await shown(subscriptionId)).not.toHaveProperty('agreement');
    await running.report([{ id: '1', subscriptionId, quantity: 2 }]);
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '2' });
    running.marketplace.clearFaults();
    await running.passQuarters(2);
    const { agreementId, offerId } = agreement;
    const details = { agreementId, offerId, autoRenewal: true, endsAt: expect.stringContaining('2026-10-12T09:20') };
    await expect(shown(subscriptionId)).resolves.toMatchObject({ agreement: details });
    const told = running.notices().filter(({ kind }) => kind === 'AgreementDetailsChanged');
    expect(told).toEqual([expect.objectContaining({ subscriptionId, ...details })]);
  });

  it('are asked for with exactly the permission that the role has', () => {
    const name = running.stack.status().functions.find(({ name: each }) => each.includes('RefreshEntitlements'))?.name;
    const actions = (calls: readonly { action: string }[]) =>
      calls.map(({ action }) => action).filter((action) => action === 'aws-marketplace:DescribeAgreement');
    expect(actions(running.stack.calls(name ?? ''))).toHaveLength(1);
    expect(actions(running.stack.grants(name ?? ''))).toHaveLength(1);
  });
});
