import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Where Debian, Ubuntu, macOS and a variable put Chromium. */
const PLACES = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = PLACES.find((place) => place !== '' && existsSync(place));

/** A describe that runs in a real browser, and says loudly when there is none. */
export const describeInBrowser: typeof describe | typeof describe.skip = (() => {
  if (executablePath !== undefined) return describe;
  console.warn(
    'NOT TESTED: what a browser shows, because there is no Chromium.\n' +
      'Install it (`apt-get install chromium`), or name it in CHROMIUM_PATH.',
  );
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
    if (executablePath === undefined) return;
    // The sandbox needs privileges that containers lack. The pages are our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
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
