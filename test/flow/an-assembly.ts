import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { SellerConfigurationInput } from '../../lambdas/shared/contract/seller-configuration';
import { MarketplaceSaasStack } from '../../lib/marketplace-saas-stack';

/** Synthesizes the stack of a configuration, once in a test run. @returns its folder */
export function anAssembly(configuration: SellerConfigurationInput): string {
  const all = process.env.TEST_ASSEMBLIES ?? tmpdir();
  const folder = join(all, createHash('sha256').update(JSON.stringify(configuration)).digest('hex'));
  if (existsSync(folder)) return folder;
  const outdir = mkdtempSync(join(all, 'making-'));
  const app = new App({ outdir, analyticsReporting: false });
  new MarketplaceSaasStack(app, 'Flow', { configuration, env: { region: 'us-east-1' } });
  app.synth();
  try {
    renameSync(outdir, folder);
  } catch (error) {
    // Another worker made the same assembly first.
    if (!existsSync(folder)) throw error;
    rmSync(outdir, { recursive: true });
  }
  return folder;
}
