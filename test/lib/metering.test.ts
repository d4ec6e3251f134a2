import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { aConfiguration, aTemplate } from './synthesized';

const template = aTemplate({ configuration: aConfiguration({ usage: { graceMinutes: 7 } }) });
const functions = template.findResources('AWS::Lambda::Function');
const meterUsage = Object.keys(functions).find((id) => id.includes('MeterUsage')) ?? '';

describe('metering', () => {
  it.each([
    ['every hour, as many minutes past it as usage is given to arrive', 'cron(7 * * * ? *)'],
    ['every five minutes, between those, to catch up', 'cron(4/5 * * * ? *)'],
  ])('runs %s', (_when, ScheduleExpression) => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression,
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [meterUsage, 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300 },
        },
      ],
    });
  });

  it('is over before the next run, and leaves repeating to it', () => {
    expect(functions[meterUsage]?.Properties.Timeout).toBeLessThan(300);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: meterUsage },
      MaximumRetryAttempts: 0,
    });
  });

  it('hears of an active subscription where hours without usage are sent', () => {
    const dimensions = [{ apiName: 'requests', unit: 'request', zeroRecords: true }];
    const [product] = aConfiguration().products;
    if (product === undefined) throw new Error('no product');
    const configuration = aConfiguration({ products: [{ ...product, dimensions }] });
    aTemplate({ configuration }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: { Filters: [{ Pattern: Match.stringLikeRegexp('"S":\\["active","ending"\\]') }] },
    });
  });

  it('hears at once of a subscription that ends', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: meterUsage },
      FilterCriteria: {
        Filters: [
          {
            Pattern: JSON.stringify({
              eventName: ['INSERT', 'MODIFY'],
              dynamodb: { NewImage: { state: { S: ['ending'] } } },
            }),
          },
        ],
      },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});
