import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Clock } from '../../lambdas/shared/runtime/ports';
import { OperatorError } from '../errors';
import type { Observation } from './observation';

/** What the command line names when nobody says anything else. */
export const DEFAULT_TARGET = {
  stack: 'MarketplaceSaas',
  region: 'us-east-1',
  port: 3000,
  config: 'marketplace.config.json',
} as const;

/** Which installation the command line names. */
export interface Target {
  stack: string;
  region: string;
  local?: true;
  port: number;
  /** The file of the deployed seller configuration. */
  config: string;
}

/** The options that differ from the defaults, as a command line has them. */
export function optionsOf(target: Partial<Omit<Target, 'local'>>): string[] {
  const names = ['stack', 'region', 'port', 'config'] as const;
  return names.flatMap((name) => {
    const value = target[name];
    return value === undefined || value === DEFAULT_TARGET[name] ? [] : [`--${name}`, String(value)];
  });
}

/** One running stack, on AWS or on this machine. */
export interface Installation extends InstallationParts {
  /** Names the installation in messages. */
  title: string;
  /** The name of the stack in CloudFormation; absent on this machine. */
  stack?: string;
  region: string;
  /** The options that lead a command here, where the defaults do not. */
  options: readonly string[];
  clock: Clock;
  /** Who runs the command, for the audit: the ARN of the caller in AWS, or `local`. */
  caller(): Promise<string>;
  dynamoDb: DynamoDBDocumentClient;
  s3: S3Client;
  sqs: SQSClient;
  eventBridge: EventBridgeClient;
  /** The source of what AWS has billed. */
  billing: { kind: 'cloudTrail'; client: CloudTrailClient } | { kind: 'simulator'; endpoint: string };
  /** Its metrics and alarms. */
  observation: Observation;
  /** On this machine only: where the stack and the AWS Marketplace simulator answer. */
  local?: { url: string; marketplaceUrl: string };
  /** On this machine only: reads the simulated time again, for whoever works longer than one command. */
  synchronize?(): Promise<void>;
  close(): void;
}

/** What reading the tables needs. */
export type InstalledTables = Pick<Installation, 'dynamoDb' | 'tables'>;

export interface InstallationParts {
  tables: Record<'subscriptions' | 'usageEvents' | 'usageTallies' | 'hourlyUsage' | 'notices', string>;
  eventBusName: string;
  failedBatchesBucketName: string;
  configurationDigest: string;
  /** Holds personal data: only `find` reads it, with a permission that nothing else needs. */
  registrationsTableName: string;
  metricsNamespace: string;
  alarmNames: readonly string[];
  /** The logical id in the template of each function, by the function's name. */
  functions: ReadonlyMap<string, string>;
  queueUrls: readonly string[];
  /** The queue of `meter-usage`'s messages to itself. */
  reminderQueueUrl: string | undefined;
  outputs: Readonly<Record<string, string>>;
  resources: readonly StackResource[];
}

const outputsSchema = z.object({
  SubscriptionsTableName: z.string(),
  UsageEventsTableName: z.string(),
  UsageTalliesTableName: z.string(),
  HourlyUsageTableName: z.string(),
  NoticesTableName: z.string(),
  EventBusName: z.string(),
  FailedBatchesBucketName: z.string(),
  ConfigurationDigest: z.string(),
  RegistrationsTableName: z.string(),
  MetricsNamespace: z.string(),
});

/** A resource as CloudFormation lists it. */
export interface StackResource {
  logicalId: string;
  type: string;
  physicalId: string;
}

/**
 * Finds the parts of a stack in its outputs, and functions and queues in its resources.
 * @throws OperatorError that names the missing outputs.
 */
export function partsOf(
  title: string,
  { outputs, resources }: { outputs: unknown; resources: readonly StackResource[] },
): InstallationParts {
  const parsed = outputsSchema.safeParse(outputs);
  if (!parsed.success) {
    const missing = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new OperatorError(
      `${title} has no output ${missing}: it is a different stack or an earlier version. Deploy this version. If the ` +
        'construct MarketplaceSaas is in your own stack, add outputs with these names.',
    );
  }
  const found = parsed.data;
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    tables: {
      subscriptions: found.SubscriptionsTableName,
      usageEvents: found.UsageEventsTableName,
      usageTallies: found.UsageTalliesTableName,
      hourlyUsage: found.HourlyUsageTableName,
      notices: found.NoticesTableName,
    },
    eventBusName: found.EventBusName,
    failedBatchesBucketName: found.FailedBatchesBucketName,
    configurationDigest: found.ConfigurationDigest,
    registrationsTableName: found.RegistrationsTableName,
    metricsNamespace: found.MetricsNamespace,
    alarmNames: ofType('AWS::CloudWatch::Alarm').map(({ physicalId }) => physicalId),
    functions: new Map(ofType('AWS::Lambda::Function').map(({ physicalId, logicalId }) => [physicalId, logicalId])),
    queueUrls: ofType('AWS::SQS::Queue').map(({ physicalId }) => physicalId),
    reminderQueueUrl: ofType('AWS::SQS::Queue').find(({ logicalId }) => logicalId.includes('EndingReminders'))
      ?.physicalId,
    outputs: z.record(z.string(), z.string()).catch({}).parse(outputs),
    resources,
  };
}
