import { Agent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AwsClient } from 'aws4fetch';
import { DOCUMENT_TRANSLATION } from '../../lambdas/shared/runtime/dynamodb-client';
import { loopbackRequest, type LoopbackRequest, type LoopbackResponse } from './loopback-request';
import { CREDENTIALS } from './ministack';

export const REGION = 'us-east-1';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The AWS account that the rehearsal deploys into, as its owner uses it. */
export class AwsAccount {
  readonly endpoint: string;
  readonly pem: string;
  readonly dynamodb: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly eventBridge: EventBridgeClient;

  constructor({ endpoint, pem }: { endpoint: string; pem: string }) {
    this.endpoint = endpoint;
    this.pem = pem;
    const common = {
      endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      requestHandler: { httpsAgent: new Agent({ ca: pem }) },
    };
    this.dynamodb = new DynamoDBClient(common);
    this.documents = DynamoDBDocumentClient.from(this.dynamodb, DOCUMENT_TRANSLATION);
    this.eventBridge = new EventBridgeClient(common);
  }

  /** Signs and sends, and gives whatever is answered. */
  async signed(url: string, { service, credentials = CREDENTIALS, ...init }: Signed): Promise<LoopbackResponse> {
    const signer = new AwsClient({ ...credentials, service, region: REGION });
    const { headers } = await signer.sign(url, init);
    return loopbackRequest(url, { ...init, pem: this.pem, headers: Object.fromEntries(headers) });
  }

  /**
   * A call of an AWS API by its JSON protocol.
   * @throws Error with the service's answer when it refuses.
   */
  async json(service: string, target: string, input: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
    return JSON.parse(await this.#call({ service, headers, body: JSON.stringify(input) }));
  }

  /**
   * A call of an AWS API by its query protocol.
   * @returns the answer's XML.
   * @throws Error with the service's answer when it refuses.
   */
  async query(service: string, parameters: Record<string, string>): Promise<string> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#call({ service, headers, body: new URLSearchParams(parameters).toString() });
  }

  /**
   * Invokes a function and waits for it.
   * @throws Error with what the function said when it failed.
   */
  async invoke(functionArn: string, payload: unknown): Promise<void> {
    const path = `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
    const body = JSON.stringify(payload);
    const answer = await this.signed(`${this.endpoint}${path}`, { service: 'lambda', method: 'POST', body });
    if (answer.status !== 200 || answer.headers['x-amz-function-error'] !== undefined) {
      throw new Error(`The function ${functionArn} failed (${answer.status}): ${answer.body}`);
    }
  }

  close(): void {
    this.dynamodb.destroy();
    this.eventBridge.destroy();
  }

  async #call({ service, headers, body }: Signed): Promise<string> {
    const answer = await this.signed(`${this.endpoint}/`, { service, method: 'POST', headers, body });
    if (answer.status >= 300) throw new Error(`${service} answered ${answer.status}: ${answer.body}`);
    return answer.body;
  }
}

interface Signed extends Omit<LoopbackRequest, 'pem'> {
  service: string;
  /** @default - the account's owner */
  credentials?: Credentials;
}
