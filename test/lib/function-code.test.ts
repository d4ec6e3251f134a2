import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { App, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { FUNCTIONS, type FunctionName } from '../../lambdas/shared/contract/functions';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { MarketplaceFunction } from '../../lib/marketplace-function';
import { aConfiguration, aProduct } from './synthesized';

const LOGO = 'data:image/png;base64,LOGOLOGO';
const assets = z.object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });

describe("a function's code asset", () => {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  const app = new App({ outdir: folder, builtinCloudFormationValidation: false });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The folders that `cdk deploy` would upload, of a function in one stack for each product name. */
  function assetsOf(name: FunctionName, ...products: string[]): string[] {
    const stacks = products.map((product) => {
      const stack = new Stack(app, `Stack${app.node.children.length}`);
      new MarketplaceFunction(stack, 'Function', {
        name,
        configuration: parseSellerConfiguration(aConfiguration({ products: [aProduct({ name: product })] })),
        brand: { logo: LOGO },
        logRetention: RetentionDays.ONE_YEAR,
        metricsNamespace: 'Stack/Saas',
      });
      return stack.artifactId;
    });
    app.synth({ force: true });
    return stacks.map((artifact) => {
      const { files } = assets.parse(JSON.parse(readFileSync(join(folder, `${artifact}.assets.json`), 'utf8')));
      const [path = ''] = Object.values(files).flatMap(({ source }) =>
        /^asset\./.test(source.path) ? source.path : [],
      );
      return join(folder, path);
    });
  }
  const text = (asset: string | undefined, file: string) => readFileSync(join(asset ?? '', file), 'utf8');

  it('is named after all that is in it: another configuration is another asset with the same bundle', () => {
    const [first, again, second] = assetsOf('record-usage', 'First product', 'First product', 'Second product');
    expect(again).toBe(first);
    expect(second).not.toBe(first);
    expect(text(second, 'index.mjs')).toBe(text(first, 'index.mjs'));
    expect(text(first, 'configuration.json')).toContain('First product');
    expect(text(second, 'configuration.json')).toContain('Second product');
    expect(text(first, 'index.mjs')).not.toContain('First product');
  });

  it('of a function that reads no configuration stays the same when the configuration changes', () => {
    expect(FUNCTIONS['publish-notices']).not.toHaveProperty('files');
    const [first, second] = assetsOf('publish-notices', 'First product', 'Second product');
    expect(second).toBe(first);
    expect(readdirSync(first ?? '')).toEqual(['index.mjs']);
  });

  it('holds the logo and the texts of pages only if the function shows pages', () => {
    const [shows] = assetsOf('register-subscription', 'A product');
    expect(readdirSync(shows ?? '').sort()).toEqual(['configuration.json', 'index.mjs', 'pages.json']);
    expect(JSON.parse(text(shows, 'pages.json'))).toMatchObject({ logo: LOGO, page: { language: 'en' } });
    expect(JSON.parse(text(shows, 'configuration.json'))).not.toHaveProperty('page');
    const [other] = assetsOf('record-usage', 'A product');
    expect(readdirSync(other ?? '').sort()).toEqual(['configuration.json', 'index.mjs']);
  });
});
