import { afterAll, beforeAll, describe, expect } from 'vitest';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, CHROMIUM_PATH, NO_CHROMIUM } from '../../../proofs/screenshots/chromium';

/** A describe that runs in a real browser, and says loudly when there is none. */
export const describeInBrowser: typeof describe | typeof describe.skip = (() => {
  if (CHROMIUM_PATH !== undefined) return describe;
  console.warn('NOT TESTED: what a browser shows, because there is no Chromium.\n' + NO_CHROMIUM);
  return describe.skip;
})();

export interface BrowserUnderTest {
  /** A new page of its own, without cookies of others. */
  open(options?: Viewed): Promise<Page>;
}

export interface Viewed {
  width?: number;
  javaScript?: boolean;
}

/** One browser for all tests of a file. */
export function useBrowser(): BrowserUnderTest {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (CHROMIUM_PATH === undefined) return;
    browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: CHROMIUM_ARGUMENTS });
  });
  afterAll(() => browser?.close());
  return {
    open: async ({ width = 1280, javaScript = true } = {}) => {
      if (browser === undefined) throw new Error('There is no browser.');
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        javaScriptEnabled: javaScript,
      });
      return context.newPage();
    },
  };
}

/** The widths that every page must be readable at: a phone and a desk. */
export const WIDTHS = [375, 1280];

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/**
 * Holds a page to the rules of axe-core in light and dark, and to its width: nothing scrolls sideways. Only the contrast
 * depends on the colour scheme.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  // Through the debugger, because the page's own policy allows no foreign script.
  await page.evaluate(axe.source);
  const inLight = await violationsOf(page, '{}');
  await page.emulateMedia({ colorScheme: 'dark' });
  const inDark = await violationsOf(page, '{ runOnly: ["color-contrast"] }');
  const excess = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect({ url: page.url(), inLight, inDark, scrollsSidewaysBy: excess }).toEqual({
    url: page.url(),
    inLight: [],
    inDark: [],
    scrollsSidewaysBy: 0,
  });
}

async function violationsOf(page: Page, options: string): Promise<string[]> {
  const found = await page.evaluate<Violation[]>(`axe.run(${options}).then(({ violations }) => violations)`);
  return found.map(({ id, nodes }) => {
    const each = nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`);
    return `${id}: ${each.join('\n')}`;
  });
}
