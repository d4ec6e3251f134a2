import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { NOTICE_EVENT_SOURCE, noticeSchema, type Notice } from '../../lambdas/shared/contract/notices';
import { SellerApplication } from '../actors/seller-application';
import { REGION, type AwsAccount, type Credentials } from './aws-account';
import type { StackOutputs } from './cdk-cli';
import { ACCOUNT } from './ministack';

const created = z.object({ QueueUrl: z.string() });
const received = z.object({ Messages: z.array(z.object({ Body: z.string() })).default([]) });
const published = z.object({ detail: noticeSchema });

const HEARS_WITHIN_MS = 60_000;

/**
 * Creates what the seller's application has in AWS: an IAM user who may only report usage, and a queue that a rule on
 * the deployed bus fills.
 */
export async function createApplication(account: AwsAccount, outputs: StackOutputs): Promise<SellerApplication> {
  const url = apiUrl(outputs);
  const [api = ''] = new URL(url).hostname.split('.');
  const credentials = await createUser(account, {
    name: 'seller-application',
    // The permission that `grantReportUsage` gives.
    resource: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api}/$default/POST/usage`,
  });
  const QueueUrl = await createNoticeQueue(account, outputs.EventBusName ?? '');
  const heard: Notice[] = [];
  return new SellerApplication({
    url,
    signedFetch: account.signedFetch('execute-api', credentials),
    notices: async () => {
      const input = { QueueUrl, MaxNumberOfMessages: 10 };
      const { Messages } = received.parse(await account.json('sqs', 'AmazonSQS.ReceiveMessage', input));
      heard.push(...Messages.map(({ Body }) => published.parse(JSON.parse(Body)).detail));
      return heard;
    },
    hearsWithinMs: HEARS_WITHIN_MS,
  });
}

/** How POST /usage answers callers who may not report: an unsigned one, and a user without the permission. */
export async function strangersAnswers(account: AwsAccount, outputs: StackOutputs, body: string): Promise<number[]> {
  const stranger = await createUser(account, { name: 'stranger' });
  const statuses: number[] = [];
  for (const signedFetch of [account.fetch, account.signedFetch('execute-api', stranger)]) {
    const application = new SellerApplication({ url: apiUrl(outputs), signedFetch, notices: () => [] });
    statuses.push((await application.post('/usage', body)).status);
  }
  return statuses;
}

function apiUrl({ UsageUrl = '' }: StackOutputs): string {
  return UsageUrl.replace(/\/usage$/, '');
}

async function createUser(
  account: AwsAccount,
  { name, resource }: { name: string; resource?: string },
): Promise<Credentials> {
  const iam = (Action: string, more: Record<string, string> = {}) =>
    account.query('iam', { Action, Version: '2010-05-08', UserName: name, ...more });
  await iam('CreateUser');
  if (resource !== undefined) {
    const statement = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await iam('PutUserPolicy', { PolicyName: 'ReportUsage', PolicyDocument });
  }
  const xml = await iam('CreateAccessKey');
  const value = (tag: string) => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(xml)?.[1] ?? '';
  return { accessKeyId: value('AccessKeyId'), secretAccessKey: value('SecretAccessKey') };
}

async function createNoticeQueue(account: AwsAccount, bus: string): Promise<string> {
  const QueueName = 'seller-application';
  const QueueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`;
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: QueueArn,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const queue = await account.json('sqs', 'AmazonSQS.CreateQueue', { QueueName, Attributes: { Policy } });
  const EventPattern = JSON.stringify({ source: [NOTICE_EVENT_SOURCE] });
  const rule = { Name: 'seller-application', EventBusName: bus };
  await account.eventBridge.send(new PutRuleCommand({ ...rule, EventPattern }));
  await account.eventBridge.send(
    new PutTargetsCommand({ Rule: rule.Name, EventBusName: bus, Targets: [{ Id: 'queue', Arn: QueueArn }] }),
  );
  return created.parse(queue).QueueUrl;
}
