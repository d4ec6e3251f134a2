import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstCommands } from '../../local/first-commands';
import { hasRoot, indexPage } from '../../local/stack/index-page';
import { startMarketplace, type RunningMarketplace } from '../../simulator';
import { LICENSE_PRODUCT, PRODUCTS } from '../flow/products';

const STACK = { url: 'http://127.0.0.1:3000', controlUrl: 'http://127.0.0.1:3000/_stack' };

let simulator: RunningMarketplace;

beforeAll(async () => {
  simulator = await startMarketplace();
  for (const { identityMode = 'license', dimensions, productCode, name, pricingModel } of PRODUCTS) {
    const names = dimensions.map(({ apiName }) => apiName);
    simulator.marketplace.addProduct({ productCode, name, pricingModel, identityMode, dimensions: names });
  }
});
afterAll(() => simulator.stop());

describe('the commands that npm start prints', () => {
  it('report usage of the buyer whom the first one registers, however many others there are', () => {
    firstCommands(STACK, simulator);
    const { register, report } = firstCommands(STACK, simulator);
    const accounts = simulator.marketplace.agreements().map(({ accountId }) => accountId);
    expect(new Set(accounts).size).toBe(2);
    expect(register).toMatch(/x-amzn-marketplace-token=\S{20,}'/);
    expect(report).toContain(`customerAWSAccountId=${accounts.at(-1)}'`);
    expect(report).not.toContain(accounts[0]);
    expect(simulator.marketplace.agreements().at(-1)?.productCode).toBe(LICENSE_PRODUCT);
  });

  it('name what to fill in when AWS Marketplace is elsewhere', () => {
    const { register, report, runHour } = firstCommands(STACK, undefined);
    expect(register).toContain('x-amzn-marketplace-token=TOKEN');
    expect(report).toContain('customerAWSAccountId=ACCOUNT');
    expect(runHour).toBe('curl -s -X POST http://127.0.0.1:3000/_stack/run-hour');
  });
});

describe('the page at / of the local stack', () => {
  const route = (routeKey: string) => ({ routeKey, signed: routeKey.startsWith('POST'), function: 'f' });
  const endpoints = { aws: '', dynamodb: '', marketplace: 'http://localhost:4600' };

  it('links to AWS Marketplace and to what the stack knows, and escapes what it shows', () => {
    const page = indexPage({ endpoints, routes: [route('GET /register'), route('POST /<b>')] });
    expect(page).toContain('<a href="http://localhost:4600">');
    expect(page).toContain('<a href="/_stack/alarms">');
    expect(page).toContain('<li>POST /&lt;b&gt; (signed)</li>');
    expect(indexPage({ endpoints: { ...endpoints, marketplace: 'javascript:alert(1)' }, routes: [] })).not.toContain(
      'javascript:',
    );
  });

  it.each([
    ['GET /', true],
    ['$default', true],
    ['ANY /{any+}', true],
    ['GET /register', false],
    ['POST /', false],
  ])('leaves / to a template with the route %s: %s', (routeKey, expected) => {
    const api = { apiId: 'a', routes: [route(routeKey)], handle: () => Promise.reject(new Error('not called')) };
    expect(hasRoot(api)).toBe(expected);
  });
});
