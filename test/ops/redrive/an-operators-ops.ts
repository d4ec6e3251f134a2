import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SellerConfiguration } from '../../../lambdas/shared/contract/written-configuration';
import { parseSellerConfiguration } from '../../../lambdas/shared/contract/seller-configuration';
import type { Ops } from '../../../ops/command';
import { RecordingTerminal } from '../../fakes/recording-terminal';
import { SettableClock } from '../../fakes/settable-clock';
import { openTables } from '../../setup/tables';

/** Everything a command works with, on new tables. */
export async function anOperatorsOps(
  configuration: SellerConfiguration,
  nowMs: number,
): Promise<Ops & { terminal: RecordingTerminal }> {
  const { client, tables } = await openTables('subscriptions', 'usageEvents', 'usageTallies', 'hourlyUsage', 'notices');
  const elsewhere = { endpoint: 'http://127.0.0.1:9', maxAttempts: 1 };
  return {
    terminal: new RecordingTerminal(),
    configuration: () => parseSellerConfiguration(configuration),
    installation: {
      title: 'A stack',
      region: 'us-east-1',
      options: [],
      clock: new SettableClock(nowMs),
      caller: async () => 'local',
      dynamoDb: client,
      s3: new S3Client(elsewhere),
      sqs: new SQSClient(elsewhere),
      eventBridge: new EventBridgeClient(elsewhere),
      billing: { kind: 'simulator', endpoint: 'http://127.0.0.1:9' },
      tables,
      eventBusName: 'bus',
      failedBatchesBucketName: 'bucket',
      configurationDigest: '',
      registrationsTableName: 'registrations',
      metricsNamespace: 'Marketplace',
      alarmNames: [],
      observation: { source: 'nobody', unitSeries: async () => [], alarmsThatAreOn: async () => [] },
      functions: new Map<string, string>(),
      queueUrls: [],
      reminderQueueUrl: undefined,
      outputs: {},
      resources: [],
      close: () => undefined,
    },
  };
}
