import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMarketplace, type RunningMarketplace } from '../../../simulator';
import { aProduct } from '../a-marketplace';
import { startServer } from '../a-server';

let running: RunningMarketplace;
let seller: Awaited<ReturnType<typeof startServer>>;
const received: URLSearchParams[] = [];

beforeAll(async () => {
  seller = await startServer((body, { response }) => {
    received.push(new URLSearchParams(body));
    response.writeHead(303, { location: '/registration' }).end();
  });
  running = await startMarketplace({ registrationUrl: `${seller.endpoint}/register` });
  running.marketplace.addProduct(aProduct({ name: 'R&D <Analytics>' }));
});
afterAll(async () => {
  await running.stop();
  await seller.stop();
});

const get = async (path: string) => {
  const response = await fetch(`${running.endpoint}${path}`);
  return { status: response.status, headers: response.headers, html: await response.text() };
};
const submit = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

const unescape = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** The forms of a page, as a browser would submit them. */
function formsOf(html: string) {
  return [...html.matchAll(/<form\s[^>]*?method="post"\s+action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(
    ([, action = '', inner = '']) => ({
      action: unescape(action),
      button: /<button[^>]*>([^<]*)/.exec(inner)?.[1],
      fields: Object.fromEntries(
        [...inner.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g)].map(
          ([, name = '', value = '']) => [name, unescape(value)],
        ),
      ),
    }),
  );
}

/** What a page says of a name. */
const factOf = (html: string, name: string) =>
  new RegExp(`<dt>${name}</dt>\\s*<dd>(?:<[^>]*>)?([^<]*)`).exec(html)?.[1];

async function subscribe(fields: Record<string, string> = {}): Promise<string> {
  const response = await submit(`${running.endpoint}/buyer/subscribe`, {
    productCode: 'analytics',
    accountId: '',
    ...fields,
  });
  expect(response.status).toBe(303);
  return response.headers.get('location') ?? '';
}

it('lists the products with their names escaped', async () => {
  const { html, headers } = await get('/');

  expect(html).toMatch(/<option value="analytics"\s*>R&amp;D &lt;Analytics&gt; \(analytics\)<\/option>/);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('cache-control')).toBe('no-store');
});

it('labels every field', async () => {
  running.marketplace.addProduct(aProduct({ productCode: 'labelled', pricingModel: 'contract' }));
  const path = await subscribe({ productCode: 'labelled' });
  for (const { html } of [await get('/'), await get(path), await get('/controls'), await get('/calls')]) {
    const fields = [...html.matchAll(/<(?:select|input|textarea)(?![^>]*type="hidden")[^>]*>/g)].map(([tag]) => tag);
    for (const field of fields) expect(html).toContain(`for="${/\sid="([^"]+)"/.exec(field)?.[1]}"`);
    expect(fields.length).toBeGreaterThan(0);
  }
});

it('subscribes and posts the registration token to the seller as AWS does', async () => {
  const { html } = await get(await subscribe({ accountId: '123456789012' }));
  const form = formsOf(html).find(({ button }) => button === 'Set up your account');
  await submit(form?.action ?? '', form?.fields ?? {});

  const fields = received.at(-1);
  expect([...(fields?.keys() ?? [])]).toEqual(['x-amzn-marketplace-token']);
  const RegistrationToken = fields?.get('x-amzn-marketplace-token');
  expect(running.marketplace.call('ResolveCustomer', { RegistrationToken })).toMatchObject({
    output: { CustomerAWSAccountId: '123456789012', ProductCode: 'analytics' },
  });
});

it('tells the seller about a free trial', async () => {
  const { html } = await get(await subscribe({ freeTrial: 'yes' }));

  expect(formsOf(html)[0]?.fields).toMatchObject({ 'x-amzn-marketplace-offer-type': 'free-trial' });
});

it('creates a contract for a contract product', async () => {
  running.marketplace.addProduct(aProduct({ productCode: 'seats', pricingModel: 'contract', dimensions: ['seats'] }));
  expect((await get('/')).html).toContain('Units of each dimension');

  const { html } = await get(await subscribe({ productCode: 'seats', units: '25' }));

  expect(factOf(html, 'Entitlements')).toBe('seats: 25');
  expect(running.marketplace.call('GetEntitlements', { ProductCode: 'seats' })).toMatchObject({
    output: { Entitlements: [{ Value: { IntegerValue: 25 }, ExpirationDate: expect.any(Number) }] },
  });
});

it('offers only resubscription, suspension and events after a cancellation', async () => {
  const path = await subscribe();
  const cancel = formsOf((await get(path)).html).find(({ button }) => button === 'Cancel the subscription');

  const response = await submit(`${running.endpoint}${cancel?.action}`, {});

  expect(response.headers.get('location')).toBe(path);
  const { html } = await get(path);
  expect(html).toContain('This agreement has ended.');
  expect(formsOf(html).map(({ button }) => button)).toEqual(['Subscribe again', 'Suspend the AWS account', 'Send']);
});

/** Presses a button on the page. @returns the path it redirects to. */
async function press(path: string, wanted: string, fields: Record<string, string> = {}): Promise<string> {
  const form = formsOf((await get(path)).html).find(({ button }) => button === wanted);
  const response = await submit(`${running.endpoint}${form?.action}`, { ...form?.fields, ...fields });
  return response.headers.get('location') ?? '';
}

it('renews, replaces and amends a contract', async () => {
  const dimensions = ['seats'];
  running.marketplace.addProduct(aProduct({ productCode: 'team', pricingModel: 'contract', dimensions }));
  const first = await subscribe({ productCode: 'team', units: '25' });
  const renewed = await press(first, 'Renew');
  const replaced = await press(renewed, 'Replace');
  await press(replaced, 'Amend the contract', { units: '40' });

  const facts = await Promise.all([first, renewed, replaced].map(async (path) => (await get(path)).html));
  expect(facts.map((html) => factOf(html, 'Status'))).toEqual(['RENEWED', 'REPLACED', 'ACTIVE']);
  expect(facts.map((html) => factOf(html, 'Entitlements'))).toEqual(['seats: 25', 'seats: 25', 'seats: 40']);
});

it('renews with a new license, and sends events that change nothing', async () => {
  const first = await subscribe({ licenseArnShape: 'uuid' });
  const renewed = await press(first, 'Renew with a new license');
  expect(await press(renewed, 'Send', { event: 'spendThresholdVetFailed' })).toBe(renewed);

  const [old, next] = running.marketplace.agreements().slice(-2);
  expect(old?.licenseArn).toMatch(/:l-[0-9a-f]{8}-/);
  expect(next).toMatchObject({ previousAgreementId: old?.agreementId });
  expect(next?.licenseArn).not.toBe(old?.licenseArn);
  expect(running.marketplace.events().at(-1)).toMatchObject({
    'detail-type': 'Spend Threshold Vet Failed',
    detail: { agreement: { id: next?.agreementId } },
  });
});

it('sells a contract that is renewed when it ends', async () => {
  running.marketplace.addProduct(aProduct({ productCode: 'renewing', pricingModel: 'contract' }));
  const { html } = await get(await subscribe({ productCode: 'renewing', autoRenew: 'yes' }));

  expect(factOf(html, 'Renews')).toMatch(/^\d{4}-/);
});

it('suspends, reinstates and resubscribes an account', async () => {
  const path = await subscribe({ accountId: '210987654321' });
  const isSuspended = () =>
    running.marketplace.buyers().find(({ accountId }) => accountId === '210987654321')?.suspended;
  await press(path, 'Suspend the AWS account');
  expect([isSuspended(), (await get(path)).html.includes('210987654321 (suspended)')]).toEqual([true, true]);
  await press(path, 'Reinstate the AWS account');
  expect(isSuspended()).toBe(false);
  await press(path, 'Cancel the subscription');
  const again = await press(path, 'Subscribe again');
  expect(again).not.toBe(path);
  expect(factOf((await get(again)).html, 'Status')).toBe('ACTIVE');
});

it('accepts a future-dated private offer', async () => {
  const { html } = await get(await subscribe({ startsInDays: '30' }));
  expect(factOf(html, 'Offer')).toMatch(/^Private offer /);
  expect(factOf(html, 'Starts')).toMatch(/^\d{4}-/);
  expect(running.marketplace.agreements().at(-1)?.activatedAtMs).toBeUndefined();
});

it('keeps a token while it is unused and young, however often the page is loaded', async () => {
  const path = await subscribe();
  const tokenIn = async () => formsOf((await get(path)).html)[0]?.fields['x-amzn-marketplace-token'] ?? '';
  const first = await tokenIn();
  expect([first.length > 100, await tokenIn()]).toEqual([true, first]);
  running.marketplace.call('ResolveCustomer', { RegistrationToken: first });
  const second = await tokenIn();
  expect(second).not.toBe(first);
  running.clock.advance(16 * 60_000);
  expect(await tokenIn()).not.toBe(second);
});

it('shows the token when there is no registration URL', async () => {
  const lonely = await startMarketplace();
  lonely.marketplace.addProduct(aProduct());
  const response = await fetch(`${lonely.endpoint}/buyer/subscribe`, {
    method: 'POST',
    body: new URLSearchParams({ productCode: 'analytics' }),
  });

  expect(await response.text()).toMatch(/<textarea id="token"[^>]*>[^<]{100,}</);
  await lonely.stop();
});

it.each<{ path: string; fields?: Record<string, string>; status: number; sentence: string }>([
  {
    path: '/buyer/subscribe',
    fields: { productCode: 'analytics', accountId: '12' },
    status: 400,
    sentence: 'Enter an AWS account id of twelve digits.',
  },
  { path: '/buyer/subscribe', status: 400, sentence: 'Choose a product.' },
  {
    path: '/buyer/subscribe',
    fields: { productCode: 'unknown' },
    status: 404,
    sentence: 'There is no product unknown.',
  },
  { path: '/buyer/agreements/agmt-none/cancel', status: 404, sentence: 'There is no agreement agmt-none.' },
])('explains a refused request: $sentence', async ({ path, fields = {}, status, sentence }) => {
  const response = await submit(`${running.endpoint}${path}`, fields);

  expect(response.status).toBe(status);
  expect(await response.text()).toContain(sentence);
});
