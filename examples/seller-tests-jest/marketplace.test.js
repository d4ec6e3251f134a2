const { startMarketplace } = require('aws-marketplace-simulator');
const { MarketplaceIntegration } = require('./marketplace');

const NOW = Date.parse('2026-11-15T12:30:00Z');
const HOUR_MS = 3_600_000;
/** What Acme used, `ago` hours before now. */
const usageOf = ({ accountId, licenseArn }, { ago, quantity }) => ({
  accountId,
  licenseArn,
  dimension: 'requests',
  hour: new Date(NOW - ago * HOUR_MS),
  quantity,
});

let simulator;
let integration;
let acme;
beforeEach(async () => {
  simulator = await startMarketplace({
    start: {
      clock: NOW,
      clockStands: true,
      products: [{ productCode: 'mine', name: 'Mine', dimensions: ['requests'] }],
      agreements: [{ productCode: 'mine', accountId: '111122223333', acceptedDaysAgo: 3 }],
    },
  });
  Object.assign(process.env, simulator.environment);
  integration = new MarketplaceIntegration();
  [acme] = simulator.marketplace.agreements();
});
afterEach(async () => {
  integration.close();
  await simulator.stop();
});

const billed = () => simulator.marketplace.ledger().map(({ hour, quantity }) => [hour, quantity]);

test('a buyer who comes from AWS Marketplace is recognized', async () => {
  const { token } = simulator.marketplace.issueToken(acme.agreementId);

  expect(await integration.register(token)).toEqual({
    accountId: '111122223333',
    licenseArn: acme.licenseArn,
    productCode: 'mine',
  });
});

test('a token that has expired is refused', async () => {
  const { token, expiresAtMs } = simulator.marketplace.issueToken(acme.agreementId);
  simulator.clock.set(expiresAtMs);

  await expect(integration.register(token)).rejects.toThrow(expect.objectContaining({ name: 'ExpiredTokenException' }));
});

test('usage is billed in the hour in which it was used', async () => {
  await integration.report([usageOf(acme, { ago: 2, quantity: 7 }), usageOf(acme, { ago: 1, quantity: 5 })]);

  expect(billed()).toEqual([
    ['2026-11-15T10:00:00.000Z', '7'],
    ['2026-11-15T11:00:00.000Z', '5'],
  ]);
});

test('records that AWS leaves unprocessed are billed, and none is billed twice', async () => {
  simulator.marketplace.plantFault({ kind: 'unprocessed', operation: 'BatchMeterUsage', next: 2, fraction: 0.5 });
  const usage = [1, 2, 3, 4].map((ago) => usageOf(acme, { ago, quantity: ago }));
  await integration.report(usage);
  await integration.report(usage);

  expect(
    billed()
      .map(([, quantity]) => Number(quantity))
      .sort(),
  ).toEqual([1, 2, 3, 4]);
});

test('an answer that is lost on the way costs nothing', async () => {
  simulator.marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', next: 1 });
  await integration.report([usageOf(acme, { ago: 1, quantity: 5 })]);

  expect(billed()).toEqual([['2026-11-15T11:00:00.000Z', '5']]);
});

test('usage of a buyer whom AWS has suspended is reported as refused', async () => {
  simulator.marketplace.suspendBuyer('111122223333');

  expect(await integration.report([usageOf(acme, { ago: 1, quantity: 5 })])).toMatchObject([
    { Status: 'CustomerNotSubscribed' },
  ]);
  expect(billed()).toEqual([]);
});
