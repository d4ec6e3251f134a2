import { afterEach, describe, expect, it } from 'vitest';
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
  it('reads a request as an action on a table or on its index', () => {
    expect(dynamoDb('PutItem', { TableName: 'T' })).toEqual([`dynamodb:PutItem ${TABLE}/T`]);
    expect(dynamoDb('Query', { TableName: 'T', IndexName: 'due' })).toEqual([`dynamodb:Query ${TABLE}/T/index/due`]);
  });

  it('reads a transaction as one action per part', () => {
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

  it('reads a batch request as one action per table', () => {
    expect(dynamoDb('BatchGetItem', { RequestItems: { A: {}, B: {} } })).toEqual([
      `dynamodb:BatchGetItem ${TABLE}/A`,
      `dynamodb:BatchGetItem ${TABLE}/B`,
    ]);
  });

  it('reads PutEvents as one action per event bus', () => {
    const Entries = [{ EventBusName: 'Bus' }, {}];
    const request = { authorization: authorizedFor('events'), target: 'AWSEvents.PutEvents' };
    expect(asked(request, { Entries })).toEqual([
      'events:PutEvents arn:aws:events:us-east-1:000000000000:event-bus/Bus',
      'events:PutEvents arn:aws:events:us-east-1:000000000000:event-bus/default',
    ]);
  });

  it('reads the operation of a request in each AWS protocol', () => {
    const authorization = authorizedFor('aws-marketplace');
    const path = '/service/AWSMPEntitlementService/operation/GetEntitlements';
    expect(asked({ authorization, target: 'AWSMPMeteringService.BatchMeterUsage' })).toEqual([
      'aws-marketplace:BatchMeterUsage *',
    ]);
    expect(asked({ authorization, path }, 'binary')).toEqual(['aws-marketplace:GetEntitlements *']);
    expect(asked({ authorization: authorizedFor('sns') }, 'Action=Publish&Message=x')).toEqual(['sns:Publish *']);
  });

  it('reads a request that it does not understand as an action that no role allows', () => {
    expect(asked({ authorization: '', method: 'GET', path: '/x' })).toEqual(['unknown:GET /x *']);
    expect(asked({ path: '/x' })).toEqual(['unknown:POST /x *']);
  });
});

describe('the AWS calls of a function', () => {
  it('records the AWS calls of a function, however it sends them, beside what its role allows', async () => {
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

  it('refuses what its role does not allow, and lets pass what it allows', async () => {
    const source = `const send = async (url, service, target, body) => {
        const signed = 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260714/us-east-1/' + service;
        const authorization = signed + '/aws4_request, SignedHeaders=host, Signature=0';
        const headers = { 'x-amz-target': target, authorization };
        const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
        return (await answer.json()).__type?.split('#').at(-1) ?? answer.status;
      };
      const { AWS_ENDPOINT_URL_DYNAMODB: dynamodb, AWS_ENDPOINT_URL: aws } = process.env;
      const item = (operation, pk) =>
        send(dynamodb, 'dynamodb', 'DynamoDB_20120810.' + operation, { TableName: 'Codes', Key: { pk: { S: pk } } });
      const event = (EventBusName) => send(aws, 'events', 'AWSEvents.PutEvents', {
        Entries: [{ EventBusName, Source: 's', DetailType: 't', Detail: '{}' }],
      });
      export const handler = async () => [
        await item('GetItem', 'code#1'), await item('GetItem', 'session#1'), await item('GetItem', 'x'),
        await item('DeleteItem', 'code#1'), await event('default'), await event('Other'),
      ];`;
    const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['code#*'] } };
    const Statement = [
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: `${TABLE}/Codes`, Condition },
      { Effect: 'Allow', Action: 'events:Put*', Resource: 'arn:aws:events:*:*:event-bus/default' },
    ];
    const Properties = { PolicyDocument: { Statement }, Roles: [{ Ref: 'Role' }] };
    const parts = { functions: { Fn: source }, resources: { Policy: { Type: 'AWS::IAM::Policy', Properties } } };
    // Amazon's DynamoDB Local would ask nobody.
    const stack = await start(parts, { dynamodbEndpoint: undefined });
    expect(await stack.invoke('Fn', {})).toMatchObject({
      payload: [
        'ResourceNotFoundException',
        'AccessDeniedException',
        'AccessDeniedException',
        'AccessDeniedException',
        200,
        'AccessDeniedException',
      ],
    });
  });

  it.each([
    ['a denial', { Effect: 'Deny', Action: '*', Resource: '*' }],
    ['a condition', { Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { x: 'true' } } }],
    ['an exception', { Effect: 'Allow', NotAction: '*', Resource: '*' }],
  ])('refuses to compare AWS calls with %s in a role', async (_, statement) => {
    const PolicyDocument = { Statement: [statement] };
    const Policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument, Roles: [{ Ref: 'Role' }] } };
    const stack = await start({
      functions: { Fn: 'export const handler = async () => {};' },
      resources: { Policy },
    });
    expect(() => stack.grants('Fn')).toThrow(/Statement/);
  });
});
