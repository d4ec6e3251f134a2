import { describe, expect, it } from '@jest/globals';
import { FUNCTION_NAMES, FUNCTIONS, TABLE_VARIABLES } from '../../lambdas/shared/contract/functions';
import { loadConfig, loadEventBusName, loadPages, loadTables } from '../../lambdas/shared/runtime/function-config';
import { aSellerConfiguration } from '../../proofs/stand-ins/a-seller';

const { page, ...configuration } = aSellerConfiguration();
const environment = {
  ...Object.fromEntries(Object.entries(TABLE_VARIABLES).map(([table, variable]) => [variable, `the-${table}`])),
  EVENT_BUS_NAME: 'bus',
  SELLER_CONFIGURATION: JSON.stringify(configuration),
};

describe('the configuration of a function', () => {
  it.each(FUNCTION_NAMES)('gives %s its tables, and no other', (name) => {
    const tables = Object.fromEntries(FUNCTIONS[name].tables.map((table) => [table, `the-${table}`]));
    expect(loadConfig(FUNCTIONS[name], environment)).toEqual({ tables, configuration });
    expect(loadTables(FUNCTIONS[name], environment)).toEqual(tables);
  });

  it.each(FUNCTION_NAMES)('fails to load %s with every missing variable in one error', (name) => {
    const missing = [...FUNCTIONS[name].tables.map((table) => TABLE_VARIABLES[table]), 'SELLER_CONFIGURATION'];
    const allNamed = new RegExp(missing.map((variable) => `(?=[^]*${variable})`).join(''));
    expect(() => loadConfig(FUNCTIONS[name], {})).toThrow(allNamed);
  });

  it('reads the name of the event bus, or fails with its variable', () => {
    expect(loadEventBusName(environment)).toBe('bus');
    expect(() => loadEventBusName({})).toThrow('EVENT_BUS_NAME');
  });

  it("reads the seller's part of the pages, or fails with its variable", () => {
    const logo = 'data:image/png;base64,iVBORw0KGgo=';
    expect(loadPages({ SELLER_PAGES: JSON.stringify({ page, logo }) })).toEqual({ page, logo });
    expect(loadPages({ SELLER_PAGES: '{}' })).toEqual({ page });
    for (const wrong of ['https://example.com/logo.png', 'data:text/html;base64,PGI+']) {
      expect(() => loadPages({ SELLER_PAGES: JSON.stringify({ logo: wrong }) })).toThrow('SELLER_PAGES');
    }
  });

  it('fails with the explanation of an invalid configuration of the seller', () => {
    const wrong = { ...environment, SELLER_CONFIGURATION: '{"products":[]}' };
    expect(() => loadConfig(FUNCTIONS['register-subscription'], wrong)).toThrow(/support/);
  });
});
