import { describe, expect, it } from 'vitest';
import type { Context } from 'aws-lambda';
import { createHandler } from '../../lambdas/register-subscription/dependencies';
import { SMALL_BODY_MAX_BYTES } from '../../lambdas/shared/runtime/http-message';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import { activationOf } from '../../lambdas/shared/domain/subscription';
import { newSecret, sha256Hex } from '../../lambdas/shared/runtime/secrets';
import { LEGACY_PRODUCT, LICENSE_PRODUCT, METERED, aSellerConfiguration } from '../../proofs/stand-ins/a-seller';
import { aSubscription } from '../builders/a-subscription';
import { anHttpApiEvent } from '../builders/an-http-request';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { InMemoryMarketplace } from '../../proofs/stand-ins/in-memory-marketplace';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';

const NOW_MS = Date.parse('2026-11-02T12:00:00Z');
const TOKEN = 'MARKER-token+/=!';
const LICENSE_ID = 'l-0123456789abcdef0123456789abcdef';
const LICENSE_ARN = `arn:aws:license-manager::294406891311:license:${LICENSE_ID}`;
const ACCOUNT = '111122223333';
const licenseCustomer = { productCode: LICENSE_PRODUCT, customerAWSAccountId: ACCOUNT, licenseArn: LICENSE_ARN };
const legacyCustomer = { productCode: LEGACY_PRODUCT, customerIdentifier: 'c-1', customerAWSAccountId: ACCOUNT };

/** The wired function on tables in memory; `post` sends the form that AWS Marketplace makes browsers send. */
function givenFunction(configuration: Partial<SellerConfiguration> = {}) {
  const marketplace = new InMemoryMarketplace();
  const tables = new MemoryTables();
  marketplace.given(TOKEN, licenseCustomer);
  const ports = { ...memoryPorts(tables, { nowMs: NOW_MS }), registration: marketplace.client, newSecret };
  const run = createHandler(ports, { tables: TABLE_NAMES, configuration: aSellerConfiguration(configuration) });
  const post = async (body: string, event: Record<string, unknown> = {}) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return run(anHttpApiEvent({ headers, body, ...event }, 'POST'), { awsRequestId: 'lambda-1' } as Context);
  };
  const open = async (method: string) => run(anHttpApiEvent({}, method), { awsRequestId: 'lambda-1' } as Context);
  return { ...ports, marketplace, tables, post, open };
}

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const tokenForm = (token = TOKEN) => form({ 'x-amzn-marketplace-token': token });
const only = <T>(items: Iterable<T>): T => {
  const [first, ...others] = items;
  if (first === undefined || others.length > 0) throw new Error('There is not exactly one.');
  return first;
};

describe('the address of the listing, opened without AWS Marketplace', () => {
  it.each(['GET', 'HEAD'])('says where to start when a browser sends %s, and asks AWS nothing', async (method) => {
    const { open, counters, tables } = givenFunction();
    const { statusCode, headers, body } = await open(method);
    expect([statusCode, headers?.['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers?.['content-security-policy']).toContain("default-src 'none'");
    if (method === 'HEAD') expect(body).toBeUndefined();
    else expect(body).toMatch(/Start in AWS Marketplace[^]*“Set up your account”[^]*support@example\.com/);
    expect(counters.counts).not.toHaveProperty('RegistrationsRefused');
    expect(tables.subscriptions).toEqual([]);
  });
});

describe('register-subscription', () => {
  it('stores the subscription, opens a session and redirects to the page with 303', async () => {
    const { post, tables } = givenFunction();
    const { statusCode, headers, cookies } = await post(tokenForm());
    expect(statusCode).toBe(303);
    expect(headers).toMatchObject({ location: '/registration', 'cache-control': 'no-store' });
    expect(only(tables.subscriptions)).toMatchObject({
      productCode: LICENSE_PRODUCT,
      state: 'pending',
      customerAWSAccountId: ACCOUNT,
      licenseArn: LICENSE_ARN,
      licenseId: LICENSE_ID,
      freeTrial: false,
      version: 1,
    });
    const cookie = only(cookies ?? []);
    const { groups } = /^__Host-registration=(?<secret>[\w-]{43}); (?<attributes>.*)$/.exec(cookie) ?? {};
    expect(groups?.attributes?.split('; ').sort()).toEqual([
      'HttpOnly',
      'Max-Age=3600',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ]);
    const { pk, expiresAt } = only(tables.sessions);
    expect(pk).toBe(`session#${sha256Hex(groups?.secret ?? '')}`);
    expect(Number(expiresAt)).toBe(NOW_MS / 1000 + 3600);
  });

  it('accepts a base64 body, fields in any order, unknown fields and a repeated token', async () => {
    const { post, tables } = givenFunction();
    const fields = new URLSearchParams({ 'x-amzn-marketplace-agreement-id': 'x', 'x-amzn-marketplace-token': '' });
    fields.append('x-amzn-marketplace-offer-type', 'free-trial');
    fields.append('x-amzn-marketplace-token', TOKEN);
    fields.append('x-amzn-marketplace-token', 'another');
    const body = Buffer.from(fields.toString()).toString('base64');
    await expect(post(body, { isBase64Encoded: true })).resolves.toMatchObject({ statusCode: 303 });
    expect(only(tables.subscriptions).freeTrial).toBe(true);
  });

  it('accepts the content type with a charset, in any case, or none', async () => {
    const { post } = givenFunction();
    for (const headers of [{ 'Content-Type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' }, {}]) {
      await expect(post(tokenForm(), { headers })).resolves.toMatchObject({ statusCode: 303 });
    }
  });

  it('redirects again for the same token, and changes nothing', async () => {
    const { post, tables } = givenFunction();
    await post(tokenForm());
    const before = structuredClone(only(tables.subscriptions));
    await expect(post(tokenForm())).resolves.toMatchObject({ statusCode: 303 });
    expect(only(tables.subscriptions)).toEqual(before);
  });

  it('creates one subscription for three concurrent requests', async () => {
    const { post, tables } = givenFunction();
    const answers = await Promise.all([post(tokenForm()), post(tokenForm()), post(tokenForm())]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303, 303]);
    expect(only(tables.subscriptions).version).toBe(1);
  });

  it('keeps the state that an earlier licence event stored', async () => {
    const { post, tables } = givenFunction();
    const fromEvent = aSubscription({ productCode: LICENSE_PRODUCT, licenseId: LICENSE_ID, licenseArn: undefined });
    tables.given(
      { ...fromEvent, customerAWSAccountId: ACCOUNT, agreementId: 'agmt-1' },
      { kind: 'license', licenseId: LICENSE_ID },
    );
    await expect(post(tokenForm())).resolves.toMatchObject({ statusCode: 303 });
    expect(only(tables.subscriptions)).toMatchObject({
      state: 'active',
      stateReason: 'licenseUpdated',
      agreementId: 'agmt-1',
      licenseArn: LICENSE_ARN,
      activatedAt: activationOf(fromEvent),
      version: 2,
    });
    expect(tables.notices).toEqual([]);
  });

  it('activates a legacy customer at once and tells the application', async () => {
    const { post, marketplace, tables } = givenFunction();
    marketplace.given('token-of-the-legacy', legacyCustomer);
    await post(tokenForm('token-of-the-legacy'));
    const subscription = only(tables.subscriptions);
    expect(subscription).toMatchObject({ state: 'active', stateReason: 'registered', customerIdentifier: 'c-1' });
    expect(activationOf(subscription)).toBe(new Date(NOW_MS).toISOString());
    expect(only(tables.notices)).toMatchObject({ kind: 'SubscriptionActivated', version: 1 });
  });

  it('keeps two licences of one account apart', async () => {
    const { post, marketplace, tables } = givenFunction();
    marketplace.given('token-of-the-second', { ...licenseCustomer, licenseArn: `${LICENSE_ARN}f` });
    await post(tokenForm());
    await post(tokenForm('token-of-the-second'));
    expect(tables.subscriptions.length).toBe(2);
  });

  it.each([
    { what: 'licence to another account', customer: licenseCustomer, other: { customerAWSAccountId: '999988887777' } },
    { what: 'customer to another account', customer: legacyCustomer, other: { customerAWSAccountId: '999988887777' } },
    { what: 'licence to another product', customer: licenseCustomer, other: { productCode: METERED.productCode } },
  ])('refuses to bind a $what', async ({ customer, other }) => {
    const { products } = aSellerConfiguration();
    const { post, marketplace, counters, tables } = givenFunction({ products: [...products, METERED] });
    marketplace.given('token-of-the-first', customer);
    marketplace.given('token-of-the-other', { ...customer, ...other });
    await post(tokenForm('token-of-the-first'));
    const { statusCode, cookies } = await post(tokenForm('token-of-the-other'));
    expect(statusCode).toBe(409);
    expect(cookies).toBeUndefined();
    expect(only(tables.subscriptions).customerAWSAccountId).toBe(ACCOUNT);
    expect(tables.sessions).toHaveLength(1);
    expect(counters.counts.RegistrationsRefused).toBe(1);
  });

  it('redirects to the sign-up page of the seller with a one-time code, and no cookie', async () => {
    const { post, tables } = givenFunction({
      registration: { signUpUrl: 'https://app.example.com/join?plan=1' },
    });
    const { statusCode, headers, cookies } = await post(tokenForm());
    const location = new URL(headers?.location ?? '');
    expect(statusCode).toBe(303);
    expect(`${location.origin}${location.pathname}`).toBe('https://app.example.com/join');
    expect(location.searchParams.get('plan')).toBe('1');
    const code = location.searchParams.get('code') ?? '';
    expect(code).toMatch(/^[\w-]{43}$/);
    const { pk, expiresAt } = only(tables.codes);
    expect(pk).toBe(`code#${sha256Hex(code)}`);
    expect(Number(expiresAt)).toBe(NOW_MS / 1000 + 600);
    expect(cookies).toEqual([]);
    expect(tables.sessions).toEqual([]);
  });
});

/** AWS's exception, its status, and the status of our answer. */
const FAILURES: [name: string, awsStatus: number, status: number][] = [
  ['ExpiredTokenException', 400, 400],
  ['InvalidTokenException', 400, 400],
  ['ThrottlingException', 400, 503],
  ['InternalServiceErrorException', 500, 503],
];

describe('register-subscription that cannot register', () => {
  it.each(FAILURES)('shows the buyer what to do when AWS answers %s (%i)', async (name, awsStatus, status) => {
    const { post, marketplace, counters, tables } = givenFunction();
    marketplace.givenFailure(TOKEN, { name, status: awsStatus });
    const { statusCode, headers, body } = await post(tokenForm());
    expect(statusCode).toBe(status);
    expect(counters.counts.RegistrationsPutOff).toBe(status === 503 ? 1 : 0);
    expect(headers?.['content-type']).toMatch('text/html');
    expect(headers?.['retry-after']).toBe(status === 503 ? '60' : undefined);
    expect(body).toContain('Set up your account');
    expect(body).toContain('support@example.com');
    expect(tables.subscriptions.length).toBe(0);
  });

  it('sends a visitor without a token back to AWS Marketplace', async () => {
    const { post } = givenFunction();
    for (const body of ['', 'x=1', 'x-amzn-marketplace-token=', 'x-amzn-marketplace-token=%20']) {
      const answer = await post(body);
      expect(answer.statusCode).toBe(400);
      expect(answer.body).toContain('Set up your account');
    }
  });

  it.each(['short', 'a'.repeat(15), 'with a space in the middle', 'with-an-ümlaut-in-it', 'a'.repeat(4097)])(
    'calls what cannot be a token invalid, and does not ask AWS: %s',
    async (junk) => {
      const { post, marketplace } = givenFunction();
      marketplace.givenFailure(junk, new Error('asked'));
      const { statusCode, body } = await post(tokenForm(junk));
      expect(statusCode).toBe(400);
      expect(body).toContain('This registration link is not valid');
    },
  );

  it('refuses a product that is not configured, and counts it', async () => {
    const { post, marketplace, counters, tables } = givenFunction();
    marketplace.given(TOKEN, { ...licenseCustomer, productCode: 'somebodyelses' });
    await expect(post(tokenForm())).resolves.toMatchObject({ statusCode: 400 });
    expect(counters.counts.RegistrationsOfUnknownProduct).toBe(1);
    expect(tables.subscriptions.length).toBe(0);
  });

  it.each([
    ['a licence product with a customer', { ...licenseCustomer, licenseArn: undefined, customerIdentifier: 'c-1' }],
    ['a licence product without its account', { ...licenseCustomer, customerAWSAccountId: undefined }],
    ['a licence ARN without an id', { ...licenseCustomer, licenseArn: 'arn:aws:license-manager::1:license' }],
    ['a legacy product without its customer', { ...legacyCustomer, customerIdentifier: undefined }],
  ])('answers 500 when AWS returns %s, and counts it', async (_what, customer) => {
    const { post, marketplace, counters, tables } = givenFunction();
    marketplace.given(TOKEN, customer);
    await expect(post(tokenForm())).resolves.toMatchObject({ statusCode: 500 });
    expect(counters.counts.RegistrationsWithoutIdentity).toBe(1);
    expect(tables.subscriptions.length).toBe(0);
  });

  it('answers 500 when AWS denies access and counts it, and counts zero otherwise', async () => {
    const { post, marketplace, counters } = givenFunction();
    await post(tokenForm());
    expect(counters.counts).toMatchObject({ RegistrationsMisconfigured: 0, RegistrationsOfOtherAccount: 0 });
    marketplace.givenFailure(TOKEN, { name: 'AccessDeniedException', status: 400 });
    await expect(post(tokenForm())).resolves.toMatchObject({ statusCode: 500 });
    expect(counters.counts.RegistrationsMisconfigured).toBe(1);
  });

  it('refuses a body above 16 KB, and accepts one of exactly 16 KB', async () => {
    const { post } = givenFunction();
    const body = tokenForm() + '&x=';
    const padded = body.padEnd(SMALL_BODY_MAX_BYTES, 'x');
    await expect(post(padded)).resolves.toMatchObject({ statusCode: 303 });
    const answer = await post(`${padded}x`);
    expect(answer.statusCode).toBe(413);
    expect(answer.headers?.['content-type']).toMatch('text/html');
  });

  it('refuses another content type', async () => {
    const { post } = givenFunction();
    const headers = { 'content-type': 'application/json' };
    await expect(post(tokenForm(), { headers })).resolves.toMatchObject({ statusCode: 415 });
  });

  it('never stores or logs the token, and echoes it only in the field that posts it again', async () => {
    const { post, marketplace, tables, logger } = givenFunction();
    const answers = [await post(tokenForm()), await post(tokenForm(), { headers: { 'content-type': 'text/plain' } })];
    for (const [name, status] of FAILURES) {
      marketplace.givenFailure(TOKEN, { name, status });
      answers.push(await post(tokenForm()));
    }
    marketplace.givenFailure(TOKEN, new Error(`cannot resolve ${TOKEN}`));
    answers.push(await post(tokenForm()));
    expect(answers.at(-1)?.statusCode).toBe(500);
    const stored = [tables.subscriptions, tables.identities, tables.sessions];
    const fields = /<input type="hidden" name="x-amzn-marketplace-token" [^>]*>/g;
    const pages = answers.map((answer) => ({ ...answer, body: answer.body?.replaceAll(fields, '') }));
    const traces = JSON.stringify([pages, stored, tables.notices, logger.lines]);
    expect(traces).not.toMatch(/MARKER/);
  });
});
