import { App } from 'aws-cdk-lib';
import { MarketplaceSaasStack } from '../../lib/marketplace-saas-stack';
import { context } from '../../cdk.json';

// A program: it writes the assembly of the configuration in its second argument into the folder in its first. The third names the stack.
const [outdir, configuration = '', stackName = ''] = process.argv.slice(2);
const app = new App({ outdir, context, builtinCloudFormationValidation: false, analyticsReporting: false });
new MarketplaceSaasStack(app, stackName, {
  configuration: JSON.parse(configuration),
  usageAccounts: [{ account: '444455556666', externalId: 'blue-42' }],
  env: { region: 'us-east-1' },
});
app.synth();
