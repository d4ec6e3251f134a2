import type { PackageDesign } from '../build/package-design';
import { tryOutReporter } from './try-out';

export const REPORTER: PackageDesign = {
  name: 'aws-marketplace-usage-reporter',
  description:
    'Reports usage from a SaaS application to aws-marketplace-saas: batched, signed, retried under the same ids, and kept over crashes',
  keywords: ['aws', 'aws-marketplace', 'saas', 'metering', 'usage-based-billing'],
  folder: 'packages/reporter',
  entry: 'reporter/index.ts',
  commonJs: true,
  node: '>=20.11',
  files: ['index.mjs', 'index.d.mts', 'index.cjs', 'index.d.cts'].map((file) => `dist/${file}`),
  tryOut: tryOutReporter,
};
