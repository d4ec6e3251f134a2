import { AssumeRoleCommand, STSClient, type Credentials } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsClient } from 'aws4fetch';
import { useFlow } from './a-running-stack';

const ACCOUNT = '444455556666';
const running = useFlow();
const clients: STSClient[] = [];

afterAll(() => clients.forEach((client) => client.destroy()));

/** What the application of an account does first: `test` is the secret of each account's user on the local stack. */
async function assume(accountId: string, externalId?: string, secretAccessKey = 'test'): Promise<Credentials> {
  const { awsEndpoint: endpoint } = running.stack;
  const client = new STSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: accountId, secretAccessKey },
  });
  clients.push(client);
  const RoleArn = String(running.stack.status().outputs.UsageRoleArn);
  const asked = { RoleArn, RoleSessionName: 'usage', ExternalId: externalId };
  const { Credentials: credentials } = await client.send(new AssumeRoleCommand(asked));
  if (credentials === undefined) throw new Error('no credentials');
  return credentials;
}

/** @returns the status and, of a refusal, API Gateway's own answer */
async function call(path: string, credentials: Partial<Credentials>, body?: unknown): Promise<[number, unknown]> {
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken,
  } = credentials;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    sessionToken,
    service: 'execute-api',
    region: 'us-east-1',
  });
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const headers = { 'content-type': 'application/json' };
  const answer = await client.fetch(`${running.stack.url}${path}`, { ...init, headers });
  return [answer.status, await answer.json()];
}

const FORBIDDEN = [403, { message: 'Forbidden' }];

describe("an application in another of the seller's accounts", () => {
  let subscriptionId = '';
  let session: Credentials;

  beforeAll(async () => {
    ({ subscriptionId } = await running.givenBuyer());
    session = await assume(ACCOUNT, 'blue-42');
  });

  const event = () => ({
    id: 'e1',
    subscriptionId,
    dimension: 'events',
    quantity: 3,
    time: new Date(running.clock.now()).toISOString(),
  });

  it('reports usage and reads subscriptions with the role that it assumes', async () => {
    expect(await call('/usage', session, [event()])).toEqual([200, { results: [{ id: 'e1', status: 'accepted' }] }]);
    expect(await call(`/subscriptions/${subscriptionId}`, session)).toMatchObject([200, { subscriptionId }]);
  });

  it.each([
    ['without the external id', ACCOUNT, undefined],
    ['with another external id', ACCOUNT, 'blue-43'],
    ['from another account', '444455556667', 'blue-42'],
    ["from the stack's own account, which the trust does not name", 'test', 'blue-42'],
  ])('cannot assume the role %s', async (_, accountId, externalId) => {
    await expect(assume(accountId, externalId)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('cannot assume the role with a wrong secret', async () => {
    await expect(assume(ACCOUNT, 'blue-42', 'guessed')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  it('cannot call the API as itself, or with changed credentials of the session', async () => {
    expect(await call('/usage', { AccessKeyId: ACCOUNT, SecretAccessKey: 'test' }, [event()])).toEqual(FORBIDDEN);
    expect(await call('/usage', { ...session, SecretAccessKey: 'guessed' }, [event()])).toEqual(FORBIDDEN);
    expect(await call('/usage', { ...session, SessionToken: 'another' }, [event()])).toEqual(FORBIDDEN);
    expect(await call('/usage', { ...session, AccessKeyId: 'ASIALOCAL0' }, [event()])).toEqual(FORBIDDEN);
    expect(running.stack.log('http-api').join()).toContain('user/local may not call arn:aws:execute-api:');
  });
});
