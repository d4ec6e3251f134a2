import { MarketplaceMeteringClient, ResolveCustomerCommand } from '@aws-sdk/client-marketplace-metering';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FRONT_DOOR_HEADERS } from '../../lambdas/shared/contract/front-door';
import { sha256Hex } from '../../lambdas/shared/runtime/secrets';
import { sessionKey } from '../../lambdas/shared/stores/registrations';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCustomerNotification } from '../builders/a-customer-notification';
import { aSubscription } from '../builders/a-subscription';
import { NOON_MS } from '../builders/a-usage-event';
import { anHttpApiEvent } from '../builders/an-http-request';
import { SettableClock } from '../fakes/settable-clock';
import { NOTHING_BY_DEFAULT, OLDER_PRODUCT, SIGN_UP_URL, SUPPORT_URL } from './a-configuration';
import { failing, loadFunction, queueOf } from './a-loaded-function';
import { mockClass } from '../fakes/mock-class';

const SECRET = 'the-secret-that-only-cloudfront-knows';
const THROUGH_THE_DOOR = { [FRONT_DOOR_HEADERS.secret]: SECRET, [FRONT_DOOR_HEADERS.viewerHost]: 'buy.example.com' };
const LICENSE_ARN = 'arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef';
const marketplace = mockClass(MarketplaceMeteringClient);

let tables: MemoryTables;
let given: Parameters<typeof loadFunction>[1];

beforeEach(() => {
  tables = new MemoryTables();
  const environment = { FRONT_DOOR_SECRET: SECRET };
  given = { tables, clock: new SettableClock(NOON_MS), configuration: NOTHING_BY_DEFAULT, environment };
  marketplace.reset();
  marketplace.on(ResolveCustomerCommand).resolves({
    ProductCode: OLDER_PRODUCT,
    CustomerIdentifier: 'c-1',
    CustomerAWSAccountId: '111122223333',
    LicenseArn: LICENSE_ARN,
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function register(headers: Record<string, string> = THROUGH_THE_DOOR) {
  const run = await loadFunction('register-subscription', given);
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = 'x-amzn-marketplace-token=token-of-the-buyer';
  return run(anHttpApiEvent({ rawPath: '/register', headers: { ...type, ...headers }, body }, 'POST'));
}

async function exchange(code: string) {
  const run = await loadFunction('exchange-registration', given);
  return run(anHttpApiEvent({ rawPath: '/registration/exchange', body: JSON.stringify({ code }) }, 'POST'));
}

/** The page of a buyer who has a session. */
async function openPage(headers: Record<string, string> = THROUGH_THE_DOOR) {
  const { subscriptionId } = tables.given(aSubscription({ productCode: OLDER_PRODUCT }));
  tables.put('registrations', { ...sessionKey(sha256Hex('s')), subscriptionId, expiresAt: NOON_MS / 1000 + 60 });
  const run = await loadFunction('complete-registration', given);
  return run(anHttpApiEvent({ rawPath: '/registration', headers, cookies: ['__Host-registration=s'] }));
}

describe('register-subscription', () => {
  it("sends the buyer to the seller's sign-up page, with a code that its back end can exchange once", async () => {
    const { statusCode, headers } = await register();
    const location = new URL(headers?.location ?? '');
    expect([statusCode, location.origin + location.pathname]).toEqual([303, SIGN_UP_URL]);
    const code = location.searchParams.get('code') ?? '';
    const { body, ...first } = await exchange(code);
    expect([first.statusCode, JSON.parse(body ?? '')]).toMatchObject([200, { productCode: OLDER_PRODUCT }]);
    expect((await exchange(code)).statusCode).toBe(410);
  });

  it('makes a new secret for every buyer', async () => {
    const [one, two] = [await register(), await register()];
    expect(one.headers?.location).not.toBe(two.headers?.location);
  });

  it('begins to move a customer of the older product to its licence, because the seller chose so', async () => {
    await register();
    expect(tables.subscriptions).toMatchObject([{ customerIdentifier: 'c-1', licenseFrom: expect.any(String) }]);
  });

  it('refuses a request that did not come through CloudFront, before AWS is asked', async () => {
    const { statusCode, body } = await register({});
    expect(statusCode).toBe(403);
    expect(body).toContain(SUPPORT_URL);
    expect(marketplace.commandCalls(ResolveCustomerCommand)).toEqual([]);
  });
});

describe('complete-registration', () => {
  it("names the configured product and the seller's support", async () => {
    const { statusCode, body } = await openPage();
    expect(statusCode).toBe(200);
    expect(body).toContain('The older product');
    expect(body).toContain(SUPPORT_URL);
  });

  it('refuses a request that did not come through CloudFront', async () => {
    const { statusCode, body } = await openPage({});
    expect(statusCode).toBe(403);
    expect(body).toContain(SUPPORT_URL);
  });
});

describe('follow-agreement', () => {
  it('takes a notification about a customer of the configured older product', async () => {
    const run = await loadFunction('follow-agreement', given);
    const subscribed = aCustomerNotification({ productCode: OLDER_PRODUCT, customerIdentifier: 'c-9' });
    await run(queueOf(JSON.stringify(subscribed)));
    expect(tables.subscriptions).toMatchObject([{ state: 'active', customerIdentifier: 'c-9' }]);
  });
});

describe('a handler of the API whose tables fail', () => {
  beforeEach(() => failing(tables, 's'));

  it.each([
    ['register-subscription', () => register()],
    ['complete-registration', () => openPage()],
  ])('%s shows the buyer a page with the support contact', async (_name, call) => {
    const { statusCode, headers, body } = await call();
    expect([statusCode, headers?.['content-type']]).toEqual([500, expect.stringContaining('text/html')]);
    expect(body).toContain(SUPPORT_URL);
  });

  it.each([
    ['exchange-registration', { rawPath: '/registration/exchange', body: '{"code":"c"}' }],
    ['describe-subscription', { rawPath: '/subscriptions/s-1' }],
  ] as const)('%s answers the application with 500 and a reason', async (name, event) => {
    const run = await loadFunction(name, given);
    const { statusCode, body } = await run(anHttpApiEvent(event, 'POST'));
    expect([statusCode, JSON.parse(body ?? '')]).toMatchObject([500, { reason: 'internalError' }]);
  });
});
