import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { SMALL_BODY_MAX_BYTES } from '../../lambdas/shared/runtime/http-message';
import { sha256Hex } from '../../lambdas/shared/runtime/secrets';
import { ada, givenFunction, HOST, OPENED_MS } from './a-registration-page';

describe('the registration page', () => {
  it('shows the product, the last digits of the account and the support contact', async () => {
    const { get, subscription } = givenFunction({ customerAWSAccountId: '111122223333', freeTrial: true });
    const { statusCode, body } = await get();
    expect(statusCode).toBe(200);
    expect(body).toContain('Example &amp; Sons (free trial)');
    expect(body).toContain('ends in 3333');
    expect(body).not.toContain('111122223333');
    expect(body).toContain(subscription.subscriptionId);
    expect(body).toContain('mailto:support@example.com');
    expect(body).not.toMatch(/payment|credit card/i);
  });

  it('labels every field and sets its autocomplete', async () => {
    const { get } = givenFunction();
    const { body } = await get();
    for (const [field, autocomplete] of [
      ['email', 'email'],
      ['name', 'name'],
      ['company', 'organization'],
    ]) {
      expect(body).toContain(`<label for="${field}">`);
      expect(body).toMatch(new RegExp(`<input\\s[^>]*id="${field}"[^>]*autocomplete="${autocomplete}"`));
    }
    expect(body).toContain('<html lang="en">');
    expect(body).toContain('name="viewport"');
  });

  it('allows only its own style and its own form by its content security policy', async () => {
    const { get } = givenFunction();
    const { headers, body = '' } = await get();
    const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? '';
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = headers?.['content-security-policy'];
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(body).not.toMatch(/<script|\son\w+=|\sstyle=|\ssrc=|<link/i);
  });

  it('shows the form while nothing was sent', async () => {
    const { get } = givenFunction();
    expect((await get({ rawQueryString: 'done' })).body).toContain('<form');
  });
});

describe('sending the registration form', () => {
  it('stores the contact, tells the application and redirects to the done page', async () => {
    const { get, post, subscription, tables } = givenFunction();
    const { statusCode, headers } = await post(ada);
    expect([statusCode, headers?.location]).toEqual([303, '/registration?done']);
    const { subscriptionId, version } = subscription;
    const completedAt = new Date(OPENED_MS).toISOString();
    expect(tables.contacts).toEqual([{ pk: `registration#${subscriptionId}`, subscriptionId, ...ada, completedAt }]);
    expect(tables.notices).toMatchObject([{ kind: 'RegistrationCompleted', subscriptionId, version: version + 1 }]);
    const done = await get({ rawQueryString: 'done' });
    expect(done.statusCode).toBe(200);
    expect(done.body).toContain('Your account has been created');
  });

  it('replaces the contact when the form is sent again, and ignores a double click', async () => {
    const { post, tables } = givenFunction();
    await Promise.all([post(ada), post(ada)]);
    expect(tables.notices).toHaveLength(1);
    await post({ ...ada, email: 'lovelace@example.com' });
    expect(tables.contacts).toMatchObject([{ email: 'lovelace@example.com' }]);
    expect(tables.noticesOf('RegistrationCompleted').map(({ version }) => version)).toEqual([2, 3]);
  });

  it.each(['a+b.c@gmail.com', 'o’hara@example.com'.replace('’', "'"), 'x@sub.example.co.uk', ' padded@example.com '])(
    'takes the address %j',
    async (email) => {
      const { post } = givenFunction();
      await expect(post({ ...ada, email })).resolves.toMatchObject({ statusCode: 303 });
    },
  );

  it.each([
    ['email', ''],
    ['email', 'ada'],
    ['email', 'ada@localhost'],
    ['email', 'a b@example.com'],
    ['email', `${'x'.repeat(250)}@example.com`],
    ['email', 'ada@example.com\r\nBcc: x@example.com'],
    ['name', '   '],
    ['name', 'x'.repeat(201)],
    ['company', 'x'.repeat(201)],
    ['company', ''],
    ['company', 'Line\nbreak'],
    ['name', 'good\u202egpj'],
    ['name', 'A\u2066da'],
    ['company', 'a\u2028b'],
    ['company', 'a\u2029b'],
  ])('refuses %s %j and links the message to the field', async (field, value) => {
    const { post, tables } = givenFunction();
    const { statusCode, body } = await post({ ...ada, [field]: value });
    expect(statusCode).toBe(400);
    expect(body).toContain(`<a href="#${field}">`);
    expect(body).toMatch(
      new RegExp(`<input[^>]*id="${field}"[^>]*aria-invalid="true"[^>]*aria-describedby="${field}-error"`),
    );
    expect(body).toContain(`id="${field}-error"`);
    expect(tables.contacts).toEqual([]);
  });

  it('shows the submitted values again, escaped', async () => {
    const { post } = givenFunction();
    const typed = { email: '"><img src=x>', name: `O'Hara & "Sons"`, company: '</style><script>alert(1)</script>' };
    const { body } = await post(typed);
    expect(body).not.toMatch(/<script|<img|<\/style><script/);
    expect(body).toContain('&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).toContain('value="O&#39;Hara &amp; &quot;Sons&quot;"');
  });

  it('refuses a form from another site, and accepts one from a client that is not a browser', async () => {
    const { post, tables } = givenFunction();
    const foreign = [
      { origin: 'https://evil.example.com', host: HOST },
      { origin: 'null', host: HOST },
      { origin: `https://${HOST}.evil.example.com`, host: HOST },
      { host: HOST, 'sec-fetch-site': 'cross-site' },
      { host: HOST, 'sec-fetch-site': 'same-site' },
      { origin: `https://${HOST}` },
      { origin: `ftp://${HOST}`, host: HOST },
      { origin: `http://${HOST}`, host: HOST },
      { origin: `https://evil@${HOST}`, host: HOST },
      { origin: `https://${HOST}:8443`, host: HOST },
      { origin: `https://${HOST}/`, host: HOST },
    ];
    for (const headers of foreign) await expect(post(ada, { headers })).resolves.toMatchObject({ statusCode: 403 });
    expect(tables.contacts).toEqual([]);
    await expect(post(ada, { headers: { host: HOST } })).resolves.toMatchObject({ statusCode: 303 });
  });

  it('accepts a form from the page of the local stack, which has no certificate', async () => {
    const { post } = givenFunction();
    const headers = { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' };
    await expect(post(ada, { headers })).resolves.toMatchObject({ statusCode: 303 });
  });

  it('takes names with joiners, which Persian and Indic names need', async () => {
    const { post } = givenFunction();
    await expect(post({ ...ada, name: 'مهدی\u200cزاده' })).resolves.toMatchObject({ statusCode: 303 });
  });

  it('refuses a body above 16 KB', async () => {
    const { post } = givenFunction();
    await expect(post({ ...ada, x: 'x'.repeat(SMALL_BODY_MAX_BYTES) })).resolves.toMatchObject({ statusCode: 413 });
  });

  it('never logs the contact or the session, not even when storing fails', async () => {
    const { get, post, logger, tables } = givenFunction();
    const typed = { email: 'MARKER@example.com', name: 'MARKER', company: 'MARKER' };
    await post(typed);
    await post({ ...typed, email: 'MARKER' });
    await get({ cookies: ['__Host-registration=MARKER'] });
    tables.before = async (command) => {
      if (command instanceof TransactWriteCommand) throw new Error(`cannot store ${JSON.stringify(command.input)}`);
    };
    await expect(post({ ...typed, name: 'MARKER 2' })).resolves.toMatchObject({ statusCode: 500 });
    expect(logger.lines.length).toBeGreaterThan(5);
    expect(logger.text).not.toContain('MARKER');
  });
});

describe('registration without a session', () => {
  it.each([
    ['no cookie', { cookies: [] }],
    ['an empty cookie', { cookies: ['__Host-registration='] }],
    ['an unknown cookie', { cookies: ['__Host-registration=guess'] }],
    ['a cookie whose name only looks like the right one', { cookies: ['\u00a0__Host-registration=secret'] }],
    ['the cookie twice', { cookies: ['__Host-registration=secret', '__Host-registration=secret'] }],
    ['the hash of a session', { cookies: [`__Host-registration=${sha256Hex('secret')}`] }],
  ])('answers 401 with what to do when it comes with %s', async (_what, event) => {
    const { get, post, tables } = givenFunction();
    for (const answer of [await get(event), await post(ada, event)]) {
      expect(answer.statusCode).toBe(401);
      expect(answer.body).toContain('Set up your account');
      expect(answer.body).toContain('support@example.com');
    }
    expect(tables.contacts).toEqual([]);
  });

  it('is not needed when spaces and tabs surround the cookie', async () => {
    const { get } = givenFunction();
    await expect(get({ cookies: [' \t__Host-registration\t= secret '] })).resolves.toMatchObject({ statusCode: 200 });
  });

  it('answers 401 from the second on in which the session expires', async () => {
    const { get, post, time } = givenFunction();
    time.nowMs = OPENED_MS + 3_600_000 - 1;
    await expect(get()).resolves.toMatchObject({ statusCode: 200 });
    time.nowMs = OPENED_MS + 3_600_000;
    await expect(get()).resolves.toMatchObject({ statusCode: 401 });
    await expect(post(ada)).resolves.toMatchObject({ statusCode: 401 });
  });
});
