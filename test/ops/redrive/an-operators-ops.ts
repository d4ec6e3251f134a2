import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SellerConfigurationInput } from '../../../lambdas/shared/contract/seller-configuration';
import { parseSellerConfiguration } from '../../../lambdas/shared/contract/seller-configuration';
import type { Ops } from '../../../ops/command';
import { RecordingTerminal } from '../../fakes/recording-terminal';
import { SettableClock } from '../../fakes/settable-clock';
import { documentClient, givenTable } from '../../setup/tables';

/** What a command works with, on tables of its own in DynamoDB Local. */
export async function anOperatorsOps(
  configuration: SellerConfigurationInput,
  nowMs: number,
): Promise<Ops & { terminal: RecordingTerminal }> {
  const [subscriptions, usageEvents, usageTallies, hourlyUsage, notices] = await Promise.all([
    ...[givenTable('subscriptions'), givenTable('usageEvents'), givenTable('usageTallies')],
    ...[givenTable('hourlyUsage'), givenTable('notices')],
  ]);
  const elsewhere = { endpoint: 'http://127.0.0.1:9', maxAttempts: 1 };
  return {
    terminal: new RecordingTerminal(),
    configuration: () => parseSellerConfiguration(configuration),
    installation: {
      title: 'A stack',
      clock: new SettableClock(nowMs),
      dynamoDb: documentClient,
      s3: new S3Client(elsewhere),
      sqs: new SQSClient(elsewhere),
      eventBridge: new EventBridgeClient(elsewhere),
      billing: { kind: 'simulator', endpoint: 'http://127.0.0.1:9' },
      tables: {
        ...{ subscriptions: subscriptions ?? '', usageEvents: usageEvents ?? '', usageTallies: usageTallies ?? '' },
        ...{ hourlyUsage: hourlyUsage ?? '', notices: notices ?? '' },
      },
      ...{ eventBusName: 'bus', failedBatchesBucketName: 'bucket', configurationDigest: '' },
      ...{ functions: new Map<string, string>(), queueUrls: [] },
      close: () => undefined,
    },
  };
}
