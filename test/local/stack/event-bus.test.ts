import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../../local/stack/local-stack';
import { aClock, PRINTS_EVENTS, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const LICENSE_RULE = {
  EventPattern: { source: ['aws.agreement-marketplace'], 'detail-type': [{ prefix: 'License ' }] },
  State: 'ENABLED',
};

describe('a local event bus', () => {
  it('accepts PutEvents of the AWS SDK and delivers the whole event to a queue and a function', async () => {
    const stack = await givenBus('2031-01-01T00:00:00.500Z');
    const { Entries, FailedEntryCount } = await send(stack, [
      aLicenseEvent(),
      aLicenseEvent({ DetailType: 'Something else' }),
    ]);
    await stack.drain();

    expect([FailedEntryCount, Entries?.length]).toEqual([0, 2]);
    const expected = {
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'License Updated - Manufacturer',
      source: 'aws.agreement-marketplace',
      account: expect.stringMatching(/^\d{12}$/),
      time: '2031-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: ['arn:x'],
      detail: { quantity: 1 },
    };
    const messages = stack.queue('Queue').messages();
    expect(messages.map(({ body }) => JSON.parse(body))).toEqual([expected]);
    expect(stack.log('Fn').map((line) => JSON.parse(line))).toEqual([expected]);
  });

  it('keeps the events of each bus, and matches a rule only against its own bus', async () => {
    const stack = await givenBus();
    await send(stack, [aLicenseEvent({ EventBusName: stack.status().buses[1]?.name })]);
    await stack.drain();
    expect(stack.events('Own')).toMatchObject([{ 'detail-type': 'License Updated - Manufacturer' }]);
    expect(stack.events('default')).toEqual([]);
    expect(stack.queue('Queue').messages()).toEqual([]);
  });

  it('answers each PutEvents entry separately when some are invalid', async () => {
    const stack = await givenBus();
    const { Entries, FailedEntryCount } = await send(stack, [
      aLicenseEvent({ Source: undefined }),
      aLicenseEvent({ Detail: '[1' }),
      aLicenseEvent({ EventBusName: 'nowhere' }),
      aLicenseEvent(),
    ]);
    expect(FailedEntryCount).toBe(3);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'InvalidArgument',
      'MalformedDetail',
      'ResourceNotFoundException',
      undefined,
    ]);
  });

  it('refuses eleven PutEvents entries, and calls to other services, with the error codes of AWS', async () => {
    const stack = await givenBus();
    await expect(
      send(
        stack,
        Array.from({ length: 11 }, () => aLicenseEvent()),
      ),
    ).rejects.toThrow(expect.objectContaining({ name: 'ValidationException' }));
    const other = await fetch(`${stack.awsEndpoint}/`, { method: 'POST', headers: { 'x-amz-target': 'X.Do' } });
    expect([other.status, await other.json()]).toMatchObject([400, { __type: 'UnknownOperationException' }]);
  });

  it('answers PutEvents with and without a trailing slash in the address', async () => {
    const stack = await givenBus();
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' };
    const body = JSON.stringify({ Entries: [aLicenseEvent()] });
    for (const address of [stack.awsEndpoint, `${stack.awsEndpoint}/`]) {
      const response = await fetch(address, { method: 'POST', headers, body });
      expect(await response.json()).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    }
  });

  it('refuses a template whose rule has an unsupported target', async () => {
    const Targets = [{ Id: 'T', Arn: 'arn:aws:kinesis:us-east-1:1:stream/x' }];
    const resources = { Rule: { Type: 'AWS::Events::Rule', Properties: { ...LICENSE_RULE, Targets } } };
    await expect(start({ resources })).rejects.toThrow(
      'a target that the local stack does not support: arn:aws:kinesis',
    );
  });
});

interface Entry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
}

function aLicenseEvent(entry: Entry = {}) {
  return {
    Source: 'aws.agreement-marketplace',
    DetailType: 'License Updated - Manufacturer',
    Detail: '{"quantity":1}',
    Resources: ['arn:x'],
    ...entry,
  };
}

async function send(stack: LocalStack, Entries: Entry[]) {
  const client = new EventBridgeClient({ endpoint: stack.awsEndpoint, maxAttempts: 1 });
  return client.send(new PutEventsCommand({ Entries })).finally(() => client.destroy());
}

function givenBus(now?: string): Promise<LocalStack> {
  const Targets = [
    { Id: 'Queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    { Id: 'Fn', Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] } },
  ];
  const parts = {
    functions: { Fn: PRINTS_EVENTS },
    resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      Own: { Type: 'AWS::Events::EventBus', Properties: { Name: 'FixtureOwn' } },
      Rule: { Type: 'AWS::Events::Rule', Properties: { ...LICENSE_RULE, Targets } },
    },
  };
  return start(parts, { clock: aClock(now) });
}
