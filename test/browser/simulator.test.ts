import { expect } from 'vitest';
import { describeInBrowser, expectAccessible, it } from '../setup/browser/a-browser';
import { useShownMarketplace } from '../simulator/wire/a-shown-marketplace';
import { startServer } from '../simulator/a-server';

describeInBrowser('the simulator in a browser', () => {
  const given = useShownMarketplace();

  const paths = () => [
    '/',
    '/agreements',
    `/buyer/agreements/${given.agreement.agreementId}`,
    '/calls',
    '/calls/3',
    '/calls/4',
    '/events',
    `/events/${given.marketplace.events()[0]?.id}`,
    '/ledger',
    `/ledger/${given.marketplace.ledger()[0]?.meteringRecordId}`,
    '/controls',
    '/calls/99',
  ];

  it('keeps the rules of axe and its width on a phone and a desk, in light and dark', async ({ page }) => {
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('dialog', (dialog) => problems.push(`a dialog: ${dialog.message()}`));
    for (const path of paths()) {
      await page.goto(given.endpoint + path);
      await expectAccessible(page);
    }
    // The page of what does not exist answers 404, which the browser logs; a broken policy would be logged, too.
    expect(problems.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('shows a new call without being loaded again, and keeps focus, typed text and the rows that were there', async ({
    page,
  }) => {
    await page.clock.install();
    await page.goto(`${given.endpoint}/calls`);
    const first = 'main tbody tr a[href="/calls/8"]';
    await page.evaluate(`row = document.querySelector('${first}')`);
    await page.fill('#account', '1111');
    await page.focus(first);
    await given.call('ResolveCustomer', { RegistrationToken: 'unknown' });
    await page.clock.runFor(1000);
    await page.waitForSelector('main tbody tr a[href="/calls/9"]');
    const kept = await page.evaluate('[row.isConnected, document.activeElement === row, row.getAttribute("href")]');
    expect(kept).toEqual([true, true, '/calls/8']);
    expect(await page.inputValue('#account')).toBe('1111');
    expect(await page.textContent('main tbody tr')).toContain('InvalidTokenException');
    await Promise.all([page.waitForURL('**/calls/8'), page.keyboard.press('Enter')]);
  });

  it('waits while a field is edited, and follows the clock', async ({ page }) => {
    await page.clock.install();
    let looks = 0;
    page.on('request', (request) => (looks += request.isNavigationRequest() ? 0 : 1));
    await page.goto(`${given.endpoint}/controls`);
    await page.fill('#amount', '3');
    const loaded = looks;
    given.clock.advance(60_000);
    await page.clock.runFor(5000);
    expect([looks, await page.textContent('.place')]).toEqual([loaded, 'Simulated time: 2026-11-15 12:30:00 UTC']);
    await page.click('button:has-text("Advance")');
    await page.waitForSelector('.place:has-text("15:31:00")');
    given.clock.advance(60_000);
    await page.clock.runFor(1000);
    await page.waitForSelector('.place:has-text("15:32:00")');
    expect(await page.inputValue('#now')).toBe('2026-11-15T15:32');
    // What was typed stays when the reader goes on to another part of the page.
    await page.fill('#now', '2027-01-01T00:00');
    await page.focus('text=Skip to the content');
    given.clock.advance(60_000);
    await page.clock.runFor(1000);
    await page.waitForSelector('.place:has-text("15:33:00")');
    expect(await page.inputValue('#now')).toBe('2027-01-01T00:00');
  });

  it('lets a buyer subscribe without JavaScript and leads to the seller with the token', async ({
    pageWithoutScripts: page,
  }) => {
    const posted: string[] = [];
    const seller = await startServer((body, { response }) => {
      posted.push(body);
      response.end('registered');
    });
    given.setRegistrationUrl(`${seller.endpoint}/register`);
    await page.goto(given.endpoint);
    await page.selectOption('#productCode', 'analytics');
    await page.fill('#accountId', '777788889999');
    await page.click('button:has-text("Subscribe")');
    await page.click('button:has-text("Set up your account")');
    await page.waitForURL(`${seller.endpoint}/register`);
    const RegistrationToken = new URLSearchParams(posted[0]).get('x-amzn-marketplace-token');
    expect(given.marketplace.call('ResolveCustomer', { RegistrationToken })).toMatchObject({
      output: { CustomerAWSAccountId: '777788889999' },
    });
    await seller.stop();
  });

  it('is out of reach for a page of another origin, which can neither read nor change', async ({ page }) => {
    const other = await startServer((_body, { response }) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<form method="post" action="${given.endpoint}/controls/clock/advance">
        <input name="amount" value="1"><input name="unit" value="days"><button>Go</button></form>`);
    });
    await page.goto(other.endpoint);
    const [before, agreements] = [given.clock.now(), given.marketplace.agreements().length];
    const tried = await page.evaluate(
      `Promise.all([
        fetch('${given.endpoint}/_marketplace/ledger'),
        fetch('${given.endpoint}/_marketplace/agreements', { method: 'POST', mode: 'no-cors', body: '{"productCode":"analytics"}' }),
        fetch('${given.endpoint}/_marketplace/clock', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"now":1}' }),
      ].map((answer) => answer.then(({ type }) => type, ({ name }) => name)))`,
    );
    expect(tried).toEqual(['TypeError', expect.any(String), 'TypeError']);
    await page.click('button');
    await page.waitForURL(`${given.endpoint}/**`);
    expect(await page.textContent('body')).toContain("answers no request of another site's page");
    expect([given.clock.now(), given.marketplace.agreements().length]).toEqual([before, agreements]);
    await other.stop();
  });
});
