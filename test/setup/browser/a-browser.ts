import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
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
  colorScheme?: 'light' | 'dark';
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
    open: async ({ width = 1280, colorScheme = 'light', javaScript = true } = {}) => {
      if (browser === undefined) throw new Error('There is no browser.');
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme,
        javaScriptEnabled: javaScript,
      });
      return context.newPage();
    },
  };
}

/** The widths and colour schemes that every page must be readable in. */
export const VIEWS = [375, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Holds a page to the rules of axe-core, and to its width: nothing scrolls sideways. */
export async function expectAccessible(page: Page): Promise<void> {
  // Through the debugger, because the page's own policy allows no foreign script.
  await page.evaluate(AXE);
  const violations = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
  const told = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`).join('\n')}`,
  );
  expect({ url: page.url(), violations: told }).toEqual({ url: page.url(), violations: [] });
  const excess = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect({ url: page.url(), scrollsSidewaysBy: excess }).toEqual({ url: page.url(), scrollsSidewaysBy: 0 });
}
