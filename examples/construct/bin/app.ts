import { App } from 'aws-cdk-lib';
import { ExplainedError, MARKETPLACE_REGION } from 'aws-marketplace-saas';
import { AnalyticsStack } from '../lib/analytics-stack';

try {
  new AnalyticsStack(new App(), 'Analytics', { env: { region: MARKETPLACE_REGION } });
} catch (error) {
  // A wrong configuration is explained in full, without a stack trace.
  if (!(error instanceof ExplainedError)) throw error;
  console.error(`\n${error.message}\n`);
  process.exitCode = 1;
}
