import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { useConsole } from '../ops/console/a-console';
import { describeInBrowser, expectAccessible, it } from '../setup/browser/a-browser';

describeInBrowser('the console in a browser', () => {
  const given = useConsole();

  const paths = () => [
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

  it('keeps the rules of axe and its width on a phone and a desk, in light and dark', async ({ page }) => {
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('dialog', (dialog) => problems.push(`a dialog: ${dialog.message()}`));
    await page.goto(given.address);
    expect(page.url()).toBe(`${given.origin}/`);
    await expectAccessible(page);
    for (const path of paths()) {
      // A long read shows its result at once when it has been made.
      await given.completePage(path);
      await page.goto(given.origin + path);
      await expectAccessible(page);
    }
    await page.goto(given.running.stack.url);
    await expectAccessible(page);
    // The page of what does not exist answers 404, which the browser logs; a broken policy or picture would be logged, too.
    expect(problems.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('is walked by keyboard alone, from a company name to the paragraph', async ({ page }) => {
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
  });

  it('is useful without JavaScript, and loads a page again until its long read is complete', async ({
    pageWithoutScripts: page,
  }) => {
    await page.goto(given.address);
    let loads = 0;
    page.on('framenavigated', () => (loads += 1));
    // Nobody has read this month before.
    await page.goto(`${given.origin}/month?month=2026-06&read=yes`);
    await page.waitForSelector('text=Nothing was billed.');
    expect(loads).toBeGreaterThan(1);
    await given.completePage('/month?read=yes');
    await page.goto(`${given.origin}/month?read=yes`);
    expect(await page.textContent('main')).toContain('91.5');
  });

  it('is out of reach for another page of the browser', async ({ page }) => {
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
