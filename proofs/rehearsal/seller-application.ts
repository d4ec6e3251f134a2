import { setTimeout as sleep } from 'node:timers/promises';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { NOTICE_EVENT_SOURCE, noticeSchema } from '../../lambdas/shared/contract/notices';
import { REGION, type AwsAccount, type Credentials } from './aws-account';
import type { StackOutputs } from './cdk-cli';
import { loopbackRequest } from './loopback-request';
import { ACCOUNT } from './ministack';

type Notice = z.infer<typeof noticeSchema>;

export interface ReportedEvent {
  id: string;
  subscriptionId: string;
  dimension: string;
  quantity: string;
  time: string;
  tags?: Record<string, string>;
}

const created = z.object({ QueueUrl: z.string() });
const received = z.object({ Messages: z.array(z.object({ Body: z.string() })).default([]) });
const published = z.object({ detail: noticeSchema });
const answers = z.object({ results: z.array(z.object({ status: z.string(), reason: z.string().optional() })) });

const HEARD_WITHIN_MS = 60_000;

/**
 * The seller's application: an IAM user that may do nothing but report usage, and a queue that a rule on the deployed
 * bus fills.
 */
export class SellerApplication {
  readonly #account: AwsAccount;
  readonly #usageUrl: string;
  readonly #credentials: Credentials;
  readonly #queueUrl: string;
  readonly #heard: Notice[] = [];

  private constructor(account: AwsAccount, parts: { usageUrl: string; credentials: Credentials; queueUrl: string }) {
    this.#account = account;
    this.#usageUrl = parts.usageUrl;
    this.#credentials = parts.credentials;
    this.#queueUrl = parts.queueUrl;
  }

  static async create(account: AwsAccount, outputs: StackOutputs): Promise<SellerApplication> {
    const usageUrl = outputs.UsageUrl ?? '';
    const [api = ''] = new URL(usageUrl).hostname.split('.');
    const credentials = await createUser(account, {
      name: 'seller-application',
      // What `grantReportUsage` gives.
      resource: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api}/$default/POST/usage`,
    });
    const queueUrl = await createNoticeQueue(account, outputs.EventBusName ?? '');
    return new SellerApplication(account, { usageUrl, credentials, queueUrl });
  }

  /**
   * Reports usage.
   * @returns each event's status, with its reason when there is one.
   */
  async report(events: readonly ReportedEvent[]): Promise<string[]> {
    const { status, body } = await this.#account.signed(this.#usageUrl, this.#post(events, this.#credentials));
    if (status !== 200) throw new Error(`POST /usage answered ${status}: ${body}`);
    return answers.parse(JSON.parse(body)).results.map((each) => [each.status, each.reason].filter(Boolean).join(' '));
  }

  /** What callers are answered who are not allowed to report usage: unsigned, and signed by somebody else. */
  async refusals(events: readonly ReportedEvent[]): Promise<number[]> {
    const stranger = await createUser(this.#account, { name: 'stranger' });
    const { pem } = this.#account;
    const { method, headers, body } = this.#post(events, stranger);
    const unsigned = await loopbackRequest(this.#usageUrl, { pem, method, headers, body });
    const foreign = await this.#account.signed(this.#usageUrl, this.#post(events, stranger));
    return [unsigned.status, foreign.status];
  }

  /** Waits for a notice on the deployed bus. */
  async hears(wanted: (notice: Notice) => boolean): Promise<Notice> {
    for (const untilMs = Date.now() + HEARD_WITHIN_MS; Date.now() < untilMs; await sleep(500)) {
      const input = { QueueUrl: this.#queueUrl, MaxNumberOfMessages: 10 };
      const { Messages } = received.parse(await this.#account.json('sqs', 'AmazonSQS.ReceiveMessage', input));
      this.#heard.push(...Messages.map(({ Body }) => published.parse(JSON.parse(Body)).detail));
      const notice = this.#heard.find(wanted);
      if (notice !== undefined) return notice;
    }
    const kinds = this.#heard.map(({ kind }) => kind).join(', ') || 'nothing';
    throw new Error(`The notice that was waited for was not published; the application heard ${kinds}.`);
  }

  #post(events: readonly ReportedEvent[], credentials: Credentials) {
    const headers = { 'content-type': 'application/json' };
    return { service: 'execute-api', method: 'POST', headers, body: JSON.stringify(events), credentials };
  }
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
