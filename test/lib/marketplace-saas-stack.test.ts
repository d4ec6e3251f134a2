import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { aTemplate } from './synthesized';

const template = aTemplate();
const path = (suffix: string) => ({ Value: { 'Fn::Join': ['', [Match.anyValue(), suffix]] } });

describe('MarketplaceSaasStack', () => {
  it("outputs the fulfilment URL of the listing and the application's URLs", () => {
    template.hasOutput('RegistrationUrl', path('/register'));
    template.hasOutput('RegistrationExchangeUrl', path('/registration/exchange'));
    template.hasOutput('UsageUrl', path('/usage'));
    template.hasOutput('SubscriptionsUrl', path('/subscriptions'));
  });

  it('outputs the role of applications in other accounts, if there are any', () => {
    const usageAccounts = [{ account: '444455556666', externalId: 'blue-42' }];
    const role = { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('UsageRole'), 'Arn'] } };
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
});
