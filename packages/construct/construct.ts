import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundleFunctions } from '../../lib/function-bundle';
import { ROOT } from '../build/manifest';
import type { PackageDesign } from '../build/package-design';
import { OLDEST, tryOutConstruct } from './try-out';
import { BUNDLE_FILE, FUNCTIONS_FOLDER } from './packed-bundles';

/** The functions are bundled when the package is built, so that a seller's synth needs no esbuild. */
const packedBundles: Plugin = {
  name: 'packed bundles',
  setup({ onResolve }) {
    onResolve({ filter: /\/function-bundle$/ }, () => ({ path: join(ROOT, 'packages/construct/packed-bundles.ts') }));
  },
};

async function writeFunctions(folder: string): Promise<void> {
  for (const [name, code] of bundleFunctions()) {
    const home = join(folder, FUNCTIONS_FOLDER, name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, BUNDLE_FILE), code);
  }
}

const FUNCTIONS = [
  ...['register-subscription', 'complete-registration', 'exchange-registration', 'follow-agreement'],
  ...['refresh-entitlements', 'publish-notices', 'record-usage', 'aggregate-usage', 'meter-usage'],
  'describe-subscription',
];

const PAGES = ['configuration', 'console', 'cost', 'deploy', 'integrate', 'limits', 'moving', 'runbook', 'security'];

export const CONSTRUCT: PackageDesign = {
  name: 'aws-marketplace-saas',
  description:
    'An AWS CDK construct that connects a SaaS product to AWS Marketplace and bills every unit of usage exactly once',
  keywords: ['aws', 'aws-cdk', 'cdk', 'aws-marketplace', 'saas', 'metering', 'usage-based-billing'],
  folder: 'packages/construct',
  entry: 'lib/index.ts',
  commonJs: true,
  peerDependencies: { 'aws-cdk-lib': `^${OLDEST.cdk}`, constructs: `^${OLDEST.constructs}` },
  node: '>=20.11',
  files: [
    ...['index.mjs', 'index.d.mts', 'index.cjs', 'index.d.cts'].map((file) => `dist/${file}`),
    ...FUNCTIONS.map((name) => `dist/${FUNCTIONS_FOLDER}/${name}/${BUNDLE_FILE}`),
  ],
  pages: PAGES.map((page) => `docs/${page}.md`),
  plugins: [packedBundles],
  writeMore: writeFunctions,
  tryOut: tryOutConstruct,
};
