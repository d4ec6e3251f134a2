import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { buy, SimulatedClock, startMarketplace, type RunningMarketplace } from '../../../simulator';
import { aProduct, HOUR } from '../a-marketplace';

let running: RunningMarketplace;
beforeEach(async () => {
  running = await startMarketplace({
    clock: new SimulatedClock({ standsAtMs: Date.parse('2026-11-15T12:30:00Z') }),
    products: [{ ...aProduct(), dimensions: [{ apiName: 'requests' }] }],
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await running.stop();
});

async function admin(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${running.endpoint}/_marketplace${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: await response.json() };
}

const agreementOf = ({ body }: { body: unknown }) => z.object({ agreementId: z.string() }).parse(body).agreementId;
const anAgreement = async (order: object = {}) =>
  agreementOf(await admin('POST', '/agreements', { productCode: 'analytics', ...order }));

it('lists the configured products and adds more', async () => {
  await admin('POST', '/products', { productCode: 'more', name: 'More', dimensions: ['units'] });

  expect((await admin('GET', '/products')).body).toMatchObject([
    { productCode: 'analytics', identityMode: 'license', dimensions: ['requests'] },
    { productCode: 'more', identityMode: 'license', pricingModel: 'subscription', dimensions: ['units'] },
  ]);
});

it('lets a buyer subscribe and issues a token that resolves', async () => {
  const accountId = '123456789012';
  const agreementId = await anAgreement({ accountId });

  const issued = await admin('POST', `/agreements/${agreementId}/token`);

  const { token } = z.object({ token: z.string() }).parse(issued.body);
  expect(issued.status).toBe(201);
  expect(running.marketplace.call('ResolveCustomer', { RegistrationToken: token })).toMatchObject({
    output: { CustomerAWSAccountId: accountId },
  });
});

it('duplicates, delays and releases events on request', async () => {
  const { body } = await admin('PUT', '/delivery', { duplicate: 1, delayNextSeconds: 30 });
  expect(body).toEqual({ duplicate: 1, reorder: 0, delayNextSeconds: 30, held: 0 });
  await anAgreement();
  expect((await admin('GET', '/delivery')).body).toMatchObject({ delayNextSeconds: 0, held: 2 });
  expect((await admin('POST', '/delivery/release')).body).toMatchObject({ held: 0 });
  expect(await admin('PUT', '/delivery', { reorder: 2 })).toMatchObject({ status: 400 });
});

it('writes the license ARN in events in the requested shape', async () => {
  expect((await admin('PUT', '/settings', { eventLicenseArn: 'slash' })).body).toMatchObject({
    eventLicenseArn: 'slash',
  });
  await anAgreement();
  expect(JSON.stringify(running.marketplace.events())).toContain(':license/l-');
});

it('is told what AWS makes of decimal quantities', async () => {
  expect((await admin('PUT', '/settings', { decimals: 'refused' })).body).toMatchObject({ decimals: 'refused' });
  expect(running.marketplace.decimals()).toBe('refused');
  expect((await admin('PUT', '/settings', { productCodeWithLicense: 'refused' })).body).toMatchObject({
    productCodeWithLicense: 'refused',
  });
  expect(await admin('PUT', '/settings', { decimals: 'maybe' })).toMatchObject({ status: 400 });
  running.marketplace.setDecimals('known');
});

it('creates future-dated private offers, and refuses to fail a subscription to a license product', async () => {
  const accountId = '123456789012';
  const startsAt = new Date(running.clock.now() + 48 * HOUR).toISOString();
  const terms = { productCode: 'analytics', name: 'Private', buyerAccountId: accountId, startsAt };
  const { offerId } = z.object({ offerId: z.string() }).parse((await admin('POST', '/offers', terms)).body);
  const accepted = await admin('POST', '/agreements', { offerId, accountId });
  expect(accepted.body).toMatchObject({ startsAtMs: expect.any(Number), status: 'ACTIVE' });
  expect(await admin('POST', '/agreements', { productCode: 'analytics', fails: true })).toMatchObject({
    status: 409,
  });
});

it('reuses a known buyer', async () => {
  await anAgreement({ accountId: '123456789012' });
  await anAgreement({ accountId: '123456789012' });

  expect((await admin('GET', '/buyers')).body).toMatchObject([{ accountId: '123456789012', suspended: false }]);
  const suspended = await admin('PATCH', '/buyers/123456789012', { suspended: true });
  expect(suspended.body).toMatchObject({ suspended: true });
});

it('sells contracts, free trials and offers of channel partners', async () => {
  const entitlements = [{ dimension: 'requests', value: { IntegerValue: 5 } }];
  const contract = await anAgreement({ entitlements, endsAt: '2100-01-01T00:00:00Z' });
  expect(running.marketplace.agreement(contract)).toMatchObject({ entitlements, endsAtMs: Date.UTC(2100, 0) });

  expect(running.marketplace.agreement(await anAgreement({ freeTrial: true })).freeTrial).toBe(true);

  const partner = { productCode: 'analytics', name: 'Resale', channelPartnerAccountId: '777788889999' };
  const { offerId } = z.object({ offerId: z.string() }).parse((await admin('POST', '/offers', partner)).body);
  await admin('POST', '/agreements', { offerId });
  expect((await admin('GET', '/events')).body).toContainEqual(
    expect.objectContaining({ 'detail-type': 'Purchase Agreement Created - Manufacturer' }),
  );
});

it('ends, renews, amends and deprovisions agreements', async () => {
  const agreementId = await anAgreement();
  const next = agreementOf(await admin('POST', `/agreements/${agreementId}/renew`, { endsAt: Date.UTC(2100, 0) }));
  const value = { BooleanValue: true };
  await admin('PUT', `/agreements/${next}/entitlements`, [{ dimension: 'requests', value }]);
  await admin('POST', `/agreements/${next}/end`, { status: 'EXPIRED', deprovisionAfterSeconds: 60 });
  await admin('POST', `/agreements/${next}/deprovision`);

  expect((await admin('GET', `/agreements/${agreementId}`)).body).toMatchObject({ status: 'RENEWED' });
  expect((await admin('GET', `/agreements/${next}`)).body).toMatchObject({
    status: 'EXPIRED',
    deprovisionedAtMs: expect.any(Number),
    entitlements: [{ value }],
  });
});

it('sells agreements with a chosen license ARN, trial end and renewal, and renews them with a new license', async () => {
  const trialEndsAt = '2100-01-01T00:00:00Z';
  const trial = await anAgreement({ freeTrial: true, trialEndsAt, licenseArnShape: 'slash', autoRenew: true });
  expect(running.marketplace.agreement(trial)).toMatchObject({
    trialEndsAtMs: Date.parse(trialEndsAt),
    licenseArn: expect.stringMatching(/:license\/lic-/),
    autoRenew: true,
  });

  const next = agreementOf(await admin('POST', `/agreements/${trial}/renew`, { newLicense: true }));
  expect(running.marketplace.agreement(next)).toMatchObject({
    previousAgreementId: trial,
    licenseArn: expect.stringMatching(/:license:l-/),
  });
});

it('announces events that change nothing', async () => {
  const agreementId = await anAgreement();
  const announce = (event: string) => admin('POST', `/agreements/${agreementId}/announce`, { event });

  expect(await announce('advisoryIssued')).toMatchObject({ status: 200, body: { agreementId, status: 'ACTIVE' } });
  expect(running.marketplace.events().at(-1)?.['detail-type']).toBe(
    'Purchase Agreement Advisory Issued - Manufacturer',
  );
  expect(await announce('nothing')).toMatchObject({ status: 400 });
});

it('sets and advances the clock, and performs everything that is due', async () => {
  await admin('PUT', '/clock', { now: '2030-01-01T00:00:00Z' });
  const agreementId = await anAgreement({ activationDelaySeconds: 3600 });
  expect(running.marketplace.agreement(agreementId).activatedAtMs).toBeUndefined();

  const { body } = await admin('POST', '/clock/advance', { seconds: 3601 });

  expect(body).toEqual({ now: '2030-01-01T01:00:01.000Z' });
  expect(running.marketplace.agreement(agreementId).activatedAtMs).toBeDefined();
});

it('plants and clears faults', async () => {
  const fault = { kind: 'throttle', operation: 'BatchMeterUsage', next: 2 };

  expect((await admin('POST', '/faults', fault)).body).toEqual([fault]);
  expect((await admin('GET', '/faults')).body).toEqual([fault]);
  expect((await admin('DELETE', '/faults')).body).toEqual([]);
});

it('shows the ledger with exact totals, and the calls', async () => {
  const { accountId, licenseArn } = running.marketplace.agreement(await anAgreement());
  running.marketplace.call('BatchMeterUsage', {
    UsageRecords: [
      {
        Timestamp: running.clock.now() / 1000,
        CustomerAWSAccountId: accountId,
        LicenseArn: licenseArn,
        Dimension: 'requests',
        Quantity: 7,
      },
    ],
  });

  expect((await admin('GET', '/ledger')).body).toMatchObject({
    records: [{ quantity: '7' }],
    totals: [{ quantity: '7' }],
  });
  expect((await admin('GET', '/calls')).body).toMatchObject({
    statistics: { BatchMeterUsage: { calls: 1, answered: 1 } },
    calls: [{ operation: 'BatchMeterUsage', outcome: 'answered' }],
  });
});

it('gives the daily usage feed of a month as CSV', async () => {
  const feed = (query: string) => fetch(`${running.endpoint}/_marketplace/daily-usage${query}`);
  const response = await feed('?month=2026-11');
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(await response.text()).toMatch(/^"valid_from","insert_date","update_date","delete_date","usage_feed_id",/);
  expect((await feed('?month=2026')).status).toBe(400);
});

it('explains a refused admin request', async () => {
  const agreementId = await anAgreement();
  await admin('POST', `/agreements/${agreementId}/end`);

  expect(await admin('POST', '/agreements', { productCod: 'analytics' })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('productCod') },
  });
  expect(await admin('POST', '/agreements', { productCode: 'unknown' })).toEqual({
    status: 404,
    body: { message: 'There is no product unknown. Known: analytics.' },
  });
  expect(await admin('POST', `/agreements/${agreementId}/end`)).toMatchObject({ status: 409 });
  expect(await admin('POST', '/faults', { kind: 'throttle' })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('give either next or rate') },
  });
});

it('activates a due license without a request', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  const { marketplace, stop } = await startMarketplace({ products: [{ ...aProduct(), dimensions: [] }] });
  const { agreementId } = buy(marketplace, { productCode: 'analytics', activationDelaySeconds: 60 });
  const isActive = () => marketplace.agreement(agreementId).activatedAtMs !== undefined;
  vi.advanceTimersByTime(59_000);
  const early = isActive();
  vi.advanceTimersByTime(2_000);
  const late = isActive();
  await stop();

  expect([early, late]).toEqual([false, true]);
});

it.each([
  ['POST', '/clock/advance', { seconds: 1e13 }],
  ['PUT', '/clock', { now: Number.MAX_SAFE_INTEGER }],
  ['POST', '/agreements', { productCode: 'analytics', activationDelaySeconds: 1e300 }],
  ['PUT', '/delivery', { delayNextSeconds: 1e300 }],
])('refuses a time that nothing could show: %s %s %j', async (method, path, body) => {
  expect([400, 409]).toContain((await admin(method, path, body)).status);
  expect((await admin('GET', '/clock')).body).toEqual({ now: '2026-11-15T12:30:00.000Z' });
});

it.each([
  ['/buyers', { name: 'Ac\u202eme' }],
  ['/offers', { productCode: 'analytics', name: 'Private\u001b[31m' }],
  ['/products', { productCode: 'more', name: 'More', dimensions: ['un\u2028its'] }],
])('refuses a name that a page or a terminal cannot show as it is: %s', async (path, body) => {
  expect(await admin('POST', path, body)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('remove the character that cannot be seen') },
  });
});
