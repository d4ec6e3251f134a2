import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { openConsole } from '../../local/local-console';
import { playWeek, type Week } from '../demo/week';
import { EXAMPLE_CONFIGURATION } from '../example-configuration';
import { CHROMIUM_ARGUMENTS, CHROMIUM_PATH, NO_CHROMIUM } from './chromium';

const DESK = { width: 1280, height: 800 };
/** Pictures are read with the documents, also where the network is slow. */
const MAX_BYTES = 200_000;

/** Takes the documents' pictures from the demo's week, which is the same each time. */
export async function takeScreenshots(folder: string): Promise<void> {
  if (CHROMIUM_PATH === undefined) throw new Error(NO_CHROMIUM);
  const week = await playWeek();
  const port = Number(new URL(week.running.stack.url).port);
  const page = await openConsole({ port, consolePort: 0, config: EXAMPLE_CONFIGURATION });
  const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: CHROMIUM_ARGUMENTS });
  try {
    mkdirSync(folder, { recursive: true });
    const tab = await browser.newPage({ viewport: DESK });
    for (const [name, show] of Object.entries(picturesOf(week, page.address))) {
      const failed: string[] = [];
      tab.on('response', (response) => response.ok() || response.status() < 400 || failed.push(response.url()));
      await show(tab);
      if (failed.length > 0) throw new Error(`${name} shows something that could not be read: ${failed.join(', ')}`);
      const picture = await tab.screenshot();
      if (picture.byteLength > MAX_BYTES)
        throw new Error(`${name} has ${picture.byteLength} bytes, and may have ${MAX_BYTES}.`);
      writeFileSync(join(folder, `${name}.png`), picture);
      console.log(`${join(folder, `${name}.png`)}: ${Math.ceil(picture.byteLength / 1000)} KB`);
    }
  } finally {
    await browser.close();
    await page.stop();
    await week.running.stop();
  }
}

function picturesOf(
  { running, customers }: Week,
  consoleAddress: string,
): Record<string, (tab: Page) => Promise<unknown>> {
  const simulator = running.stack.status().endpoints.marketplace;
  const buyer = customers.find(({ scenario }) => scenario.contract !== undefined);
  if (buyer === undefined) throw new Error('No buyer of the demo has a contract.');
  // The first hour that is billed is the one in which the contract was used up.
  const [hour] = running
    .ledgerOf(buyer.buyer.agreement)
    .map((record) => record.hour.slice(0, 13))
    .sort();
  const origin = new URL(consoleAddress).origin;
  return {
    'console-overview': (tab) => tab.goto(consoleAddress),
    'console-hour': (tab) => tab.goto(`${origin}/subscriptions/${buyer.subscriptionId}/hours/events/${hour}`),
    'simulator-ledger': (tab) => tab.goto(`${simulator}/ledger`),
    'buyer-account': async (tab) => {
      await tab.goto(`${simulator}/buyer/agreements/${buyer.buyer.agreement.agreementId}`);
      await tab.getByRole('button', { name: 'Set up your account' }).click();
      await tab.waitForURL(/\/registration/);
    },
  };
}
