import { Agent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AwsClient } from 'aws4fetch';
import { documentClientOf } from '../../lambdas/shared/runtime/dynamodb-client';
import type { Fetch } from '../actors/buyer';
import { loopbackFetch } from './loopback-fetch';
import { CREDENTIALS } from './ministack';

export const REGION = 'us-east-1';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The AWS account that the rehearsal deploys into, as its owner uses it. */
export class AwsAccount {
  readonly endpoint: string;
  /** Unsigned. */
  readonly fetch: Fetch;
  readonly dynamodb: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly eventBridge: EventBridgeClient;

  constructor({ endpoint, pem }: { endpoint: string; pem: string }) {
    this.endpoint = endpoint;
    this.fetch = loopbackFetch(pem);
    const common = {
      endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      requestHandler: { httpsAgent: new Agent({ ca: pem }) },
    };
    this.dynamodb = new DynamoDBClient(common);
    this.documents = documentClientOf(this.dynamodb);
    this.eventBridge = new EventBridgeClient(common);
  }

  /** Signs requests to a service: by default as the account's owner. */
  signedFetch(service: string, credentials: Credentials = CREDENTIALS): Fetch {
    const signer = new AwsClient({ ...credentials, service, region: REGION });
    return async (url, init) => {
      const { headers } = await signer.sign(url, init);
      return this.fetch(url, { ...init, headers: Object.fromEntries(headers) });
    };
  }

  /**
   * Calls an AWS API by its JSON protocol.
   * @throws Error with the service's answer when it refuses
   */
  async json(service: string, target: string, input: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
    return JSON.parse(await this.#call(service, { headers, body: JSON.stringify(input) }));
  }

  /**
   * Calls an AWS API by its query protocol.
   * @returns the answer's XML
   * @throws Error with the service's answer when it refuses
   */
  async query(service: string, parameters: Record<string, string>): Promise<string> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#call(service, { headers, body: new URLSearchParams(parameters).toString() });
  }

  /**
   * Invokes a function and waits for it.
   * @throws Error with the function's answer when it fails
   */
  async invoke(functionArn: string, payload: unknown): Promise<void> {
    const url = `${this.endpoint}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
    const answer = await this.signedFetch('lambda')(url, { method: 'POST', body: JSON.stringify(payload) });
    if (answer.status !== 200 || answer.headers.has('x-amz-function-error'))
      throw new Error(`The function ${functionArn} failed (${answer.status}): ${await answer.text()}`);
  }

  close(): void {
    this.dynamodb.destroy();
    this.eventBridge.destroy();
  }

  async #call(service: string, { headers, body }: { headers: Record<string, string>; body: string }): Promise<string> {
    const answer = await this.signedFetch(service)(`${this.endpoint}/`, { method: 'POST', headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service} answered ${answer.status}: ${text}`);
    return text;
  }
}
