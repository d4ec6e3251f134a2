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
