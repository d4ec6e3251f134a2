import { it, expect } from '@jest/globals';
import { describeInBrowser, useBrowser } from '../setup/browser/a-browser';
import { useConsole } from '../ops/console/a-console';
describeInBrowser('look', () => {
  const given = useConsole();
  const browser = useBrowser();
  it('shoots', async () => {
    for (const [w, cs] of [
      [1280, 'light'],
      [375, 'dark'],
    ] as const) {
      const page = await browser.open({ width: w, colorScheme: cs });
      await page.goto(given.address);
      const shots: [string, string][] = [
        ['overview', '/'],
        ['overview-day', '/?by=day'],
        ['subs', '/subscriptions'],
        ['find', '/subscriptions?q=acme'],
        ['scan', '/subscriptions?q=acme&scan=yes'],
        ['sub', `/subscriptions/${given.acmeId}`],
        ['hour', `/subscriptions/${given.acmeId}/hours/events/2026-07-03T14`],
        ['hour2', `/subscriptions/${given.storageId}/hours/events/2026-07-03T15`],
        ['unbilled', '/unbilled?read=yes'],
        ['month', '/month?read=yes'],
        ['reconcile', '/reconcile?read=yes'],
        ['local', '/local'],
        ['runbook', '/runbook/usage-rejected'],
        ['none', '/subscriptions/s-none'],
      ];
      for (const [n, p] of shots) {
        await page.goto(given.origin + p);
        await page.waitForSelector('meta[http-equiv=refresh]', { state: 'detached' });
        await page.screenshot({ path: `/tmp/shots/${n}-${w}.png`, fullPage: true });
      }
    }
    expect(1).toBe(1);
  });
});
