import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions } from 'esbuild';
import type { FunctionName } from '../lambdas/shared/contract/functions';
import type { SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';

const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * How a function becomes one file: everything in it, the AWS SDK too (the runtime's own copy changes under us and is
 * not tree-shaken), as the ES module that keeps dead code out.
 */
export function bundleOptions(name: FunctionName, configuration: SellerConfiguration) {
  return {
    absWorkingDir: projectRoot,
    entryPoints: [join('lambdas', name, 'handler.ts')],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // `module` first: the packages' ES modules can be tree-shaken, their CommonJS cannot.
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'warning',
    // Baked in, because 260 dimensions do not fit the 4 KB of a function's environment.
    define: { 'process.env.SELLER_CONFIGURATION': JSON.stringify(JSON.stringify(configuration)) },
  } satisfies BuildOptions;
}

/**
 * The function's code asset. esbuild is called by its API, not by `NodejsFunction`: that one passes `define` on a
 * command line, where a large configuration (128 KB) fails, and goes through `npx`, which may ask a registry for news
 * and takes twice as long.
 */
export function bundledFunction(name: FunctionName, configuration: SellerConfiguration): Code {
  const options = bundleOptions(name, configuration);
  return Code.fromAsset(join(projectRoot, 'lambdas', name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started: bundling is always local.
      image: DockerImage.fromRegistry('none'),
      // CDK keeps finished bundles under a key made of these properties, which cannot see into `tryBundle`. Without the
      // configuration here, the second construct in an app would get the first one's.
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
