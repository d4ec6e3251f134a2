import { App } from 'aws-cdk-lib';
import { ExplainedError, MARKETPLACE_REGION, MarketplaceSaasStack, readSellerConfiguration } from '../lib';
import { announceBundling } from './announce-bundling';

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
