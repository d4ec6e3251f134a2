import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { METRICS } from '../../lambdas/shared/contract/metrics';
import { MarketplaceSaas } from '../../lib/marketplace-saas';
import { aConfiguration, aStack, aTemplate, logicalId, propertiesOf } from './synthesized';

const template = aTemplate();

type Watched = Pick<AlarmProperties, 'Namespace' | 'MetricName' | 'Dimensions'>;

interface AlarmProperties {
  AlarmName?: string;
  AlarmDescription: string;
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: unknown }[];
  /** Of metric math, instead of the three above. */
  Metrics?: { MetricStat?: { Metric: Watched } }[];
  ComparisonOperator: string;
  TreatMissingData: string;
  AlarmActions: unknown[];
  OKActions: unknown[];
}

const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(
  ([logicalId, { Properties }]): [id: string, properties: AlarmProperties] => [
    logicalId.replace(/^SaasObservationAlarms(\w+)[0-9A-F]{8}$/, '$1'),
    Properties,
  ],
);

/** AWS's own metrics, with their dimensions. */
const STANDARD: Record<string, string[]> = {
  'AWS/ApiGateway': ['4xx by ApiId', '5xx by ApiId', 'Count by ApiId'],
  'AWS/Lambda': ['IteratorAge', 'DestinationDeliveryFailures', 'Throttles'].map((name) => `${name} by FunctionName`),
  'AWS/S3': ['PutRequests by BucketName, FilterId'],
  'AWS/SQS': ['ApproximateAgeOfOldestMessage by QueueName', 'ApproximateNumberOfMessagesVisible by QueueName'],
};

/** Anchor of a heading → the text below it, up to the next heading. */
const sections = new Map(
  readFileSync('docs/runbook.md', 'utf8')
    .split(/^#{2,4} /m)
    .slice(1)
    .map((section) => [toAnchor(section.split('\n')[0] ?? ''), section]),
);

/** As GitHub builds it. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

/** The metrics that an alarm watches. */
const watched = ({ Metrics, ...plain }: AlarmProperties): Watched[] =>
  Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [plain];

const anchorOf = ({ AlarmDescription }: AlarmProperties) => /Runbook: docs\/runbook\.md#(\S+) /.exec(AlarmDescription);

describe('alarms', () => {
  it.each(alarms)('%s links to a runbook section with description, investigation and resolution', (_id, properties) => {
    const section = sections.get(anchorOf(properties)?.[1] ?? 'none') ?? '';
    expect(section).toMatch(/^\*\*Description\.\*\* \S/m);
    expect(section).toMatch(/^\*\*Investigation\.\*\*\s[\s\S]*?```sh\n[\s\S]+?\n```/m);
    expect(section).toMatch(/^\*\*Resolution\.\*\* \S/m);
  });

  it('has an alarm for every alarm section of the runbook', () => {
    const led = alarms.map(([, properties]) => anchorOf(properties)?.[1]);
    const written = [...sections].filter(([, text]) => text.includes('**Resolution.**')).map(([anchor]) => anchor);
    expect(written.sort()).toEqual(led.sort());
  });

  it.each(alarms)('%s watches a metric that the functions or AWS emit', (_id, properties) => {
    for (const metric of watched(properties)) expectEmitted(metric);
  });

  function expectEmitted({ Namespace, MetricName, Dimensions }: Watched): void {
    if (Namespace !== 'MarketplaceSaas/Saas') {
      const names = Dimensions.map(({ Name }) => Name).join(', ');
      expect(STANDARD[Namespace]).toContain(`${MetricName} by ${names}`);
      return;
    }
    const [service, ...others] = Dimensions;
    expect(others).toEqual([]);
    expect(Object.entries(METRICS).find(([, metrics]) => metrics.some((name) => name === MetricName))?.[0]).toBe(
      service?.Value,
    );
  }

  it.each(alarms)(
    '%s treats missing data as its metric requires',
    (_id, { ComparisonOperator, MetricName, TreatMissingData }) => {
      const isHeartbeat = ComparisonOperator === 'LessThanThreshold';
      const isReading = MetricName === 'OldestUnbilledHourSeconds';
      expect(TreatMissingData).toBe(isHeartbeat ? 'breaching' : isReading ? 'ignore' : 'notBreaching');
    },
  );

  it.each(alarms)('%s tells the person it wakes what is wrong, in a sentence', (_id, { AlarmDescription }) => {
    expect(AlarmDescription).toMatch(/^[A-Z][^.]{20,}\. .*Runbook: /);
  });

  it('fires when metering runs or entitlement sweeps stop completing', () => {
    const heartbeats = alarms.filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching');
    expect(heartbeats.map(([, { MetricName }]) => MetricName)).toEqual(['MeteringRuns', 'EntitlementSweeps']);
  });

  it('gives alarms no physical name, and notifies the topic when they start and clear', () => {
    const topic = logicalId(template, 'AWS::SNS::Topic');
    for (const [, { AlarmName, AlarmActions, OKActions }] of alarms) {
      expect([AlarmName, AlarmActions, OKActions]).toEqual([undefined, [{ Ref: topic }], [{ Ref: topic }]]);
    }
  });

  it('uses metric math in two alarms only, because it costs by the metric, of which CloudWatch allows ten', () => {
    expect(template.findResources('AWS::CloudWatch::CompositeAlarm')).toEqual({});
    const math = alarms.filter(([, properties]) => properties.Metrics !== undefined);
    expect(math.map(([id, properties]) => [id, watched(properties).length])).toEqual([
      ['CallsRefused', 2],
      ['FunctionsThrottled', 10],
    ]);
  });
});

describe('the alarm topic', () => {
  it('lets only CloudWatch publish, only for this account and only over TLS', () => {
    expect(propertiesOf(template, 'AWS::SNS::TopicPolicy')[0]?.PolicyDocument.Statement).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  it("notifies the seller's topic when one is passed", () => {
    const stack = aStack();
    const alarmTopic = Topic.fromTopicArn(stack, 'Ours', 'arn:aws:sns:us-east-1:111122223333:ours');
    const saas = new MarketplaceSaas(stack, 'Saas', { configuration: aConfiguration(), alarmTopic });
    const own = Template.fromStack(stack);
    own.resourceCountIs('AWS::SNS::Topic', 0);
    own.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [alarmTopic.topicArn] });
    expect(saas.alarmTopic).toBe(alarmTopic);
  });
});

describe('two MarketplaceSaas in one account', () => {
  it('separates the metrics and alarms of two instances by namespace', () => {
    const stack = aStack();
    const names = ['One', 'Two'].map((id) => {
      const saas = new MarketplaceSaas(stack, id, { configuration: aConfiguration() });
      return saas.metrics.namespace;
    });
    expect(names).toEqual(['Stack/One', 'Stack/Two']);
    const both = Template.fromStack(stack);
    const namespaces = Object.values(both.findResources('AWS::CloudWatch::Alarm'))
      .flatMap(({ Properties }) => watched(Properties as AlarmProperties))
      .map(({ Namespace }) => Namespace);
    expect(new Set(namespaces)).toEqual(new Set([...names, ...Object.keys(STANDARD)]));
    const functions = propertiesOf(both, 'AWS::Lambda::Function').map(
      ({ Environment }) => Environment?.Variables.POWERTOOLS_METRICS_NAMESPACE,
    );
    expect(new Set(functions)).toEqual(new Set(names));
  });

  it('makes a namespace that CloudWatch takes of an id with other characters', () => {
    const saas = new MarketplaceSaas(aStack(), 'Saas (EU), two', { configuration: aConfiguration() });
    expect(saas.metrics.namespace).toBe('Stack/Saas--EU---two');
  });
});
