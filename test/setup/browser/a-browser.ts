import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, CHROMIUM_PATH, NO_CHROMIUM } from '../../../proofs/screenshots/chromium';

/** A describe that runs in a real browser, and says loudly when there is none. */
export const describeInBrowser: typeof describe | typeof describe.skip = (() => {
  if (CHROMIUM_PATH !== undefined) return describe;
  console.warn('NOT TESTED: what a browser shows, because there is no Chromium.\n' + NO_CHROMIUM);
  return describe.skip;
})();

/** Optimizing axe for a page that is open for a second takes longer than it saves. */
const FEW_COMPILERS = '--js-flags=--no-opt,--no-maglev';

/** The widths that every page must be readable at: a phone and a desk. */
const WIDTHS = [375, 1280];
const viewportOf = (width: number) => ({ width, height: 900 });

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

const pageOf = async (browser: Browser, { javaScriptEnabled = true } = {}): Promise<Page> =>
  browser.newPage({ viewport: viewportOf(1280), javaScriptEnabled });

/**
 * A test in a browser. `page` is one for all tests of a file, which load what they need: a new one costs five times as
 * much as a page load. Chromium is one for all files of a worker, and closed when the worker ends.
 */
export const it = test
  .extend('browser', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const args = [...CHROMIUM_ARGUMENTS, FEW_COMPILERS];
    const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args });
    onCleanup(async () => browser.close());
    return browser;
  })
  .extend('page', { scope: 'file' }, async ({ browser }, { onCleanup }) => {
    const page = await pageOf(browser);
    onCleanup(async () => page.close());
    return page;
  })
  .extend('pageWithoutScripts', async ({ browser }, { onCleanup }) => {
    const page = await pageOf(browser, { javaScriptEnabled: false });
    onCleanup(async () => page.close());
    return page;
  });

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/**
 * Holds a page to the rules of axe-core at each width, in light and dark, and to these widths: nothing scrolls sideways.
 * Only the contrast depends on the colour scheme.
 */
export async function expectAccessible(page: Page): Promise<void> {
  // Through the debugger, because the page's own policy allows no foreign script.
  await page.evaluate(AXE);
  for (const width of WIDTHS) {
    await page.setViewportSize(viewportOf(width));
    await page.emulateMedia({ colorScheme: 'light' });
    const inLight = await violationsOf(page, '{}');
    await page.emulateMedia({ colorScheme: 'dark' });
    const inDark = await violationsOf(page, '{ runOnly: ["color-contrast"] }');
    const excess = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    const at = { url: page.url(), width };
    expect({ ...at, inLight, inDark, scrollsSidewaysBy: excess }).toEqual({
      ...at,
      inLight: [],
      inDark: [],
      scrollsSidewaysBy: 0,
    });
  }
}

async function violationsOf(page: Page, options: string): Promise<string[]> {
  const found = await page.evaluate<Violation[]>(`axe.run(${options}).then(({ violations }) => violations)`);
  return found.map(({ id, nodes }) => {
    const each = nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`);
    return `${id}: ${each.join('\n')}`;
  });
}
