import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { stackExchange } from '../../examples/sign-up-page/exchange';
import { signUpPage } from '../../examples/sign-up-page/sign-up-page';
import { startRunningStack, type RunningStack } from '../../proofs/actors/running-stack';
import { anAssembly } from '../flow/an-assembly';
import { LICENSE_PRODUCT, PRODUCTS } from '../flow/products';

const ORIGIN = 'https://app.example.com';
const configuration = {
  products: PRODUCTS,
  support: { email: 'support@example.com' },
  registration: { signUpUrl: `${ORIGIN}/sign-up` },
};
let running: RunningStack;
beforeAll(async () => {
  running = await startRunningStack({
    nowMs: Date.parse('2026-07-14T09:20:00Z'),
    products: parseSellerConfiguration(configuration).products,
    stack: { assembly: await anAssembly(configuration) },
  });
});
afterAll(() => running.stop());

/** The application, and which account each subscription belongs to. */
function anApplication(apiUrl = running.stack.url) {
  const owners = new Map<string, string>();
  const clock = { nowMs: 0 };
  const app = signUpPage({
    exchange: stackExchange(apiUrl, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }),
    origin: ORIGIN,
    now: () => clock.nowMs,
    accounts: {
      signIn: async (email, password) => (password === 'right' ? email : undefined),
      bind: async (subscriptionId, account) => {
        const owner = owners.get(subscriptionId) ?? account;
        owners.set(subscriptionId, owner);
        return owner === account;
      },
    },
  });
  /** A browser of its own, with its cookie. */
  const browser = () => {
    let cookie = '';
    let html = '';
    const took = (answer: Awaited<ReturnType<typeof app.inject>>) => {
      const [set] = [answer.headers['set-cookie'] ?? []].flat();
      cookie = set?.split(';')[0] ?? cookie;
      html = answer.body;
      return answer;
    };
    const formToken = () => /name="formToken" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const open = async (url: string) => {
      const answer = took(await app.inject({ url, headers: { cookie } }));
      return answer.statusCode === 303
        ? took(await app.inject({ url: String(answer.headers.location), headers: { cookie } }))
        : answer;
    };
    const post = async (url: string, fields: Record<string, string>, origin = ORIGIN) => {
      const headers = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' };
      const payload = new URLSearchParams({ formToken: formToken(), ...fields }).toString();
      const answer = took(await app.inject({ method: 'POST', url, headers, payload }));
      return answer.statusCode === 303 ? open(String(answer.headers.location)) : answer;
    };
    const signIn = (email: string, password = 'right') => post('/sign-in', { email, password });
    return { open, post, signIn, formToken, page: () => html, cookie: () => cookie };
  };
  return { app, browser, owners, clock };
}

/** A buyer who comes from AWS Marketplace. @returns where the registration sends the browser, and who it is */
async function aLink() {
  const { agreement } = running.subscribe({ productCode: LICENSE_PRODUCT });
  await running.settled();
  const { token } = running.marketplace.issueToken(agreement.agreementId);
  const answer = await running.buyerOf(agreement).postToken(token);
  await running.settled();
  return { link: String(answer.headers.get('location')).replace(ORIGIN, ''), accountId: agreement.accountId };
}

describe('the example of a sign-up page', () => {
  it('lets a buyer sign in, asks, and binds the subscription only then', async () => {
    const { browser, owners } = anApplication();
    const { link, accountId } = await aLink();
    expect(link).toMatch(/^\/sign-up\?code=.+/);
    const { open, signIn, post, page } = browser();
    expect((await open(link)).body).toContain('Sign in');
    expect((await signIn('ada@example.com', 'wrong')).statusCode).toBe(401);
    await signIn('ada@example.com');
    expect(page()).toMatch(new RegExp(`ada@example.com[^]*${accountId}`));
    expect(owners.size).toBe(0);
    expect((await post('/sign-up', { answer: 'yes' })).body).toContain('Connected');
    const [[subscriptionId, account] = []] = owners;
    const known = await running.application.ask(`/subscriptions/${subscriptionId}`);
    expect([account, known]).toEqual(['ada@example.com', expect.objectContaining({ customerAWSAccountId: accountId })]);
    // The question was answered.
    expect((await open('/sign-up')).statusCode).toBe(404);
  });

  it('binds nothing when somebody who is signed in opens the link of somebody else and says no', async () => {
    const { browser, owners } = anApplication();
    const { open, signIn, post } = browser();
    await open((await aLink()).link);
    await signIn('victim@example.com');
    await post('/sign-up', { answer: 'no' });
    const { link, accountId } = await aLink();
    expect((await open(link)).body).toContain(accountId);
    expect(owners.size).toBe(0);
    expect((await post('/sign-up', { answer: 'no' })).body).toContain('Nothing was changed');
    expect(owners.size).toBe(0);
    expect((await open(link)).statusCode).toBe(410);
  });

  it('leads to an address without the code, and keeps it from other sites', async () => {
    const { app } = anApplication();
    const { headers } = await app.inject({ url: (await aLink()).link });
    expect(headers).toMatchObject({
      location: '/sign-up',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers['set-cookie']).toMatch(/^__Host-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  });

  it('uses no code up when a program only looks at the link', async () => {
    const { app, browser } = anApplication();
    const { link } = await aLink();
    expect((await app.inject({ method: 'HEAD', url: link })).statusCode).toBe(404);
    expect((await browser().open(link)).body).toContain('Sign in');
  });

  it('takes no answer from another site, without the token of the session, or with that of another session', async () => {
    const { browser, owners } = anApplication();
    const [victim, attacker] = [browser(), browser()];
    for (const [each, name] of [
      [victim, 'victim'],
      [attacker, 'attacker'],
    ] as const) {
      await each.open((await aLink()).link);
      await each.signIn(`${name}@example.com`);
    }
    const yes = { answer: 'yes' };
    const refused = [
      await victim.post('/sign-up', yes, 'https://evil.example.com'),
      await victim.post('/sign-up', { ...yes, formToken: '' }),
      await victim.post('/sign-up', { ...yes, formToken: attacker.formToken() }),
      await browser().post('/sign-up', yes),
      await browser().signIn('attacker@example.com'),
    ];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 403, 403]);
    expect(owners.size).toBe(0);
  });

  it('says what to do when the code cannot be exchanged', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { open, cookie } = anApplication('http://127.0.0.1:1').browser();
    const answer = await open('/sign-up?code=x');
    expect([answer.statusCode, answer.body, cookie()]).toEqual([
      500,
      expect.stringContaining('Set up your account'),
      '',
    ]);
    said.mockRestore();
  });

  it('gives the session a new id when somebody signs in', async () => {
    const { open, signIn, cookie } = anApplication().browser();
    await open((await aLink()).link);
    const before = cookie();
    await signIn('ada@example.com');
    expect(cookie()).not.toBe(before);
  });

  it('asks for half an hour', async () => {
    const { browser, clock } = anApplication();
    const { open, signIn } = browser();
    await open((await aLink()).link);
    await signIn('ada@example.com');
    clock.nowMs = 30 * 60_000;
    expect((await open('/sign-up')).statusCode).toBe(404);
  });

  it('does not bind the subscription of one account to another', async () => {
    const { browser, owners } = anApplication();
    const { agreement } = running.subscribe({ productCode: LICENSE_PRODUCT });
    await running.settled();
    const answers: number[] = [];
    for (const name of ['first', 'second', 'first']) {
      const { token } = running.marketplace.issueToken(agreement.agreementId);
      const registered = await running.buyerOf(agreement).postToken(token);
      await running.settled();
      const { open, signIn, post } = browser();
      await open(String(registered.headers.get('location')).replace(ORIGIN, ''));
      await signIn(`${name}@example.com`);
      answers.push((await post('/sign-up', { answer: 'yes' })).statusCode);
    }
    expect([answers, [...owners.values()]]).toEqual([[200, 409, 200], ['first@example.com']]);
  });
});
