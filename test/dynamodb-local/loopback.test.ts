import { connect } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';

describe('DynamoDB Local', () => {
  it('answers the AWS SDK on the loopback', async () => {
    const client = new DynamoDBClient({ endpoint: process.env.TEST_DYNAMODB_ENDPOINT ?? '' });
    await expect(client.send(new ListTablesCommand({}))).resolves.toHaveProperty('TableNames');
  });

  it('refuses a socket outside the loopback', () => {
    expect(() => connect({ host: '192.0.2.1', port: 8000 })).toThrow('tests stay on the loopback');
  });
});
