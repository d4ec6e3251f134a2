import { describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';

const running = useFlow();

/** A buyer whose licence is active, and who has not come to the registration page. */
async function givenUnregistered() {
  const agreement = running.subscribe();
  await running.settled();
  const notice = running.notices().findLast(({ kind }) => kind === 'SubscriptionActivated');
  return { agreement, subscriptionId: notice?.subscriptionId ?? '' };
}

describe('usage of a licence that nobody has registered', () => {
  it('is billed with the ARN of the event', async () => {
    const { agreement, subscriptionId } = await givenUnregistered();
    await expect(running.application.ask(`/subscriptions/${subscriptionId}`)).resolves.toMatchObject({
      licenseArn: agreement.licenseArn,
      licenseArnFrom: 'event',
    });
    await running.report([{ id: '1', subscriptionId, quantity: 7 }]);
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '7' });
  });

  it('waits when AWS does not take that ARN, and is billed in its hour once the buyer registers', async () => {
    running.marketplace.setEventLicenseArn('slash');
    const { agreement, subscriptionId } = await givenUnregistered();
    running.marketplace.setEventLicenseArn('whole');
    const hour = new Date(running.clock.now()).toISOString().slice(0, 13);
    await running.report([{ id: '2', subscriptionId, quantity: '2.5' }]);
    await running.stack.runHour();
    await running.passQuarters(2);
    expect(running.billed(agreement)).toEqual({});
    await running.register(agreement);
    await running.passQuarters(5);
    expect(running.ledgerOf(agreement)).toMatchObject([
      { licenseArn: agreement.licenseArn, hour: `${hour}:00:00.000Z`, quantity: '2.5' },
    ]);
  });
});
