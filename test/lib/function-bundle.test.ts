import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { buildSync } from 'esbuild';
import { FUNCTION_NAMES } from '../../lambdas/shared/contract/functions';
import { PAGE_TEXTS } from '../../lambdas/shared/contract/page-texts';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { bundleOptions } from '../../lib/function-bundle';
import { MarketplaceFunction } from '../../lib/marketplace-function';
import { aConfiguration, aProduct } from './synthesized';

const MAX_BYTES = 500_000;
const configuration = parseSellerConfiguration(aConfiguration());

const LOGO = 'data:image/png;base64,LOGOLOGO';
const WITH_PAGES: readonly string[] = ['register-subscription', 'complete-registration'];
const bundles = buildSync({
  ...bundleOptions(configuration, { logo: LOGO }),
  write: false,
  metafile: true,
  outdir: 'bundles',
});

describe.each(FUNCTION_NAMES)('the bundle of %s', (functionName) => {
  const code = bundles.outputFiles.find(({ path }) => path.endsWith(`/bundles/${functionName}.js`))?.text ?? '';
  const output = bundles.metafile.outputs[`bundles/${functionName}.js`];

  it('is smaller than 500 KB, AWS SDK included', () => {
    expect(output?.bytes).toBeGreaterThan(0);
    expect(output?.bytes).toBeLessThan(MAX_BYTES);
  });

  it('contains everything it imports, and not version 2 of the AWS SDK', () => {
    expect(output?.imports.map(({ path }) => path).filter((path) => !isBuiltin(path))).toEqual([]);
    const inputs = Object.keys(output?.inputs ?? {});
    expect(inputs).toContain(`lambdas/${functionName}/handler.ts`);
    expect(inputs.filter((path) => path.includes('node_modules/aws-sdk/'))).toEqual([]);
  });

  it('takes credentials from the environment, and contains no other provider of them', () => {
    const providers = Object.keys(output?.inputs ?? {}).flatMap((path) => /credential-provider-\w+/.exec(path) ?? []);
    expect(new Set(providers)).toEqual(new Set(['credential-provider-env']));
  });

  it('contains the logo and the texts only if it shows pages, and nothing that checks a configuration', () => {
    for (const part of [LOGO, PAGE_TEXTS.formIntro])
      expect(code.includes(part)).toBe(WITH_PAGES.includes(functionName));
    expect(Object.keys(output?.inputs ?? {}).filter((path) => /colord|levenshtein/.test(path))).toEqual([]);
  });

  it('runs as an ES module: nothing in it calls require', () => {
    expect(code).not.toContain('Dynamic require of');
  });
});

describe('the code asset of a function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is named after its code: the same bundle, the same name; another configuration, another bundle', () => {
    const app = new App({ outdir: folder, builtinCloudFormationValidation: false });
    const [first, again, second] = ['First product', 'First product', 'Second product'].map((name, n) => {
      const stack = new Stack(app, `Stack${n}`);
      new MarketplaceFunction(stack, 'Function', {
        name: 'record-usage',
        configuration: parseSellerConfiguration(aConfiguration({ products: [aProduct({ name })] })),
        logRetention: RetentionDays.ONE_YEAR,
        metricsNamespace: 'Stack/Saas',
      });
      return stack.artifactId;
    });
    app.synth();
    const asset = (artifact = '') => {
      const assets = JSON.parse(readFileSync(join(folder, `${artifact}.assets.json`), 'utf8'));
      const paths = Object.values<{ source: { path: string } }>(assets.files).map(({ source }) => source.path);
      return paths.find((path) => path.startsWith('asset.')) ?? '';
    };
    const code = (artifact?: string) => readFileSync(join(folder, asset(artifact), 'index.mjs'), 'utf8');
    expect(asset(again)).toBe(asset(first));
    expect(asset(second)).not.toBe(asset(first));
    expect(code(first)).toContain('First product');
    expect(code(second)).toContain('Second product');
  });
});
