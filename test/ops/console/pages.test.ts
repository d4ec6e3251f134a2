import { request } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { Operator } from '../../flow/operator';
import { HOSTILE_COMPANY, REVERSE, useConsole } from './a-console';
import { permissionsOf, useRecordedCalls } from './recorded-calls';

const given = useConsole();
const operator = new Operator(given.running);
const calls = useRecordedCalls(() => given.ops.installation);
afterAll(() => operator.leave());

const hourOf = (id: string, hour: string) => `/subscriptions/${id}/hours/events/${hour}`;

/** Every page with content. */
const paths = () => [
  '/',
  '/?by=day',
  '/subscriptions',
  `/subscriptions?q=acme&scan=yes`,
  `/subscriptions/${given.acmeId}`,
  `/subscriptions/${given.storageId}?day=2026-07-03`,
  hourOf(given.acmeId, '2026-07-03T14'),
  hourOf(given.storageId, '2026-07-03T15'),
  '/unbilled?read=yes',
  '/month?read=yes',
  '/reconcile?read=yes',
  '/local',
  '/runbook/usage-rejected',
];

/** A request that a browser's script could not make. */
const raw = (headers: Record<string, string>, method = 'GET') =>
  new Promise<number | undefined>((resolve, reject) => {
    request(`${given.origin}/month`, { method, headers: { cookie: given.cookie, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the console', () => {
  it('is refused without its token, with a page that says what to do', async () => {
    const answer = await fetch(given.origin);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('Open the address that');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const files = /href="(\/style-\w+\.css)"/.exec((await given.page('/local')).text)?.[1] ?? '';
    expect((await fetch(given.origin + files)).status).toBe(403);
    expect((await given.page(files)).status).toBe(200);
  });

  it('takes the token from its address once and keeps it where no script reads it', async () => {
    const answer = await fetch(given.address, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict$/);
  });

  it('refuses another host, another origin and every method that could change something', async () => {
    expect(await raw({})).toBe(200);
    expect(await raw({ host: 'evil.example' })).toBe(403);
    expect(await raw({ origin: 'http://evil.example' })).toBe(403);
    expect(await raw({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect(await raw({}, method)).toBe(405);
    expect(await raw({}, 'HEAD')).toBe(200);
  });

  it('answers on the loopback only', () => {
    expect(new URL(given.address).hostname).toBe('127.0.0.1');
  });

  it('shows every page under a policy without anything inline, and keeps none of them', async () => {
    for (const path of paths()) {
      const { status, text, headers } = await given.page(path);
      expect([path, status]).toEqual([path, 200]);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(policy).not.toContain('unsafe');
      expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?! src=)/);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('shows hostile names, ids and tags as text on every page', async () => {
    const texts = await Promise.all(paths().map((path) => given.completePage(path)));
    for (const text of texts) {
      expect(text).not.toContain('<script>');
      expect(text).not.toContain(REVERSE);
    }
    const all = texts.join('\n');
    expect(all).toContain('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;');
    expect(all).toContain('e&quot;&gt;&lt;script&gt;alert(2)&lt;/script&gt;');
    expect(all).toContain(String.raw`x\u202ey`);
  });

  it('escapes what an address says', async () => {
    const evil = encodeURIComponent(`"><script>alert(3)</script>${REVERSE}`);
    for (const path of [
      `/subscriptions?q=${evil}`,
      `/subscriptions/${evil}`,
      `/month?month=${evil}`,
      `/runbook/${evil}`,
    ]) {
      const { text } = await given.page(path);
      expect(text).not.toContain('<script>');
      expect(text).not.toContain(REVERSE);
    }
  });

  it('says in plain words what does not exist', async () => {
    expect(await given.page('/nowhere')).toMatchObject({ status: 404 });
    const unknown = await given.page('/subscriptions/s-unknown');
    expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('has no subscription s-unknown')]);
    const hour = await given.page(hourOf(given.acmeId, '2026-07-03T99'));
    expect(hour.text).toContain('is no hour in UTC such as');
  });
});

describe('support', () => {
  it('walks from a company name to the paragraph for the buyer', async () => {
    const offer = (await given.page('/subscriptions?q=acme')).text;
    expect(offer).toMatch(/That reads all \d+ items? of the Registrations table, about \d+ read units?/);
    const found = await given.completePage('/subscriptions?q=acme&scan=yes');
    expect(found).toContain(`href="/subscriptions/${given.acmeId}"`);
    const subscription = (await given.page(`/subscriptions/${given.acmeId}?day=2026-07-03`)).text;
    const link = `href="${hourOf(given.acmeId, '2026-07-03T14')}"`;
    expect(subscription).toContain(link);
    const hour = (await given.page(hourOf(given.acmeId, '2026-07-03T14'))).text;
    expect(hour).toMatch(
      /On 3 July 2026 between 14:00 and 15:00 UTC you used 241\.5 events\. Your contract covers 150\. 91\.5 were billed to AWS Marketplace as record [\w-]+\./,
    );
  });

  it('finds a subscription at once by account, licence, agreement and id', async () => {
    const { json } = await operator.ask('subscription', given.acmeId);
    const { customerAWSAccountId, licenseArn, agreementId } = json.subscription;
    const licenseId = licenseArn.split(':').at(-1);
    for (const key of [customerAWSAccountId, licenseArn, licenseId, agreementId, given.acmeId]) {
      const path = `${given.origin}/subscriptions?${new URLSearchParams({ q: key }).toString()}`;
      const answer = await fetch(path, { redirect: 'manual', headers: { cookie: given.cookie } });
      expect([key, answer.headers.get('location')]).toEqual([key, `/subscriptions/${given.acmeId}`]);
      expect((await operator.ask('find', key)).json.subscriptions).toMatchObject([{ subscriptionId: given.acmeId }]);
    }
  });

  it('finds a company in the terminal, in any case, and is told what it costs first', async () => {
    for (const text of ['ACME', 'bea@acme', 'söhne']) {
      const { exitCode, output, errors } = await operator.run('find', '--company', text);
      expect([exitCode, output]).toEqual([0, expect.stringContaining(given.acmeId)]);
      expect(errors).toMatch(/^This scans \d+ registrations?, about \d+ read units?\./);
    }
    const { json } = await operator.ask('find', '--company', 'acme');
    expect(json.subscriptions).toMatchObject([{ company: HOSTILE_COMPANY, state: 'active' }]);
    expect((await operator.ask('find', '--company', 'nobody')).exitCode).toBe(1);
    expect((await operator.run('find')).exitCode).toBe(2);
  });

  it('sees what was carried in, and the events that it came from', async () => {
    const { text } = await given.page(hourOf(given.storageId, '2026-07-03T15'));
    expect(text).toContain('Carried in from earlier hours');
    expect(text).toContain('Department=legal');
    expect(text).toMatch(/data-label="Late from hour"\s*>2026-07-03T14</);
  });

  it('sees a life, entitlements with the age of the check, and what of them is used up', async () => {
    const { text } = await given.page(`/subscriptions/${given.acmeId}`);
    for (const part of ['Its life', 'goes on', 'events_included', 'ago', 'SubscriptionActivated', 'Events set aside'])
      expect(text).toContain(part);
    expect(text).toMatch(/>events<\/td>[^]*?>150<\/td>[^]*?>150<\/td>[^]*?2026-07-01T00 to 2026-08-01T00/);
  });

  it('gets each picture as an SVG of its own', async () => {
    await given.completePage('/');
    const pages = await Promise.all(
      ['/', `/subscriptions/${given.acmeId}`, hourOf(given.acmeId, '2026-07-03T14')].map((path) => given.page(path)),
    );
    const pictures = pages.flatMap(({ text }) => [...text.matchAll(/<img src="([^"]+)"/g)].map(([, src = '']) => src));
    expect(pictures.length).toBeGreaterThanOrEqual(5);
    for (const src of pictures) {
      const { status, text, headers } = await given.page(src);
      expect([src, status, headers.get('content-type')]).toEqual([src, 200, 'image/svg+xml; charset=utf-8']);
      expect(text).toMatch(/^<svg/);
    }
  });
});

describe('finance', () => {
  it('reads the month to date by dimension, without a sum of different units', async () => {
    const text = await given.completePage('/');
    const row = (dimension: string, ...cells: string[]) =>
      new RegExp(`>${dimension}</td>${cells.map((cell) => `[^<]*<td[^>]*>${cell}</td>`).join('')}`);
    const netted = text.slice(text.indexOf('>Netted</td>'));
    expect(netted).toMatch(row('events', 'event', '241.5', '150', '91.5', '0'));
    expect(netted).toMatch(row('storage', 'GB', '0.25', '0', '0.25', '0'));
  });

  it('reads units of a dimension by day from the local stack as from CloudWatch', async () => {
    const fromMs = Date.parse('2026-07-03T00:00:00Z');
    const times = { fromMs, toMs: fromMs + 86_400_000, periodSeconds: 86_400 };
    const metrics = ['used', 'covered', 'billed', 'waiting', 'lost'] as const;
    const series = await given.ops.installation.observation.unitSeries(
      metrics.map((metric) => ({ productCode: 'flow-netted', dimension: 'events', metric })),
      times,
    );
    const values = Object.fromEntries(series.map(({ metric, points }) => [metric, points.map(({ value }) => value)]));
    expect(values).toEqual({
      used: [241.5],
      covered: [150],
      billed: [91.5],
      waiting: [],
      lost: [],
    });
  });

  it('reads a month by buyer with what the read costs, and all of it as CSV', async () => {
    const text = await given.completePage('/month?month=2026-07&read=yes');
    expect(text).toContain('91.5');
    expect(text).toMatch(/for (?!0 )[\d.]+ read units? of DynamoDB/);
    const csv = await given.page('/month.csv?month=2026-07');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text).toContain(`2026-07-03,${given.acmeAccount},${given.acmeId},flow-netted,events,91.5,event,1`);
    const { output } = await operator.run('usage', '--month', '2026-07', '--csv');
    expect(csv.text.trim()).toBe(output.trim());
  });

  it('reconciles a month, and marks what differs', async () => {
    const equal = await given.completePage('/reconcile?month=2026-07&read=yes');
    expect(equal).toContain('AWS accepted exactly what is billed here: 4 records.');
    expect((await given.page('/reconcile.csv?month=2026-07')).text).toContain('equal,2026-07-03');
  });

  it('reads what is not billed, with the reason, and all of it as CSV', async () => {
    const text = await given.completePage('/unbilled?since=2026-07-01&read=yes');
    expect(text).toContain('Every closed hour was billed, covered or carried over.');
    expect(text).toContain('malformed');
    const csv = await given.page('/unbilled.csv?since=2026-07-01');
    expect(csv.text).toMatch(/\r\nsetAside,s-\w+,,,,malformed,/);
  });
});

describe('the operator', () => {
  it('sees the simulated time of now, and what is stuck since when', async () => {
    const { agreement, subscriptionId } = await given.running.givenBuyer('flow-storage');
    given.running.marketplace.suspendBuyer(agreement.accountId);
    await given.running.report([{ id: 'stuck', subscriptionId, quantity: 4 }]);
    await given.running.stack.runHour();
    given.running.clock.advance(50 * 60_000);
    const { text } = await given.page('/');
    expect(text).toMatch(/notSubscribed/);
    expect(text).toMatch(/data-label="Dimension"\s*>events<\/td>\s*<td[^>]*>1<\/td>\s*<td[^>]*>1<\/td>/);
    expect((await given.page('/local')).text).toContain(
      new Date(given.running.clock.now()).toISOString().slice(0, 16).replace('T', ' '),
    );
  });

  it('is told the command that leads to the same installation', async () => {
    const { port } = new URL(given.running.stack.url);
    expect((await given.page('/')).text).toContain(`npm run ops -- stuck --local --port ${port}`);
  });

  it('reads an alarm with the section of the runbook that it names', async () => {
    given.running.clock.advance(3 * 3_600_000);
    const { text } = await given.page('/');
    const section = /href="(\/runbook\/[\w-]+)"/.exec(text)?.[1] ?? '';
    expect((await given.page(section)).text).toContain('Description.');
  });

  it('reads usage that is lost by its reason, with what to do about it', async () => {
    given.running.clock.advance(26 * 3_600_000);
    await given.running.stack.fire('CatchUp');
    const { origin, cookie } = given;
    await fetch(`${origin}/unbilled?since=2026-07-01&read=again`, { headers: { cookie }, redirect: 'manual' });
    const text = await given.completePage('/unbilled?since=2026-07-01&read=yes');
    expect(text).toMatch(/notSubscribed: 1 hour/);
    expect(text).toContain('AWS said to the end that the buyer is not subscribed.');
    expect(text).toContain('href="/runbook/usage-rejected"');
    expect((await given.page('/unbilled.csv?since=2026-07-01')).text).toMatch(
      /rejected,s-\w+,2026-07-03T\d\d,events,4,/,
    );
  });

  it('needs no permissions but those of the policies for looking and for personal data', async () => {
    for (const path of paths()) await given.completePage(path);
    const listed = new Set([
      ...permissionsOf('OperatorPoliciesRead'),
      ...permissionsOf('OperatorPoliciesPersonalData'),
    ]);
    expect(calls.size).toBeGreaterThan(6);
    expect([...calls].filter((call) => !listed.has(call.toLowerCase()))).toEqual([]);
    const personal = [...calls].filter((call) => call.endsWith('registrations')).sort();
    expect(personal).toEqual(['DescribeTable registrations', 'Scan registrations']);
  });
});
