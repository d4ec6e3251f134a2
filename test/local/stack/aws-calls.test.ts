import { afterEach, describe, expect, it } from '@jest/globals';
import { toAwsCalls, type SentRequest } from '../../../local/stack/aws-calls';
import { stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const authorizedFor = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260714/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

const sent = (request: Partial<SentRequest>, body: unknown = {}): SentRequest => ({
  authorization: authorizedFor('dynamodb'),
  target: '',
  method: 'POST',
  path: '/',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...request,
});

const asked = (request: Partial<SentRequest>, body?: unknown) =>
  toAwsCalls(sent(request, body)).map(({ action, resource }) => `${action} ${resource}`);

const dynamoDb = (operation: string, body: unknown) => asked({ target: `DynamoDB_20120810.${operation}` }, body);
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table';

describe('a request, as IAM sees it', () => {
  it('is an action on a table, or on an index of it', () => {
    expect(dynamoDb('PutItem', { TableName: 'T' })).toEqual([`dynamodb:PutItem ${TABLE}/T`]);
    expect(dynamoDb('Query', { TableName: 'T', IndexName: 'due' })).toEqual([`dynamodb:Query ${TABLE}/T/index/due`]);
  });

  it('is an action for each part of a transaction', () => {
    const parts = ['Put', 'Update', 'ConditionCheck', 'Delete'].map((kind) => ({ [kind]: { TableName: kind } }));
    expect(dynamoDb('TransactWriteItems', { TransactItems: parts })).toEqual([
      `dynamodb:PutItem ${TABLE}/Put`,
      `dynamodb:UpdateItem ${TABLE}/Update`,
      `dynamodb:ConditionCheckItem ${TABLE}/ConditionCheck`,
      `dynamodb:DeleteItem ${TABLE}/Delete`,
    ]);
    expect(dynamoDb('TransactGetItems', { TransactItems: [{ Get: { TableName: 'T' } }] })).toEqual([
      `dynamodb:GetItem ${TABLE}/T`,
    ]);
  });

  it('is an action for each table of a batch', () => {
    expect(dynamoDb('BatchGetItem', { RequestItems: { A: {}, B: {} } })).toEqual([
      `dynamodb:BatchGetItem ${TABLE}/A`,
      `dynamodb:BatchGetItem ${TABLE}/B`,
    ]);
  });

  it('is an action for each bus that events are put on', () => {
    const Entries = [{ EventBusName: 'Bus' }, {}];
    const request = { authorization: authorizedFor('events'), target: 'AWSEvents.PutEvents' };
    expect(asked(request, { Entries })).toEqual([
      'events:PutEvents arn:aws:events:us-east-1:000000000000:event-bus/Bus',
      'events:PutEvents arn:aws:events:us-east-1:000000000000:event-bus/default',
    ]);
  });

  it('is named by whichever protocol it speaks', () => {
    const authorization = authorizedFor('aws-marketplace');
    const path = '/service/AWSMPEntitlementService/operation/GetEntitlements';
    expect(asked({ authorization, target: 'AWSMPMeteringService.BatchMeterUsage' })).toEqual([
      'aws-marketplace:BatchMeterUsage *',
    ]);
    expect(asked({ authorization, path }, 'binary')).toEqual(['aws-marketplace:GetEntitlements *']);
    expect(asked({ authorization: authorizedFor('sns') }, 'Action=Publish&Message=x')).toEqual(['sns:Publish *']);
  });

  it('is something that no role allows when it is not understood', () => {
    expect(asked({ authorization: '', method: 'GET', path: '/x' })).toEqual(['unknown:GET /x *']);
    expect(asked({ path: '/x' })).toEqual(['unknown:POST /x *']);
  });
});

describe('what a function asks of AWS', () => {
  it('is recorded, however it sends it, beside what its role allows', async () => {
    const source = `import { request } from 'node:http';
      import http from 'http';
      const send = (call, target) => new Promise((done) => {
        const headers = { 'x-amz-target': target, authorization: ${JSON.stringify(authorizedFor('dynamodb'))} };
        const sending = call({ host: '127.0.0.1', port: 1, method: 'POST', headers });
        sending.on('error', done);
        sending.write('{"Table');
        sending.end(Buffer.from('Name":"T"}'));
      });
      export const handler = async () => {
        await send(request, 'DynamoDB_20120810.GetItem');
        await send(request, 'DynamoDB_20120810.GetItem');
        await send(http.request, 'DynamoDB_20120810.DeleteItem');
      };`;
    const statement = { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: '*' };
    const PolicyDocument = { Statement: [statement] };
    const Policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument, Roles: [{ Ref: 'Role' }] } };
    const stack = await start({ functions: { Fn: source }, resources: { Policy } });
    await stack.invoke('Fn', {});
    const expected = {
      calls: [
        { action: 'dynamodb:GetItem', resource: `${TABLE}/T`, times: 2 },
        { action: 'dynamodb:DeleteItem', resource: `${TABLE}/T`, times: 1 },
      ],
      grants: [
        { action: 'dynamodb:GetItem', resource: '*' },
        { action: 'dynamodb:Query', resource: '*' },
      ],
    };
    expect({ calls: stack.calls('Fn'), grants: stack.grants('Fn') }).toEqual(expected);
    const answer = await fetch(`${stack.controlUrl}/functions/fn/calls`);
    await expect(answer.json()).resolves.toEqual(expected);
  });

  it.each([
    ['a denial', { Effect: 'Deny', Action: '*', Resource: '*' }],
    ['a condition', { Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { x: 'true' } } }],
    ['an exception', { Effect: 'Allow', NotAction: '*', Resource: '*' }],
  ])('cannot be compared with %s in a role', async (_, statement) => {
    const PolicyDocument = { Statement: [statement] };
    const Policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument, Roles: [{ Ref: 'Role' }] } };
    const stack = await start({
      functions: { Fn: 'export const handler = async () => {};' },
      resources: { Policy },
    });
    expect(() => stack.grants('Fn')).toThrow(/Statement/);
  });
});
