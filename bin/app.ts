import { App } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { ExplainedError, MARKETPLACE_REGION, MarketplaceSaasStack, readSellerConfiguration } from '../lib';

try {
  const app = new App();
  const source = readSellerConfiguration(app.node);
  announceBundling(app);
  new MarketplaceSaasStack(app, 'MarketplaceSaas', {
    description: 'AWS Marketplace SaaS integration: registration, licences, usage and metering',
    ...source,
    env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? MARKETPLACE_REGION },
  });
} catch (error) {
  if (!(error instanceof ExplainedError)) throw error;
  console.error(`\n${error.message}\n`);
  process.exit(1);
}

/** Says on stderr what takes the next seconds. A command that needs no code, such as `cdk destroy`, bundles nothing. */
function announceBundling(app: App): void {
  const bundled: unknown = app.node.tryGetContext(BUNDLING_STACKS);
  if (Array.isArray(bundled) && bundled.length === 0) return;
  process.stderr.write('Bundling the functions …\n');
}
