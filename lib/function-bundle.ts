import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, Stack, type App, type CfnResource } from 'aws-cdk-lib';
import { Code, type AssetCode, type CodeConfig, type ResourceBindOptions } from 'aws-cdk-lib/aws-lambda';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { buildSync, type BuildOptions } from 'esbuild';
import { FUNCTION_NAMES, type FunctionName } from '../lambdas/shared/contract/functions';
import type { Brand } from '../lambdas/shared/contract/seller-pages';
import type { SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';

const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Bundles each function into one ES module, so that esbuild can drop dead code. The AWS SDK is included: Lambda's copy
 * changes without notice and is not tree-shaken.
 */
export function bundleOptions({ page, ...configuration }: SellerConfiguration, brand: Brand = {}) {
  return {
    absWorkingDir: projectRoot,
    entryPoints: FUNCTION_NAMES.map((name) => ({ in: join('lambdas', name, 'handler.ts'), out: name })),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // `module` first: a package's ES modules can be tree-shaken, its CommonJS cannot.
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'warning',
    alias: { '@aws-sdk/credential-provider-node': './lambdas/shared/runtime/environment-credentials.ts' },
    // Compiled in, because 260 dimensions do not fit into the 4 KB of a function's environment.
    // The pages are in the bundles that read them, those of the functions that show pages.
    define: {
      'process.env.SELLER_CONFIGURATION': JSON.stringify(JSON.stringify(configuration)),
      'process.env.SELLER_PAGES': JSON.stringify(JSON.stringify({ page, ...brand })),
    },
  } satisfies BuildOptions;
}

/** Says on stderr what takes the next seconds. A command that needs no code, such as `cdk destroy`, bundles nothing. */
export function announceBundling(app: App): void {
  const bundled: unknown = app.node.tryGetContext(BUNDLING_STACKS);
  if (Array.isArray(bundled) && bundled.length === 0) return;
  process.stderr.write(`Bundling ${FUNCTION_NAMES.length} functions …\n`);
}

/** The bundles of each configuration and brand, by function. */
const built = new Map<string, Map<string, Uint8Array>>();

/** One run of esbuild for all functions, which reads what they share only once: it takes a quarter of the time of ten. */
function bundlesOf(configuration: SellerConfiguration, brand: Brand): Map<string, Uint8Array> {
  const key = JSON.stringify([configuration, brand]);
  const known = built.get(key);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({ ...bundleOptions(configuration, brand), write: false, outdir: projectRoot });
  const bundles = new Map(outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents]));
  built.set(key, bundles);
  return bundles;
}

/**
 * A function's code asset. It calls esbuild's API rather than `NodejsFunction`, which passes `define` on the command
 * line, where a large configuration (128 KB) fails. `NodejsFunction` also runs `npx`, which may contact a registry, and
 * bundles each function by itself.
 */
export class BundledCode extends Code {
  readonly isInline = false;
  #asset: AssetCode | undefined;

  constructor(
    private readonly functionName: FunctionName,
    private readonly configuration: SellerConfiguration,
    private readonly brand: Brand,
  ) {
    super();
  }

  override bind(scope: Construct): CodeConfig {
    // The CDK CLI needs no code to list or destroy stacks.
    if (!Stack.of(scope).bundlingRequired) return this.#stage(scope, join(projectRoot, 'lambdas', this.functionName));
    const code = bundlesOf(this.configuration, this.brand).get(this.functionName) ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    try {
      writeFileSync(join(folder, 'index.mjs'), code);
      return this.#stage(scope, folder, createHash('sha256').update(code).digest('hex'));
    } finally {
      // CDK has copied it to the assembly.
      rmSync(folder, { recursive: true });
    }
  }

  override bindToResource(resource: CfnResource, options?: ResourceBindOptions): void {
    this.#asset?.bindToResource(resource, options);
  }

  #stage(scope: Construct, folder: string, assetHash?: string): CodeConfig {
    const custom = assetHash === undefined ? {} : { assetHash, assetHashType: AssetHashType.CUSTOM };
    this.#asset = Code.fromAsset(folder, custom);
    return this.#asset.bind(scope);
  }
}
