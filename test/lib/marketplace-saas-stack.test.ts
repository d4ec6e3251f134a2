import { describe, expect, it } from 'vitest';
import { Match } from 'aws-cdk-lib/assertions';
import { readable, resourcesOf } from './promises/promised';
import { aMarketplaceSaasStack, aTemplate } from './synthesized';

const template = aTemplate();
const path = (suffix: string) => ({ Value: { 'Fn::Join': ['', [Match.anyValue(), suffix]] } });

describe('MarketplaceSaasStack', () => {
  it('is protected against deletion, unless the seller decides otherwise', () => {
    const choices = [{}, { terminationProtection: undefined }, { terminationProtection: false }];
    const stacks = choices.map((props) => aMarketplaceSaasStack(props));
    expect(stacks.map((stack) => stack.terminationProtection)).toEqual([true, true, false]);
  });

  it("outputs the fulfilment URL of the listing and the application's URLs", () => {
    template.hasOutput('RegistrationUrl', path('/register'));
    template.hasOutput('RegistrationExchangeUrl', path('/registration/exchange'));
    template.hasOutput('UsageUrl', path('/usage'));
    template.hasOutput('SubscriptionsUrl', path('/subscriptions'));
  });

  it('outputs the role of applications in other accounts, if there are any', () => {
    const usageAccounts = [{ account: '444455556666', externalId: 'blue-42' }];
    const role = {
      Description: 'The role for applications in other accounts',
      Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('UsageRole'), 'Arn'] },
    };
    aTemplate({ usageAccounts }).hasOutput('UsageRoleArn', role);
    expect(Object.keys(template.toJSON().Outputs)).not.toContain('UsageRoleArn');
  });

  it('outputs the names of the bus, the bucket and the tables', () => {
    const names = Object.keys(template.toJSON().Outputs).filter((id) => id.endsWith('Name'));
    expect(names.sort()).toEqual([
      'EventBusName',
      'FailedBatchesBucketName',
      'HourlyUsageTableName',
      'NoticesTableName',
      'RegistrationsTableName',
      'SubscriptionsTableName',
      'UsageEventsTableName',
      'UsageTalliesTableName',
    ]);
  });
  it('outputs each value with a description of it', () => {
    const outputs = readable({ Type: 'outputs', Properties: template.toJSON().Outputs }).Properties;
    const lines = Object.entries<Record<string, string>>(outputs).map(
      ([id, { Value, Description }]) => `${id} ${Value}: ${Description}`,
    );
    expect(lines).toEqual([
      'RegistrationUrl PublicApi.ApiEndpoint/register: The fulfilment URL to enter in the AWS Marketplace listing',
      'RegistrationExchangeUrl PublicApi.ApiEndpoint/registration/exchange: Exchanges a one-time code (IAM-signed POST)',
      'UsageUrl PublicApi.ApiEndpoint/usage: Accepts usage events (IAM-signed POST)',
      'SubscriptionsUrl PublicApi.ApiEndpoint/subscriptions: Returns state, entitlements and usage (IAM-signed GET)',
      'EventBusName NoticesBus: The event bus that carries notices to the application',
      'FailedBatchesBucketName FailedBatchesBucket: Keeps stream batches whose retries are exhausted',
      'OperatorReadPolicyArn OperatorPoliciesRead: Lets `npm run ops` look, but not at personal data',
      'OperatorChangePolicyArn OperatorPoliciesChange: Lets `npm run ops` repair the ledger',
      'OperatorPersonalDataPolicyArn OperatorPoliciesPersonalData: Lets `npm run ops` find buyers by name and delete their data',
      "MetricsNamespace MarketplaceSaas/Saas: The namespace of the stack's metrics in CloudWatch",
      'AlarmTopicArn ObservationAlarmTopic: The topic that receives alarms: subscribe to it',
      expect.stringMatching(
        /^DashboardUrl https:.*MarketplaceSaas-Saas: Units used, covered, billed and waiting; alarms$/,
      ),
      'RunbookUrl docs/runbook.md: What to do about each alarm',
      expect.stringMatching(
        /^ConfigurationDigest [0-9a-f]{16}: Lets `npm run ops` check that its configuration is .*$/,
      ),
      'RegistrationsTableName RegistrationsTable: The registrations table',
      'SubscriptionsTableName SubscriptionsTable: The subscriptions table',
      'UsageEventsTableName UsageEventsTable: The usageEvents table',
      'UsageTalliesTableName UsageTalliesTable: The usageTallies table',
      'HourlyUsageTableName HourlyUsage: The hourlyUsage table',
      'NoticesTableName NoticesTable: The notices table',
    ]);
  });

  it('describes in the console what somebody could mistake', () => {
    const usageAccounts = [{ account: '444455556666', externalId: 'blue-42' }];
    const resources = resourcesOf(aTemplate({ firewall: true, usageAccounts }).toJSON().Resources);
    const described = [...resources].flatMap(([name, { Type, Properties }]) => {
      const text = Properties.Description ?? Properties.DistributionConfig?.Comment;
      return text === undefined || Type === 'AWS::CloudWatch::Alarm' ? [] : [`${name}: ${text}`];
    });
    expect(described).toEqual([
      'NoticesBus: Notices from AWS Marketplace SaaS to the application',
      'SubscriptionsAgreementEvents: Events about licences and agreements from AWS Marketplace',
      'PublicApi: AWS Marketplace SaaS',
      'PublicEntranceFrontDoorSecret: Proves to the functions that a request came through CloudFront',
      'PublicEntranceFrontDoorWebAcl: In front of the public routes of MarketplaceSaas',
      'PublicEntranceFrontDoorDistribution: AWS Marketplace SaaS',
      'OperatorPoliciesRead: Lets an operator look at everything but personal data',
      'OperatorPoliciesChange: Lets an operator repair the ledger',
      'OperatorPoliciesPersonalData: Lets an operator find buyers by name and delete their data',
      'UsageRole: Assumed by applications in other accounts to report usage and to read subscriptions',
    ]);
  });

  it('keeps cfn-lint from warning of dependencies that CDK declares twice', () => {
    expect(template.toJSON().Metadata).toEqual({ 'cfn-lint': { config: { ignore_checks: ['W3005'] } } });
  });
});
