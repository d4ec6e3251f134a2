import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { ROOT } from '../build/manifest';
import { run, seconds } from '../check/run';

const COMPILER = {
  ...{ target: 'ES2022', module: 'NodeNext', lib: ['ES2022'], types: ['node'], outDir: 'built', rootDir: '.' },
  ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: true },
};
/** How each module format imports JSON. */
const PROGRAMS = { 'esm.mts': " with { type: 'json' }", 'commonjs.cts': '' };

const program = (attributes: string) => `
import { App } from 'aws-cdk-lib';
import { MARKETPLACE_REGION, MarketplaceSaasStack, sellerConfiguration } from 'aws-marketplace-saas';
import configuration from './marketplace.config.json'${attributes};

new MarketplaceSaasStack(new App(), 'MarketplaceSaas', {
  description: 'AWS Marketplace SaaS integration: registration, licences, usage and metering',
  configuration: sellerConfiguration(configuration),
  env: { region: MARKETPLACE_REGION },
});
`;

/**
 * `Validations.acknowledge` is in no older release of aws-cdk-lib: 2.251.0 fails at it, tried out. That release requires
 * this version of constructs.
 */
export const OLDEST = { cdk: '2.252.0', constructs: '10.5.0' };
// `npm run --silent` would silence this npm too.
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'warn'];

/**
 * Uses the packed construct as a seller does: in an app that the CDK CLI has just made, in the example, and compiled to
 * both module formats without esbuild on the machine. Both must synthesize what this repository synthesizes, and the oldest
 * CDK that the package allows must synthesize the same resources.
 * @returns what was found, a line each.
 */
export async function tryOutConstruct(tarball: string): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'packages-'));
  try {
    const app = join(home, 'fresh-app');
    await makeFreshApp(app, tarball);
    const fresh = await seconds(run(app, 'npx', 'cdk', 'synth', '--quiet'));
    const example = await seconds(synthesizeExample(join(home, 'example'), app));
    await rename(join(app, 'node_modules/esbuild'), join(home, 'esbuild'));
    const formats = await compareFormats(app);
    return [
      `a fresh CDK app type-checks and synthesizes in ${fresh} s, npx and the CLI included`,
      `examples/construct type-checks and synthesizes in ${example} s`,
      ...formats,
      await compareOldest(app, tarball),
    ];
  } finally {
    await rm(home, { recursive: true });
  }
}

/** The app of `cdk init`, with the package and the stack that its README shows. */
async function makeFreshApp(app: string, tarball: string): Promise<void> {
  await mkdir(app);
  await run(app, join(ROOT, 'node_modules/.bin/cdk'), 'init', 'app', '--language', 'typescript', '--generate-only');
  const said = await run(app, 'npm', ...INSTALL, '--strict-peer-deps', tarball);
  if (/peer|ERESOLVE/i.test(said)) throw new Error(`npm install complains about peer dependencies:\n${said}`);
  const readme = await readFile(join(ROOT, 'packages/construct/README.md'), 'utf8');
  const [, stack = ''] = /```ts\n([^]*?)```/.exec(readme) ?? [];
  await writeFile(join(app, 'lib/fresh-app-stack.ts'), stack.replace('MyStack', 'FreshAppStack'));
}

async function synthesizeExample(folder: string, app: string): Promise<void> {
  await cp(join(ROOT, 'examples/construct'), folder, { recursive: true });
  await symlink(join(app, 'node_modules'), join(folder, 'node_modules'));
  await run(folder, 'npx', 'cdk', 'synth', '--quiet');
}

/** @throws Error when one synthesizes another template than this repository. */
async function compareFormats(app: string): Promise<string[]> {
  await writeFile(join(app, 'tsconfig.built.json'), JSON.stringify({ compilerOptions: COMPILER, include: ['*.?ts'] }));
  for (const [file, attributes] of Object.entries(PROGRAMS)) await writeFile(join(app, file), program(attributes));
  await cp(join(ROOT, 'marketplace.config.json'), join(app, 'marketplace.config.json'));
  await run(app, 'npx', 'tsc', '-p', 'tsconfig.built.json');
  const expected = await synthesized(join(app, 'repository'), ROOT, '--import', 'tsx', 'bin/app.ts');
  const lines: string[] = [];
  for (const file of Object.keys(PROGRAMS).map((each) => each.replace(/ts$/, 'js'))) {
    const made = await synthesized(join(app, file.replace(/\W/, '-')), app, join('built', file));
    if (!isDeepStrictEqual(made.template, expected.template))
      throw new Error(`${file} synthesizes another template than bin/app.ts does.`);
    lines.push(`${file} synthesizes the repository's template without esbuild in ${made.took} s`);
  }
  return lines;
}

/** The texts of a dashboard may differ; the resources may not. */
async function compareOldest(app: string, tarball: string): Promise<string> {
  const folder = join(app, 'oldest');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  // Among the packages inside this old release, two disagree about their peers.
  const packages = [`aws-cdk-lib@${OLDEST.cdk}`, `constructs@${OLDEST.constructs}`, tarball];
  await run(folder, 'npm', ...INSTALL, '--legacy-peer-deps', ...packages);
  for (const file of [...Object.keys(PROGRAMS), 'marketplace.config.json', 'tsconfig.built.json'])
    await cp(join(app, file), join(folder, file));
  await run(app, 'npx', 'tsc', '-p', join(folder, 'tsconfig.built.json'));
  const { template } = await synthesized(join(folder, 'cdk.out'), folder, join('built', 'esm.mjs'));
  const expected = await templateIn(join(app, 'repository'));
  if (!isDeepStrictEqual(resourcesOf(template), resourcesOf(expected)))
    throw new Error(`aws-cdk-lib ${OLDEST.cdk} synthesizes other resources than this repository does.`);
  return `aws-cdk-lib ${OLDEST.cdk}, the oldest allowed, type-checks and synthesizes the same resources`;
}

const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) });

const resourcesOf = (template: unknown) => templateSchema.parse(template).Resources;

async function templateIn(outdir: string): Promise<unknown> {
  return JSON.parse(await readFile(join(outdir, 'MarketplaceSaas.template.json'), 'utf8'));
}

/** Runs a CDK app as the CLI does, with the feature flags of this repository. */
async function synthesized(outdir: string, folder: string, ...args: string[]) {
  const { context } = JSON.parse(await readFile(join(ROOT, 'cdk.json'), 'utf8'));
  const environment = { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) };
  const took = await seconds(run({ folder, environment }, process.execPath, ...args));
  return { took, template: await templateIn(outdir) };
}
