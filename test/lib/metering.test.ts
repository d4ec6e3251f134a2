import { describe, expect, it } from 'vitest';
import { Match } from 'aws-cdk-lib/assertions';
import { aConfiguration, aProduct, aTemplate, logicalId } from './synthesized';

const template = aTemplate({ configuration: aConfiguration({ usage: { graceMinutes: 7 } }) });
const meterUsage = logicalId(template, 'AWS::Lambda::Function', /MeterUsage/);

describe('metering', () => {
  it.each([
    ['every hour, after the minutes of grace', 'cron(7 * * * ? *)'],
    ["every five minutes but the hourly run's, to catch up", 'cron(2,12,17,22,27,32,37,42,47,52,57 * * * ? *)'],
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

  it('reserves concurrency only for a seller who wants it, and enough for all that calls the function', () => {
    const reserved = (meterConcurrency?: number) =>
      Object.values(aTemplate({ meterConcurrency }).findResources('AWS::Lambda::Function')).flatMap(
        ({ Properties: { ReservedConcurrentExecutions: found } }) => (found === undefined ? [] : [found]),
      );
    expect([reserved(), reserved(8)]).toEqual([[], [8]]);
    for (const wrong of [7, 8.5, 0])
      expect(() => aTemplate({ meterConcurrency: wrong })).toThrow(/meterConcurrency is/);
  });

  it('leaves retries to the next run', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: meterUsage },
      MaximumRetryAttempts: 0,
    });
  });

  it('runs for an active subscription when hours without usage of one dimension are reported', () => {
    const requests = { apiName: 'requests', unit: 'request' };
    const dimensions = [requests, { ...requests, apiName: 'seats', zeroRecords: true }];
    const products = [aProduct(), aProduct({ productCode: 'productcode1', dimensions })];
    const configuration = aConfiguration({ products });
    aTemplate({ configuration }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: { Filters: [{ Pattern: Match.stringLikeRegexp('"S":\\["active","ending"\\]') }] },
    });
  });

  it('runs as soon as a subscription is ending', () => {
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
