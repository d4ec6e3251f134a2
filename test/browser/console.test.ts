import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { useConsole } from '../ops/console/a-console';
import { describeInBrowser, expectAccessible, useBrowser, WIDTHS } from '../setup/browser/a-browser';

describeInBrowser('the console in a browser', () => {
  const given = useConsole();
  const browser = useBrowser();

  const paths = () => [
    '/',
    '/subscriptions',
    '/subscriptions?q=acme',
    '/subscriptions?q=acme&scan=yes',
    `/subscriptions/${given.acmeId}`,
    `/subscriptions/${given.storageId}/hours/events/2026-07-03T15`,
    '/unbilled?read=yes',
    '/month?read=yes',
    '/reconcile?read=yes',
    '/local',
    '/runbook/usage-rejected',
    '/subscriptions/s-unknown',
  ];

  const complete = (page: Page) => page.waitForSelector('meta[http-equiv=refresh]', { state: 'detached' });

  it.each(WIDTHS)('keeps the rules of axe and its width at %i px, in light and dark', async (width) => {
    const page = await browser.open({ width });
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('dialog', (dialog) => problems.push(`a dialog: ${dialog.message()}`));
    await page.goto(given.address);
    for (const path of paths()) {
      await page.goto(given.origin + path);
      await complete(page);
      await expectAccessible(page);
    }
    await page.goto(given.running.stack.url);
    await expectAccessible(page);
    // The page of what does not exist answers 404, which the browser logs; a broken policy or picture would be logged, too.
    expect(problems.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });

  it('is walked by keyboard alone, from a company name to the paragraph', async () => {
    const page = await browser.open();
    await page.goto(given.address);
    await complete(page);
    expect(page.url()).toBe(`${given.origin}/`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await tabTo(page, 'Subscriptions');
    await Promise.all([page.waitForURL('**/subscriptions'), page.keyboard.press('Enter')]);
    await page.focus('#q');
    await page.keyboard.type('acme');
    await Promise.all([page.waitForURL('**q=acme'), page.keyboard.press('Enter')]);
    await tabTo(page, 'Search companies and e-mail addresses');
    await Promise.all([page.waitForURL('**scan=yes'), page.keyboard.press('Enter')]);
    await complete(page);
    await tabTo(page, given.acmeId);
    await Promise.all([page.waitForURL(`**/${given.acmeId}`), page.keyboard.press('Enter')]);
    await tabTo(page, '2026-07-03T14');
    await Promise.all([page.waitForURL('**/2026-07-03T14'), page.keyboard.press('Enter')]);
    expect(await page.textContent('.quote')).toMatch(/you used 241\.5 events.*91\.5 were billed/);
    expect(await page.evaluate('[...document.images].every((image) => image.complete && image.naturalWidth > 0)')).toBe(
      true,
    );
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: given.origin });
    await page.click('text=Copy the paragraph');
    await page.waitForSelector('text=Copied.');
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^On 3 July 2026 .*\.$/);
    await page.context().close();
  });

  it('is useful without JavaScript', async () => {
    const page = await browser.open({ javaScript: false });
    await page.goto(given.address);
    await page.goto(`${given.origin}/month?read=yes`);
    await complete(page);
    expect(await page.textContent('main')).toContain('91.5');
    await page.context().close();
  });

  it('is out of reach for another page of the browser', async () => {
    const page = await browser.open();
    await page.goto(given.address);
    // The simulator, at `localhost`, is another site for the browser; the stack, at another port, is another origin.
    for (const other of [given.ops.installation.local?.marketplaceUrl ?? '', given.running.stack.url]) {
      await page.goto(other);
      const read = await page.evaluate(
        `fetch('${given.origin}/month', { credentials: 'include' }).then((answer) => answer.text(), (error) => error.name)`,
      );
      expect([other, read]).toEqual([other, 'TypeError']);
    }
    // A link from there is a navigation with the token's cookie or without, and is refused too.
    await page.setContent(`<a href="${given.origin}/month">console</a>`);
    await page.click('a');
    await page.waitForURL(`${given.origin}/month`);
    expect(await page.textContent('h1')).toBe('Another page asked for this');
    await page.context().close();
  });
});

/** Presses Tab until the element with this text has the focus. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<string>('document.activeElement.textContent.trim()')) === text) return;
  }
  throw new Error(`The keyboard does not reach “${text}” on ${page.url()}.`);
}
