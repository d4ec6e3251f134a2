import { App } from 'aws-cdk-lib';
import { MarketplaceSaasStack } from '../../lib/marketplace-saas-stack';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import { context } from '../../cdk.json';

/** Writes the assembly of a stack with this configuration into a folder. */
export function synthesize(outdir: string, configuration: SellerConfiguration, stackName: string): void {
  const app = new App({ outdir, context, builtinCloudFormationValidation: false, analyticsReporting: false });
  new MarketplaceSaasStack(app, stackName, {
    configuration,
    usageAccounts: [{ account: '444455556666', externalId: 'blue-42' }],
    env: { region: 'us-east-1' },
  });
  app.synth();
}
