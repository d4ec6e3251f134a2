import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { buildSync } from 'esbuild';
import { FUNCTION_NAMES } from '../../lambdas/shared/contract/functions';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { bundleOptions } from '../../lib/function-bundle';
import { MarketplaceFunction } from '../../lib/marketplace-function';
import { aConfiguration, aProduct } from './synthesized';

const MAX_BYTES = 600_000;
const configuration = parseSellerConfiguration(aConfiguration());

describe.each(FUNCTION_NAMES)('the bundle of %s', (functionName) => {
  const { outputFiles, metafile } = buildSync({
    ...bundleOptions(functionName, configuration),
    write: false,
    metafile: true,
  });
  const code = outputFiles[0]?.text ?? '';

  it('is smaller than 600 KB, AWS SDK included', () => {
    const [output] = Object.values(metafile.outputs);
    expect(output?.bytes).toBeGreaterThan(0);
    expect(output?.bytes).toBeLessThan(MAX_BYTES);
  });

  it('contains everything it imports, and not version 2 of the AWS SDK', () => {
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    expect(imports.filter((path) => !isBuiltin(path))).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules/aws-sdk/'))).toEqual([]);
  });

  it('runs as an ES module: nothing in it calls require', () => {
    expect(code).not.toContain('Dynamic require of');
  });
});

describe('the configuration in a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('bakes the configuration of its own stack into a bundle when an app has two stacks', () => {
    const app = new App({ outdir: folder, builtinCloudFormationValidation: false });
    const [first, second] = ['First product', 'Second product'].map((name) => {
      const stack = new Stack(app, name.replace(' ', ''));
      new MarketplaceFunction(stack, 'Function', {
        name: 'record-usage',
        configuration: parseSellerConfiguration(aConfiguration({ products: [aProduct({ name })] })),
        logRetention: RetentionDays.ONE_YEAR,
        metricsNamespace: 'Stack/Saas',
      });
      return stack.artifactId;
    });
    app.synth();
    const code = (artifact = '') => {
      const assets = JSON.parse(readFileSync(join(folder, `${artifact}.assets.json`), 'utf8'));
      const paths = Object.values<{ source: { path: string } }>(assets.files).map(({ source }) => source.path);
      return readFileSync(join(folder, paths.find((path) => path.startsWith('asset.')) ?? '', 'index.mjs'), 'utf8');
    };
    expect(code(first)).toContain('First product');
    expect(code(second)).toContain('Second product');
  });
});
