import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions } from 'esbuild';
import type { FunctionName } from '../lambdas/shared/contract/functions';
import type { SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';

const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Bundles a function into one ES module, so that esbuild can drop dead code. The AWS SDK is included: Lambda's copy
 * changes without notice and is not tree-shaken.
 */
export function bundleOptions(name: FunctionName, configuration: SellerConfiguration) {
  return {
    absWorkingDir: projectRoot,
    entryPoints: [join('lambdas', name, 'handler.ts')],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // `module` first: a package's ES modules can be tree-shaken, its CommonJS cannot.
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'warning',
    // Compiled in, because 260 dimensions do not fit into the 4 KB of a function's environment.
    define: { 'process.env.SELLER_CONFIGURATION': JSON.stringify(JSON.stringify(configuration)) },
  } satisfies BuildOptions;
}

/**
 * The function's code asset. It calls esbuild's API rather than `NodejsFunction`, which passes `define` on the command
 * line, where a large configuration (128 KB) fails. `NodejsFunction` also runs `npx`, which may contact a registry and
 * takes twice as long.
 */
export function bundledFunction(name: FunctionName, configuration: SellerConfiguration): Code {
  const options = bundleOptions(name, configuration);
  return Code.fromAsset(join(projectRoot, 'lambdas', name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started, because bundling is always local.
      image: DockerImage.fromRegistry('none'),
      // CDK caches bundles under a key made of these properties, which does not cover `tryBundle`. Without the
      // configuration here, the second construct in an app would get the bundle of the first.
      command: [JSON.stringify(options.define)],
      local: {
        tryBundle(outputFolder: string): boolean {
          buildSync({ ...options, outfile: join(outputFolder, 'index.mjs') });
          return true;
        },
      },
    },
  });
}
