import { describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';
import { SEATS_PRODUCT } from './products';

const running = useFlow({ withChoices: true });

const url = (path: string) => `${running.stack.url}${path}`;

/** A browser that has come from AWS Marketplace, and keeps its cookie. */
async function givenBrowser() {
  const seats = [{ dimension: 'seats', value: { IntegerValue: 12 } }];
  const { agreementId } = running.subscribe(SEATS_PRODUCT, { entitlements: seats });
  await running.settled();
  const { token } = running.marketplace.issueToken(agreementId);
  const arrive = async (path: string) => {
    const body = new URLSearchParams({ 'x-amzn-marketplace-token': token });
    return fetch(url(path), { method: 'POST', body, redirect: 'manual' });
  };
  const arrived = await arrive('/register');
  const cookie = arrived.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  await running.settled();
  const open = async (path: string) => (await fetch(url(path), { headers: { cookie } })).text();
  const send = async (path: string, fields: Record<string, string>) => {
    const headers = { cookie, origin: running.stack.url };
    const answer = await fetch(url(path), {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    return answer.headers.get('location') ?? '';
  };
  return { arrive, open, send };
}

describe("the seller's registration page", () => {
  it('is a page at every form of its address, for a browser and for a check that it is there', async () => {
    for (const path of ['/register', '/register/', '/register?from=mail']) {
      const page = await fetch(url(path));
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await page.text()).toMatch(
        /<img src="data:image\/svg\+xml;base64,[^"]+" alt="Example &amp; Sons" \/>[^]*Start in AWS/,
      );
      const head = await fetch(url(path), { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect(head.headers.get('content-security-policy')).toContain('img-src data:');
    }
  });

  it('registers a buyer whose address of the listing ends with a slash', async () => {
    const { arrive } = await givenBrowser();
    expect((await arrive('/register/')).headers.get('location')).toBe('/registration');
  });

  it('leads the buyer to the next step, and shows on every return what was bought and which contact is known', async () => {
    const { open, send } = await givenBrowser();
    const form = await open('/registration');
    expect(form).toContain('seats: 12');
    expect(form).toContain('--accent: #0f766e');
    expect(form).not.toContain('id="company"');
    const done = await send('/registration', { email: 'ada@example.com', name: 'Ada' });
    expect(await open(done)).toMatch(/Welcome aboard[^]*href="https:\/\/app\.example\.com\/welcome"[^]*seats: 12/);
    expect(await open('/registration')).toMatch(/Your account for Seats[^]*ada@example\.com/);
    const change = await open('/registration?change');
    expect(change).toMatch(/Change your contact data for Seats[^]*value="ada@example\.com"[^]*value="Ada"/);
    const saved = await send('/registration?change', {
      email: 'ada@example.com',
      name: 'Ada',
      phone: '+1 555 010 0123',
    });
    expect(await open(saved)).toMatch(/Your contact data has been saved[^]*\+1 555 010 0123/);
    await running.settled();
    expect(running.notices().filter(({ kind }) => kind === 'RegistrationCompleted')).toHaveLength(2);
  });
});
