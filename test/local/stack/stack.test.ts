import { createServer } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/stack/assembly';
import { startStack } from '../../../local/stack/stack';
import { anAssembly, PRINTS_EVENTS, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-'));
});
afterEach(async () => {
  await stopAll();
  rmSync(folder, { recursive: true });
});
const client = new DynamoDBClient({ endpoint: process.env.TEST_DYNAMODB_ENDPOINT ?? '' });

describe('a local stack', () => {
  it('creates tables with the keys, index and stream of the template, and drops them when it stops', async () => {
    const stack = await start({
      resources: {
        Hours: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            AttributeDefinitions: ['pk', 'sk', 'shard'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
            KeySchema: keys('pk', 'sk'),
            ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
            GlobalSecondaryIndexes: [
              { IndexName: 'due', KeySchema: keys('shard'), Projection: { ProjectionType: 'KEYS_ONLY' } },
            ],
            StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
          },
        },
      },
    });
    const describeTable = new DescribeTableCommand({ TableName: stack.table('hours') });
    expect((await client.send(describeTable)).Table).toMatchObject({
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [{ IndexName: 'due', KeySchema: keys('shard') }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    });
    await stopAll();
    await expect(client.send(describeTable)).rejects.toThrow('non-existent table');
  });

  it('names every resource that it does not support', async () => {
    const resources = { Phone: { Type: 'AWS::Connect::Instance' }, Seen: { Type: 'AWS::CloudWatch::Dashboard' } };
    await expect(start({ resources })).rejects.toThrow('cannot run Phone (AWS::Connect::Instance).');
  });

  it('replaces API Gateway’s address in outputs by this machine’s', async () => {
    const host = [{ Ref: 'Api' }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }];
    const stack = await start({
      resources: { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } } },
      outputs: { Url: { Value: { 'Fn::Join': ['', ['https://', ...host, '/register']] } } },
    });
    expect(stack.status().outputs).toEqual({ Url: `${stack.url}/register` });
  });

  it('fails with the port number when the port of the stack is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const started = start({ resources: {} }, { port }).finally(() => other.close());
    await expect(started).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
  });

  it('writes logs of functions to a folder, and no folder of objects when there are none', async () => {
    const stack = await start({ functions: { Fn: PRINTS_EVENTS }, resources: {} }, { folder });
    await stack.invoke('Fn', { hello: 1 });
    await stopAll();
    expect(readFileSync(join(folder, 'logs', 'Fn.log'), 'utf8')).toBe('{"hello":1}\n');
    expect(existsSync(join(folder, 's3'))).toBe(false);
  });
});

describe('an assembly', () => {
  it('fails with the command to run when the assembly is missing', async () => {
    await expect(startStack({ assembly: folder })).rejects.toThrow('Run npm run synth');
  });

  it('finds the folder of an asset by its S3 key', () => {
    const assembly = anAssembly({ resources: {}, functions: { Fn: PRINTS_EVENTS } });
    const { assetFolder, stackName } = readAssembly(assembly);
    expect(stackName).toBe('Fixture');
    expect(readdirSync(assetFolder('Fn.zip'))).toEqual(['index.mjs']);
    expect(() => assetFolder('other.zip')).toThrow('no asset for the S3 key other.zip');
    rmSync(assembly, { recursive: true });
  });
});

function keys(hash: string, range?: string) {
  const sort = range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }];
  return [{ AttributeName: hash, KeyType: 'HASH' }, ...sort];
}
