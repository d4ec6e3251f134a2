import { describe, expect, it } from 'vitest';
import { contactKey } from '../../lambdas/shared/stores/contact-key';
import { ada, givenFunction, OPENED_MS } from './a-registration-page';

const IN_A_MINUTE = OPENED_MS / 1000 + 60;

/** A buyer whose subscription has ended, and whose contact expires in a minute. */
function givenExpiringContact() {
  const given = givenFunction({ state: 'ended', endingAt: '2026-10-03T12:00:00.000Z' });
  const { subscriptionId } = given.subscription;
  const Item = { ...contactKey(subscriptionId), subscriptionId, ...ada, completedAt: '2026-10-01T00:00:00.000Z' };
  given.tables.put('registrations', { ...Item, expiresAt: IN_A_MINUTE });
  return given;
}

describe('the registration page of a contact that expires', () => {
  it('shows the contact until the second it expires, and then the empty form', async () => {
    const { read, get, time } = givenExpiringContact();
    expect(await read()).toContain(ada.email);
    time.nowMs = IN_A_MINUTE * 1000;
    expect((await get()).body).not.toContain(ada.email);
  });

  it('keeps the expiry when the buyer changes the contact', async () => {
    const { post, tables } = givenExpiringContact();
    await post({ ...ada, name: 'Augusta Ada King' }, { rawQueryString: 'change' });
    const [contact] = tables.contacts;
    expect([contact?.name, String(contact?.expiresAt)]).toEqual(['Augusta Ada King', String(IN_A_MINUTE)]);
  });
});
