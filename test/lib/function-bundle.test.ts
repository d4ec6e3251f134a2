import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';
import { buildSync } from 'esbuild';
import {
  CONFIGURATION_FILES,
  FUNCTION_NAMES,
  FUNCTIONS,
  type ConfigurationFile,
  type FunctionDesign,
} from '../../lambdas/shared/contract/functions';
import { PAGE_TEXTS } from '../../lambdas/shared/contract/page-texts';
import { bundleOptions } from '../../lib/function-bundle';

/** In KB of 1,024 bytes, as docs/cost.md shows it. */
const MAX_KB = 495;
/** Texts of what reads the files. They survive minification. */
const READS: Record<ConfigurationFile, string> = {
  configuration: 'this is no configuration of the stack',
  pages: String.raw`^data:image\/`,
};
const bundles = buildSync({ ...bundleOptions(), write: false, metafile: true, outdir: 'bundles' });

describe.each(FUNCTION_NAMES)('the bundle of %s', (functionName) => {
  const code = bundles.outputFiles.find(({ path }) => path.endsWith(`/bundles/${functionName}.js`))?.text ?? '';
  const output = bundles.metafile.outputs[`bundles/${functionName}.js`];

  it('is smaller than 495 KB, AWS SDK included', () => {
    expect(output?.bytes).toBeGreaterThan(0);
    expect(output?.bytes).toBeLessThan(MAX_KB * 1024);
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

  it('reads exactly the files of the configuration that the stack puts beside it', () => {
    const { files = [] }: FunctionDesign = FUNCTIONS[functionName];
    const read = (Object.keys(CONFIGURATION_FILES) as ConfigurationFile[]).filter((file) => code.includes(READS[file]));
    expect(read).toEqual(files);
  });

  it('contains the texts of pages only if it shows pages, and nothing that checks a configuration', () => {
    const { files = [] }: FunctionDesign = FUNCTIONS[functionName];
    expect(code.includes(PAGE_TEXTS.formIntro)).toBe(files.includes('pages'));
    expect(
      Object.keys(output?.inputs ?? {}).filter((path) => /colord|levenshtein|seller-configuration/.test(path)),
    ).toEqual([]);
  });

  it('runs as an ES module: nothing in it calls require', () => {
    expect(code).not.toContain('Dynamic require of');
  });
});
