import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { buy, SimulatedClock, startMarketplace, type RunningMarketplace } from '../../../simulator';
import { aProduct, HOUR } from '../a-marketplace';

const NOW = Date.parse('2026-11-15T12:30:00Z');
let running: RunningMarketplace;
beforeAll(async () => {
  running = await startMarketplace({ clock: new SimulatedClock({ standsAtMs: NOW }) });
  running.marketplace.addProduct(aProduct());
});
afterAll(() => running.stop());
beforeEach(() => {
  running.clock.set(NOW);
  running.marketplace.clearFaults();
});

const submit = (path: string, fields: Record<string, string> = {}) =>
  fetch(`${running.endpoint}/controls${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
const page = async () => (await fetch(`${running.endpoint}/controls`)).text();

it('advances and sets the clock, and performs what is then due', async () => {
  const { agreementId } = buy(running.marketplace, { productCode: 'analytics', activationDelaySeconds: 7200 });
  const { status, headers } = await submit('/clock/advance', { amount: '2', unit: 'hours' });

  expect([status, headers.get('location'), running.clock.now() - NOW]).toEqual([303, '/controls', 2 * HOUR]);
  expect(running.marketplace.agreement(agreementId).activatedAtMs).toBeDefined();
  await submit('/clock', { now: '2026-11-30T23:00' });
  expect(new Date(running.clock.now()).toISOString()).toBe('2026-11-30T23:00:00.000Z');
  expect(await page()).toContain('2026-11-30 23:00:00 UTC');
});

it('plants faults of either kind, shows them in words, and clears them', async () => {
  await submit('/faults', { kind: 'throttle', operation: '', next: '2', rate: '', fraction: '' });
  await submit('/faults', { kind: 'unprocessed', operation: 'BatchMeterUsage', next: '', rate: '20', fraction: '10' });

  expect(running.marketplace.faults()).toEqual([
    { kind: 'throttle', next: 2 },
    { kind: 'unprocessed', operation: 'BatchMeterUsage', rate: 0.2, fraction: 0.1 },
  ]);
  const text = await page();
  expect(text).toContain('the next 2 calls');
  expect(text).toContain('20 % of the calls, 10 % of their records');
  await submit('/faults/clear');
  expect([running.marketplace.faults(), (await page()).includes('Clear all faults')]).toEqual([[], false]);
});

it('duplicates and reorders events, and delivers held events on request', async () => {
  await submit('/delivery', { duplicate: '50', reorder: '100', delayNextSeconds: '0' });
  buy(running.marketplace, { productCode: 'analytics' });
  expect(await page()).toMatch(/name="duplicate"[^>]*value="50"/);
  expect(running.marketplace.delivery().held).toBeGreaterThan(0);
  expect((await submit('/delivery/release')).headers.get('location')).toBe('/controls#delivery');
  expect(await page()).toContain('Held events: 0');
  running.marketplace.setDelivery({ duplicate: 0, reorder: 0 });
});

it('chooses what AWS makes of decimal quantities', async () => {
  await submit('/decimals', { decimals: 'unknown' });
  expect(running.marketplace.decimals()).toBe('unknown');
  expect(await page()).toContain('<option value="unknown" selected>');
  running.marketplace.setDecimals('known');
});

it.each<[path: string, fields: Record<string, string>, sentence: string]>([
  ['/clock', { now: 'tomorrow' }, 'Enter a time such as 2026-11-30T23:00.'],
  ['/clock/advance', { amount: '-1', unit: 'hours' }, 'Enter how far as a number above 0.'],
  ['/faults', { kind: 'throttle' }, 'Enter either a number of calls or a probability.'],
  ['/faults', { kind: 'throttle', next: '1', rate: '5' }, 'Enter either a number of calls or a probability.'],
  ['/delivery', { duplicate: '101', reorder: '0', delayNextSeconds: '0' }, 'Enter at most 100 percent.'],
])('explains a refused form: %s %j', async (path, fields, sentence) => {
  const response = await submit(path, fields);

  expect(response.status).toBe(400);
  expect(await response.text()).toContain(sentence);
});
