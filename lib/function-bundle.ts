import { basename, join } from 'node:path';
import { buildSync, type BuildOptions } from 'esbuild';
import { FUNCTION_NAMES, type FunctionName } from '../lambdas/shared/contract/functions';

const projectRoot = join(import.meta.dirname, '..');

/**
 * Bundles each function into one ES module, so that esbuild can drop dead code. The AWS SDK is included: Lambda's copy
 * changes without notice and is not tree-shaken. No configuration is compiled in: it lies beside the bundle.
 */
export function bundleOptions() {
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
  } satisfies BuildOptions;
}

let bundles: ReadonlyMap<string, Uint8Array> | undefined;

/**
 * A function's code. One run of esbuild bundles all functions, because it reads what they share only once: it takes a
 * quarter of the time of ten. The npm package has the bundles in it and replaces this module by
 * `packages/construct/packed-bundles.ts`.
 */
export function functionBundle(name: FunctionName): Uint8Array {
  bundles ??= bundleFunctions();
  const code = bundles.get(name);
  if (code === undefined) throw new Error(`esbuild made no bundle of ${name}.`);
  return code;
}

/** Calls esbuild's API rather than `NodejsFunction`, which runs `npx`, and bundles each function by itself. */
export function bundleFunctions(): ReadonlyMap<string, Uint8Array> {
  const { outputFiles } = buildSync({ ...bundleOptions(), write: false, outdir: projectRoot });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents]));
}
