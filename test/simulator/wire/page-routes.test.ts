import { describe, expect, it } from 'vitest';
import { ESCAPED, REVERSE, useShownMarketplace } from './a-shown-marketplace';

const given = useShownMarketplace({ registrationUrl: 'https://seller.example/register' });

const textOf = async (path: string) => (await given.page(path)).text;
/** The text of a page without markup, with single spaces. */
const words = async (path: string) =>
  (await textOf(path))
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const agreementPath = () => `/buyer/agreements/${given.agreement.agreementId}`;
const everyPath = () => [
  '/',
  '/agreements',
  agreementPath(),
  '/calls',
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `/calls/${number}`),
  '/events',
  `/events/${given.marketplace.events()[0]?.id}`,
  '/ledger',
  `/ledger/${given.marketplace.ledger()[0]?.meteringRecordId}`,
  '/controls',
];

describe('every page', () => {
  it('escapes hostile names, tags and ids, and shows what would reverse the text around it', async () => {
    const texts = await Promise.all(everyPath().map(textOf));
    for (const text of texts) {
      expect(text).not.toMatch(/<script(?! src="\/live\.js")|alert\('1'\)/);
      expect(text).not.toContain(REVERSE);
    }
    const showing = everyPath().filter((_, index) => texts[index]?.includes(ESCAPED));
    expect(showing).toEqual(expect.arrayContaining(['/', '/agreements', agreementPath(), '/calls', '/calls/4']));
    // As JSON, the quote has a backslash.
    for (const number of [6, 7]) expect(await textOf(`/calls/${number}`)).toContain(ESCAPED.replace('&', '\\&'));
  });

  it('loads only what the simulator serves, and only the page of an agreement may lead to the seller', async () => {
    for (const path of everyPath()) {
      const { status, text, headers } = await given.page(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect([path, status]).toEqual([path, 200]);
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'self'; connect-src 'self'/);
      expect(policy).toContain("base-uri 'none'; frame-ancestors 'none'");
      expect(policy.includes("form-action 'self' http: https:")).toBe(path === agreementPath());
      expect(text).not.toMatch(/\sstyle=|\son\w+=/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('reloads without a script where nobody types, and is live by one file', async () => {
    for (const path of ['/agreements', '/calls', '/events', '/ledger'])
      expect(await textOf(path)).toMatch(/<noscript><meta http-equiv="refresh" content="10" \/><\/noscript>/);
    for (const path of ['/', agreementPath(), '/controls']) expect(await textOf(path)).not.toContain('http-equiv');
    for (const path of everyPath().filter((each) => !/\/(calls|ledger)\//.test(each)))
      expect(await textOf(path)).toContain('<script src="/live.js" defer>');
    const { text, headers } = await given.page('/live.js');
    expect([headers.get('content-type'), text.startsWith("'use strict'")]).toEqual([
      'text/javascript; charset=utf-8',
      true,
    ]);
  });

  it('says in words which page or thing does not exist', async () => {
    expect(await given.page('/calls/99')).toMatchObject({
      status: 404,
      text: expect.stringContaining('Call 99 has not been made yet.'),
    });
    for (const path of ['/events/none', '/ledger/none', '/buyer/agreements/none']) {
      const { status, text } = await given.page(path);
      expect([path, status, text.startsWith('<!doctype html>'), /There is no .* none/.test(text)]).toEqual([
        path,
        404,
        true,
        true,
      ]);
    }
    expect(await given.page('/unknown')).toMatchObject({
      status: 404,
      text: expect.stringContaining('There is no such page.'),
    });
    expect((await given.page('/_marketplace/unknown')).headers.get('content-type')).toContain('application/json');
  });

  it('explains a filter that cannot be read', async () => {
    expect(await given.page('/calls?account=12')).toMatchObject({
      status: 400,
      text: expect.stringContaining('Enter an AWS account id of twelve digits.'),
    });
    expect(await given.page('/ledger?month=May')).toMatchObject({
      status: 400,
      text: expect.stringContaining('such as 2026-11'),
    });
  });
});

describe('the calls', () => {
  it('list each request with its outcome and the rule that refused it, also those that no operation saw', async () => {
    const text = await words('/calls');
    expect(text).toMatch(/8 2026-11-15 12:30:00 BatchMeterUsage 400 SerializationException The request body is malfo/);
    expect(text).toMatch(/7 2026-11-15 12:30:00 AWSMPMeteringService.MeterUsage 400 UnknownOperationException/);
    expect(text).toMatch(/6 2026-11-15 12:30:00 ResolveCustomer 403 MissingAuthenticationToken/);
    expect(text).toMatch(
      /5 2026-11-15 12:30:00 BatchMeterUsage 1 no response The call took effect, and the connection/,
    );
    expect(text).toMatch(/4 2026-11-15 12:30:00 BatchMeterUsage 1 400 InvalidUsageDimensionException The product anal/);
    expect(text).toMatch(/3 2026-11-15 12:30:00 BatchMeterUsage 2 200, 1 not billed/);
    expect(text).toMatch(/BatchMeterUsage 4 2 0 2 6/);
  });

  it('show a usage record with its result, and the planted fault of a call', async () => {
    const third = await words('/calls/3');
    expect(third).toMatch(/2026-11-15 11:30:00 111122223333 arn:aws:\S+ requests 11 DuplicateRecord/);
    expect(third).toMatch(/storage 10 Success [0-9a-f-]{36}/);
    expect(third).toContain('&quot;Status&quot;: &quot;DuplicateRecord&quot;');
    expect(third).not.toContain('Planted faults');
    const fifth = await words('/calls/5');
    expect(fifth).toContain('Planted faults dropAfterCommit');
    expect(fifth).toContain('None: the connection was closed.');
    expect(await words('/calls/2')).toContain('10 in 1 UsageAllocation');
  });

  it.each([
    ['account=111122223333', [1, 2, 3, 4]],
    ['account=444455556666', [5]],
    ['product=older', [5]],
    ['operation=ResolveCustomer', [1, 6]],
    ['outcome=refused', [4, 6, 7, 8]],
    ['outcome=notBilled', [3]],
    ['outcome=dropped', [5]],
    ['outcome=answered&operation=BatchMeterUsage', [2]],
    ['month=2026-10', []],
    ['month=2026-11&account=111122223333&product=older', []],
  ])('are filtered by %s', async (query, numbers) => {
    const links = [...(await textOf(`/calls?${query}`)).matchAll(/href="\/calls\/(\d+)"/g)].map(([, number]) =>
      Number(number),
    );
    expect(links.toSorted()).toEqual(numbers);
  });
});

describe('the ledger', () => {
  it('shows what AWS would bill by buyer and dimension, each hour, and the allocations of a record', async () => {
    const text = await words('/ledger');
    expect(text).toMatch(
      /111122223333 analytics arn:aws:\S+ requests 1 10 111122223333 analytics arn:\S+ storage 1 10/,
    );
    expect(text).toMatch(/444455556666 older ProductCode requests 1 10/);
    expect(text).toMatch(/2026-11-15 11:00 111122223333 requests 10 [0-9a-f-]{36}/);
    const [first] = given.marketplace.ledger();
    expect(await words(`/ledger/${first?.meteringRecordId}`)).toMatch(/team=legal 10/);
  });

  it('is filtered by account, product and month of the usage', async () => {
    const counts = ['account=444455556666', 'product=analytics', 'month=2026-10', ''].map(
      async (query) => /(\d+) usage records? /.exec((await words(`/ledger?${query}`)).slice(-300))?.[1],
    );
    expect(await Promise.all(counts)).toEqual(['1', '2', '0', '3']);
  });
});

describe('the events', () => {
  it('tell whether they were sent, how often, and until when they are held', async () => {
    const { marketplace, agreement, clock } = given;
    marketplace.setDelivery({ delayNextSeconds: 90 });
    marketplace.announce(agreement.agreementId, 'advisoryIssued');
    expect(await words('/events?delivery=held')).toMatch(
      /Advisory Issued - Manufacturer agmt-\S+ held until 2026-11-15 12:31:30/,
    );
    expect(await words('/events?delivery=sent')).not.toContain('Advisory Issued');
    clock.advance(90_000);
    expect(await words('/events')).toMatch(/Advisory Issued - Manufacturer agmt-\S+ sent /);
    marketplace.setDelivery({ duplicate: 1 });
    marketplace.announce(agreement.agreementId, 'advisoryResolved');
    marketplace.releaseEvents();
    marketplace.setDelivery({ duplicate: 0 });
    expect(await words('/events')).toMatch(/Advisory Resolved - Manufacturer agmt-\S+ sent 2 times/);
    clock.advance(-90_000);
  });

  it('show notifications of legacy products, and are filtered by account and product', async () => {
    const text = await words('/events?account=444455556666');
    expect(text).toContain('&quot;action&quot;:&quot;subscribe-success&quot;');
    expect(text).not.toContain(given.agreement.agreementId);
    expect(await words('/events?product=analytics')).not.toContain('subscribe-success');
  });

  it('name the endpoint, or say that nobody receives them', async () => {
    expect(await words('/events')).toContain('nobody: no EventBridge endpoint is set');
    given.setEventBridgeEndpoint('http://127.0.0.1:1/');
    given.marketplace.announce(given.agreement.agreementId, 'advisoryIssued');
    await given.settled();
    const text = await words('/events');
    expect(text).toContain('Sent to http://127.0.0.1:1/');
    expect(text).toMatch(
      /Could not be delivered, newest first\. .* The event &quot;Purchase Agreement Advisory Issued/,
    );
  });
});

it("lists agreements by status, with AWS's words, and registration tokens with what became of them", async () => {
  const active = await words('/agreements?status=ACTIVE');
  expect(active).toMatch(/agmt-\S+ ACTIVE .* 111122223333 .* arn:aws:license-manager::\S+/);
  expect(active).toContain('resolved by ResolveCustomer');
  expect(await words('/agreements?status=EXPIRED')).toContain('No agreement fits.');
});

it('shows a hundred rows at most, and leads to the others with the filter kept', async () => {
  const { marketplace, aRecord, agreement, clock } = given;
  for (let hour = 0; hour < 110; hour += 1) {
    clock.advance(3_600_000);
    marketplace.call('BatchMeterUsage', { UsageRecords: [aRecord({ Timestamp: clock.now() / 1000, Quantity: 1 })] });
  }
  const first = await textOf(`/ledger?account=${agreement.accountId}`);
  expect(first.match(/href="\/ledger\/[^"]+"/g)).toHaveLength(100);
  expect(first).toContain('1 to 100 of 112 usage records');
  const next = /href="(\/ledger\?page=2[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(next).toContain(`account=${agreement.accountId}`);
  expect((await textOf(next)).match(/href="\/ledger\/[^"]+"/g)).toHaveLength(12);
});
