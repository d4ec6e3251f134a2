import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { useFlow } from '../flow/a-running-stack';
import { NEXT_URL } from '../flow/products';
import { describeInBrowser, expectAccessible, it } from '../setup/browser/a-browser';

describeInBrowser("the buyer's pages in a browser", () => {
  const running = useFlow({ withChoices: true });

  /** From the button in AWS Marketplace to the page on which the seller asks for the contact. */
  async function arrive(page: Page) {
    const { agreementId } = running.subscribe();
    await running.settled();
    await page.goto(`${running.stack.status().endpoints.marketplace}/buyer/agreements/${agreementId}`);
    await page.getByRole('button', { name: 'Set up your account' }).click();
    await page.waitForURL(/\/registration$/);
  }

  it('register a buyer by keyboard, and keep the rules of axe on a phone and a desk, in light and dark', async ({
    page,
  }) => {
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`${running.stack.url}/register`);
    await expectAccessible(page);
    await arrive(page);
    await expectAccessible(page);
    expect(await page.title()).toContain('Set up your account');
    // Nothing is filled in: the browser reads the summary first, and its links lead to the fields.
    await page.getByRole('button', { name: 'Create account' }).press('Enter');
    await page.waitForSelector('[role=alert]');
    await expectAccessible(page);
    await page.locator('[role=alert] a').first().press('Enter');
    await page.keyboard.press('Tab');
    await page.locator('#email').fill('ada@example.com');
    await page.locator('#name').fill('Ada <script>alert(1)</script>');
    await page.locator('#phone').fill('+44 20 7946 0000');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\?done$/);
    await expectAccessible(page);
    expect(await page.locator('main').textContent()).toContain('Ada <script>alert(1)</script>');
    expect(await page.getByRole('link', { name: /^Continue to/ }).getAttribute('href')).toBe(NEXT_URL);
    await page.getByRole('link', { name: 'Change your contact data' }).click();
    expect(await page.locator('#phone').inputValue()).toBe('+44 20 7946 0000');
    await expectAccessible(page);
    // The form with mistakes answers 400, which the browser logs. A refused style or script would be logged, too.
    expect(problems.filter((text) => !text.includes('400'))).toEqual([]);
  });

  it('work without JavaScript', async ({ pageWithoutScripts: page }) => {
    await arrive(page);
    await page.locator('#email').fill('ada@example.com');
    await page.locator('#name').fill('Ada');
    await page.locator('#phone').fill('+44 20 7946 0000');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(/\?done$/);
    expect(await page.locator('[role=status]').textContent()).toContain('Your registration for Flow is complete.');
  });
});
