import { describe, expect, it } from 'vitest';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { Entitlement } from '../../lambdas/shared/domain/entitlements';
import { DynamoDbAgreementDetailsStore } from '../../lambdas/shared/stores/agreement-details';
import { DynamoDbEntitlementStore } from '../../lambdas/shared/stores/entitlements';
import { CONTRACT } from '../../proofs/stand-ins/a-seller';
import { anEntitlement } from '../builders/an-entitlement';
import { ada, givenFunction, OPENED_MS } from './a-registration-page';

const NOW = new Date(OPENED_MS).toISOString();
const NEXT_URL = 'https://app.example.com/start?a=1&b=2';

/** A buyer of a contract, of which AWS lists these entitlements. */
async function givenContract(entitlements?: Entitlement[], label?: string) {
  const product = { ...CONTRACT, dimensions: [{ apiName: 'requests', unit: 'request', label }] };
  const settings = { products: [product], agreementDetails: true };
  const overrides = { productCode: 'contract', agreementId: 'agmt-1', freeTrialSince: NOW, freeTrial: true };
  const given = givenFunction(overrides, settings);
  const { subscriptionId } = given.subscription;
  if (entitlements !== undefined) {
    const checked = { subscriptionId, checkedAt: NOW, entitlements };
    const store = new DynamoDbEntitlementStore(given.database);
    await store.save({ checked, comparedWith: undefined, nextCheckAtMs: undefined });
  }
  const agree = async (terms: { endsAt?: string; freeTrialEndsAt?: string; autoRenewal?: boolean }, id = 'agmt-1') => {
    const store = new DynamoDbAgreementDetailsStore(given.database);
    const checked = { subscriptionId, agreementId: id, checkedAt: NOW, ...terms };
    await store.save({ checked, comparedWith: undefined, nextCheckAtMs: OPENED_MS });
  };
  return { ...given, agree };
}

describe('the page after the registration', () => {
  it('says what happens next, and leads to the next step', async () => {
    const { post, get, read } = givenFunction({}, { page: { nextUrl: NEXT_URL } });
    const { headers } = await post(ada);
    expect(headers?.location).toBe('/registration?done');
    const { body } = await get({ rawQueryString: 'done' });
    expect(body).toContain('<title>Your account has been created</title>');
    expect(body).toMatch(
      /<a class="next" href="https:\/\/app\.example\.com\/start\?a=1&amp;b=2">Continue to Example &amp;/,
    );
    expect(await read('done')).toMatch(/What happens next We will write to ada@gmail\.com with the next steps\./);
  });

  it('leads to the next step of the product, if it has one', async () => {
    const products = [{ ...CONTRACT, nextUrl: 'https://contract.example.com/' }];
    const { post, get } = givenFunction({ productCode: 'contract' }, { products, page: { nextUrl: NEXT_URL } });
    await post(ada);
    expect((await get()).body).toContain('<a class="next" href="https://contract.example.com/">');
  });

  it('has no link to a next step that the seller has not configured', async () => {
    const { post, get } = givenFunction();
    await post(ada);
    expect((await get()).body).not.toContain('class="next"');
  });

  it('says that AWS Marketplace confirms a subscription, only while it is pending', async () => {
    const pending = givenFunction({ state: 'pending', stateReason: 'registered' });
    await pending.post(ada);
    expect(await pending.read('done')).toContain('AWS Marketplace is confirming your subscription');
    expect(await pending.read('done')).not.toContain('Active since');
    const active = givenFunction();
    await active.post(ada);
    expect(await active.read('done')).not.toContain('AWS Marketplace is confirming');
  });

  it('shows the account instead of an empty form when the buyer comes back', async () => {
    const { post, get, read } = givenFunction();
    await post({ ...ada, name: '<b>Ada</b>' });
    const { body = '' } = await get();
    expect(body).toContain('<title>Your account for Example &amp; Sons</title>');
    expect(body).not.toMatch(/<form|Set up your account|<b>|What happens next|We will write/);
    expect(body).toContain('&lt;b&gt;Ada&lt;/b&gt;');
    expect(await read()).toContain('You sent us your contact data on November 2, 2026 at 12:00 UTC.');
    expect(await read()).toMatch(/E-mail address ada@gmail\.com .* Company Analytical Engines/);
  });

  it('opens the filled-in form to change the contact data, and says that it is saved', async () => {
    const { post, get, read, tables } = givenFunction();
    await post({ ...ada, company: '"A" & <B>' });
    expect((await get()).body).toContain('<a href="/registration?change">Change your contact data</a>');
    const { body = '' } = await get({ rawQueryString: 'change' });
    expect(body).toContain('<h1>Change your contact data for Example &amp; Sons</h1>');
    expect(body).not.toMatch(/Set up your account|Create account/);
    const values = [...body.matchAll(/value="([^"]*)"/g)].map(([, value]) => value);
    expect(values).toEqual(['ada@gmail.com', 'Ada Lovelace', '&quot;A&quot; &amp; &lt;B&gt;']);
    const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(body) ?? [];
    const rawQueryString = action.split('?')[1];
    const saved = await post({ ...ada, name: 'Ada King' }, { rawQueryString });
    expect(saved.headers?.location).toBe('/registration?saved');
    expect(await read('saved')).toMatch(/Your contact data has been saved .* Ada King/);
    expect(tables.contacts).toMatchObject([{ name: 'Ada King' }]);
  });

  it('keeps the words of a change when something is wrong with it', async () => {
    const { post } = givenFunction();
    await post(ada);
    const { statusCode, body } = await post({ ...ada, email: 'ada' }, { rawQueryString: 'change' });
    expect(statusCode).toBe(400);
    expect(body).toContain('<title>Error: Change your contact data for Example &amp; Sons</title>');
  });

  it('shows nothing of the account to another session', async () => {
    const { post, get } = givenFunction();
    await post(ada);
    for (const rawQueryString of ['', 'done', 'change']) {
      const { statusCode, body } = await get({ rawQueryString, cookies: ['__Host-registration=other'] });
      expect(statusCode).toBe(401);
      expect(body).not.toMatch(/ada@gmail|Lovelace|Analytical/);
    }
  });
});

describe('what was bought', () => {
  it('has the entitlements by their labels, and the first date until which they are certain, in UTC', async () => {
    const first = anEntitlement({ amount: '2500.5', expiresAt: '2027-07-03T14:05:00.000Z' });
    const later = anEntitlement({ dimension: 'other', expiresAt: '2028-01-01T00:00:00.000Z' });
    const { read } = await givenContract([later, first], 'Requests each month');
    const text = await read();
    expect(text).toMatch(/Included other: 100 Requests each month: 2500\.5 Reference/);
    expect(text).toContain('Contract until at least July 3, 2027 at 14:05 UTC');
    expect(text).toContain('Active since November 1, 2026 at 00:00 UTC');
  });

  it.each<[Entitlement['value'], string]>([
    [{ kind: 'boolean', granted: true }, 'requests: yes'],
    [{ kind: 'boolean', granted: false }, 'requests: no'],
    [{ kind: 'string', text: 'premium <b>' }, 'requests: premium &lt;b&gt;'],
    [{ kind: 'double', amount: decimal('0.25') }, 'requests: 0.25'],
  ])('shows the entitlement %j in words', async (value, words) => {
    const { get } = await givenContract([{ dimension: 'requests', value }]);
    expect((await get()).body).toContain(words);
  });

  it('says that AWS has not told the entitlements yet, for a contract only', async () => {
    const [asked, unasked] = [await givenContract([]), await givenContract()];
    for (const { read } of [asked, unasked]) {
      expect(await read()).toContain('Included AWS Marketplace has not told us yet');
    }
    expect(await givenFunction().read()).not.toContain('Included');
  });

  it('has the end of the agreement and of the free trial, if AWS says them', async () => {
    const { read, agree } = await givenContract([anEntitlement({ expiresAt: '2027-01-01T00:00:00.000Z' })]);
    await agree({
      endsAt: '2027-11-01T00:00:00.000Z',
      freeTrialEndsAt: '2026-12-01T00:00:00.000Z',
      autoRenewal: true,
    });
    const text = await read();
    expect(text).toContain('(free trial)');
    expect(text).toContain('Free trial until December 1, 2026 at 00:00 UTC');
    expect(text).toContain('Contract until November 1, 2027 at 00:00 UTC (renews automatically)');
    expect(text).not.toContain('at least');
  });

  it('promises no renewal that AWS does not name, and no free trial that is over', async () => {
    const { read, agree } = await givenContract([]);
    await agree({ endsAt: '2027-11-01T00:00:00.000Z', freeTrialEndsAt: NOW, autoRenewal: false });
    const text = await read();
    expect(text).toContain('Contract until November 1, 2027 at 00:00 UTC');
    expect(text).not.toMatch(/renews|Free trial until/);
  });

  it('ignores what AWS said of the agreement before', async () => {
    const { read, agree } = await givenContract([]);
    await agree({ endsAt: '2027-11-01T00:00:00.000Z', freeTrialEndsAt: '2026-12-01T00:00:00.000Z' }, 'agmt-0');
    expect(await read()).not.toMatch(/Contract until|Free trial until/);
  });
});

describe('the contact fields that the seller chooses', () => {
  const asking = (contactFields: object) => givenFunction({}, { page: { contactFields } });

  it('are shown in order, and marked when they are optional', async () => {
    const { get, read } = asking({ company: 'optional', phone: 'required' });
    const { body = '' } = await get();
    const inputs = [...body.matchAll(/<input\s([^>]*)\/>/g)].map(([, attributes = '']) => attributes);
    expect(inputs.map((each) => /name="(\w+)"/.exec(each)?.[1])).toEqual(['email', 'name', 'company', 'phone']);
    expect(inputs.map((each) => /\srequired\s/.test(each))).toEqual([true, true, false, true]);
    expect(await read()).toMatch(/Your name Company \(optional\) Phone number Create account/);
  });

  it('are not asked for, not stored and not shown when the seller wants none of them', async () => {
    const { get, post, tables } = asking({ name: 'none', company: 'none' });
    expect((await get()).body).not.toMatch(/id="(name|company|phone)"/);
    await expect(post(ada)).resolves.toMatchObject({ statusCode: 303 });
    expect(tables.contacts).toMatchObject([{ email: ada.email }]);
    expect(tables.contacts[0]).not.toHaveProperty('name');
    expect((await get()).body).not.toContain('Lovelace');
  });

  it('may be left empty when they are optional, and must be right when they are not empty', async () => {
    const { post, tables } = asking({ name: 'optional', phone: 'optional' });
    await expect(post({ ...ada, name: ' ', phone: '12' })).resolves.toMatchObject({ statusCode: 400 });
    await expect(post({ ...ada, name: ' ' })).resolves.toMatchObject({ statusCode: 303 });
    expect(tables.contacts[0]).not.toHaveProperty('name');
  });

  it.each(['+1 (555) 010-0123', '030/1234.56', '1234 x5'])('accept the phone number %j', async (phone) => {
    const { post, tables } = asking({ phone: 'required' });
    await expect(post({ ...ada, phone })).resolves.toMatchObject({ statusCode: 303 });
    expect(tables.contacts).toMatchObject([{ phone }]);
    await post({ ...ada, phone: '030 99999' });
    expect(tables.contacts).toMatchObject([{ phone: '030 99999' }]);
  });

  it.each(['', '12', 'call me', '1'.repeat(41), '1234\n5'])('refuse the phone number %j', async (phone) => {
    const { post } = asking({ phone: 'required' });
    const { statusCode, body } = await post({ ...ada, phone });
    expect([statusCode, body]).toEqual([400, expect.stringContaining('<a href="#phone">')]);
  });
});
