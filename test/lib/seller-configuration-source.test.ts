import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { App } from 'aws-cdk-lib';
import { ExplainedError } from '../../lib/explained-error';
import { readSellerConfiguration, sellerConfiguration } from '../../lib/seller-configuration-source';
import { aConfiguration } from './synthesized';

const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

function aFile(text: string): string {
  const file = join(folder, 'seller.json');
  writeFileSync(file, text);
  return file;
}

const source = (context: Record<string, unknown>) => readSellerConfiguration(new App({ context }).node);
const read = (context: Record<string, unknown>) => source(context).configuration;

describe("the seller's configuration", () => {
  it('reads marketplace.config.json by default', () => {
    // The seller's own, whatever it sells.
    expect(read({})).toEqual(read({ marketplaceConfig: 'marketplace.config.json' }));
  });

  it('reads the file that the context names', () => {
    const file = aFile(JSON.stringify(aConfiguration()));
    expect(read({ marketplaceConfig: file }).products[0]?.productCode).toBe('productcode0');
  });

  it('reads the configuration in the context, as an object or as JSON from the command line', () => {
    const marketplace = aConfiguration();
    expect(read({ marketplace }).support).toEqual({ email: 'support@example.com' });
    expect(read({ marketplace: JSON.stringify(marketplace) })).toEqual(read({ marketplace }));
  });

  it('names the folder of the file, which the path of the logo is relative to', () => {
    const marketplace = aConfiguration();
    const file = aFile(JSON.stringify(marketplace));
    expect(source({ marketplaceConfig: file }).configurationFolder).toBe(folder);
    expect(source({}).configurationFolder).toBe(process.cwd());
    expect(source({ marketplace }).configurationFolder).toBe(process.cwd());
  });

  it('fails with every problem, the file and what to do when the configuration is invalid', () => {
    const wrong = aConfiguration({ usage: { graceMinutes: 90 }, support: {} });
    const file = aFile(JSON.stringify(wrong));
    const reading = () => read({ marketplaceConfig: file });
    expect(reading).toThrow(ExplainedError);
    expect(reading).toThrow(/usage\.graceMinutes is 90: give a whole number from 1 to 50/);
    expect(reading).toThrow(/support\.email or support\.url/);
    expect(reading).toThrow(`Correct it in ${file}`);
  });

  it('is checked when an app of the seller gives it as JSON', () => {
    expect(sellerConfiguration(aConfiguration())).toEqual(read({ marketplace: aConfiguration() }));
    expect(() => sellerConfiguration({ products: [] })).toThrow(
      'Correct it in the value given to sellerConfiguration and run again.',
    );
  });

  it('fails with the context key when the configuration in the context is invalid', () => {
    const reading = () => read({ marketplace: { products: [] } });
    expect(reading).toThrow(
      /^[^]+\nCorrect it in the CDK context key "marketplace" and run again\. docs\/configuration\.md of aws-marketplace-saas explains each field\.$/,
    );
    expect(reading).toThrow(expect.objectContaining({ cause: expect.any(Error) }));
  });

  it('fails with what to do when the context names no path', () => {
    expect(() => read({ marketplaceConfig: 7 })).toThrow(ExplainedError);
    expect(() => read({ marketplaceConfig: 7 })).toThrow('"marketplaceConfig" to the path of a file.');
  });

  it('fails with the line when the file is not JSON', () => {
    const file = aFile('{ "products": [ }');
    expect(() => read({ marketplaceConfig: file })).toThrow(/is not JSON: line 1 is/);
  });

  it('fails with what to do when the file is missing', () => {
    const missing = join(folder, 'missing.json');
    expect(() => read({ marketplaceConfig: missing })).toThrow(ExplainedError);
    expect(() => read({ marketplaceConfig: missing })).toThrow(
      /could not be read: .*missing\.json\n.*docs\/configuration\.md .*npx cdk synth -c marketplaceConfig=<path>$/,
    );
    expect(() => read({ marketplaceConfig: missing })).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'ENOENT' }) }),
    );
  });
});
