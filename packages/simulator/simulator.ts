import { LICENSES_FILE } from '../build/licenses';
import type { PackageDesign } from '../build/package-design';
import { tryOutSimulator } from './try-out';

export const SIMULATOR: PackageDesign = {
  name: 'aws-marketplace-simulator',
  description: 'AWS Marketplace for SaaS sellers on your machine: works with any AWS SDK and the AWS CLI',
  keywords: [
    'aws',
    'aws-marketplace',
    'saas',
    'metering',
    'simulator',
    'emulator',
    'mock',
    'testing',
    'pytest',
    'jest',
  ],
  folder: 'packages/simulator',
  entry: 'simulator/package-entry.ts',
  // Jest loads CommonJS unless a seller has set it up otherwise.
  commonJs: true,
  commands: { 'aws-marketplace-simulator': 'simulator/main.ts' },
  node: '>=20.11',
  // One file to start, nothing to resolve, and no AWS SDK of a version that the seller's application does not want.
  containsDependencies: true,
  copies: { 'start-file.schema.json': 'simulator/start-file.schema.json' },
  files: [
    ...['index.mjs', 'index.d.mts', 'index.cjs', 'index.d.cts', 'aws-marketplace-simulator.mjs'].map(
      (file) => `dist/${file}`,
    ),
    ...['start-file.schema.json', LICENSES_FILE],
  ],
  tryOut: tryOutSimulator,
};
