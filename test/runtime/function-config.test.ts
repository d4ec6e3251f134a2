import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES, FUNCTIONS, TABLE_VARIABLES } from '../../lambdas/shared/contract/functions';
import { loadConfig, loadEventBusName, loadPages, loadTables } from '../../lambdas/shared/runtime/function-config';
import { aSellerConfiguration } from '../../proofs/stand-ins/a-seller';

const { page, ...configuration } = aSellerConfiguration();
const environment = {
  ...Object.fromEntries(Object.entries(TABLE_VARIABLES).map(([table, variable]) => [variable, `the-${table}`])),
  EVENT_BUS_NAME: 'bus',
  LAMBDA_TASK_ROOT: aFolder({ 'configuration.json': JSON.stringify(configuration) }),
};

/** As Lambda has it: a bundle's folder, which `LAMBDA_TASK_ROOT` names. */
function aFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'function-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const withFile = (name: string, content: string) => ({
  ...environment,
  LAMBDA_TASK_ROOT: aFolder({ [name]: content }),
});
const CONFIGURED = FUNCTION_NAMES.flatMap((name) => {
  const design = FUNCTIONS[name];
  return 'files' in design ? [{ name, design }] : [];
});

describe('the configuration of a function', () => {
  it.each(FUNCTION_NAMES)('gives %s its tables, and no other', (name) => {
    const tables = Object.fromEntries(FUNCTIONS[name].tables.map((table) => [table, `the-${table}`]));
    expect(loadTables(FUNCTIONS[name], environment)).toEqual(tables);
  });

  it.each(CONFIGURED)("gives $name the seller's configuration, from the file beside its bundle", ({ design }) => {
    expect(loadConfig(design, environment)).toEqual({ tables: loadTables(design, environment), configuration });
  });

  it.each(CONFIGURED)('fails to load $name with every missing variable in one error', ({ design }) => {
    const missing = [...design.tables.map((table) => TABLE_VARIABLES[table]), 'LAMBDA_TASK_ROOT'];
    const allNamed = new RegExp(missing.map((variable) => `(?=[^]*${variable})`).join(''));
    expect(() => loadConfig(design, {})).toThrow(allNamed);
  });

  it('reads the name of the event bus, or fails with its variable', () => {
    expect(loadEventBusName(environment)).toBe('bus');
    expect(() => loadEventBusName({})).toThrow('EVENT_BUS_NAME');
  });

  it("reads the seller's part of the pages, or fails with its file", () => {
    const logo = 'data:image/png;base64,iVBORw0KGgo=';
    expect(loadPages(withFile('pages.json', JSON.stringify({ page, logo })))).toEqual({ page, logo });
    expect(loadPages(withFile('pages.json', '{}'))).toEqual({ page });
    for (const wrong of ['https://example.com/logo.png', 'data:text/html;base64,PGI+']) {
      expect(() => loadPages(withFile('pages.json', JSON.stringify({ logo: wrong })))).toThrow('pages.json');
    }
  });

  it.each(['{"products":', 'null', '{"page":{}}'])('fails with the file if what it holds is %s', (content) => {
    const wrong = withFile('configuration.json', content);
    expect(() => loadConfig(FUNCTIONS['register-subscription'], wrong)).toThrow(/configuration\.json: /);
  });

  it('fails with the name of the file when it is not there', () => {
    const empty = { ...environment, LAMBDA_TASK_ROOT: aFolder({}) };
    expect(() => loadConfig(FUNCTIONS['record-usage'], empty)).toThrow(/no such file[^]*configuration\.json/);
    expect(() => loadPages(empty)).toThrow(/no such file[^]*pages\.json/);
  });
});
