import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../../local/stack/local-stack';
import { anAssembly, stacks, type AssemblyParts } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
const folders: string[] = [];
afterEach(async () => {
  await stopAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const says = (version: string) => `export const handler = async () => '${version}';`;
const fails = 'export const handler = async () => { throw new Error("not yet"); };';
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const mapping = (queue: string) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { EventSourceArn: arnOf(queue), FunctionName: arnOf('Worker') },
});
const queue = { Type: 'AWS::SQS::Queue', Properties: {} };

/** A version of a stack: two functions, a queue that one of them reads, a schedule, a table, a bucket. */
function version(code: string, changes: Partial<AssemblyParts> & { schedule?: string } = {}): AssemblyParts {
  const { schedule = 'rate(1 hour)', resources, functions } = changes;
  const Table = {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    },
  };
  const Targets = [{ Arn: arnOf('Reader'), Id: 'a' }];
  return {
    functions: { Reader: says(code), Worker: says(code), ...functions },
    resources: {
      Table,
      Work: queue,
      Mapping: mapping('Work'),
      Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: schedule, Targets } },
      Kept: { Type: 'AWS::S3::Bucket', Properties: {} },
      ...resources,
    },
  };
}

async function update(stack: LocalStack, parts: AssemblyParts, functions?: readonly string[]): Promise<void> {
  const assembly = anAssembly(parts);
  folders.push(assembly);
  await stack.update({ assembly, functions });
}

const answer = async (stack: LocalStack, name: string) => {
  const result = await stack.invoke(name, {});
  return result.ok ? result.payload : result.errorMessage;
};

describe('an update of a local stack', () => {
  it('runs the other code, and keeps tables, messages and objects', async () => {
    const stack = await start(version('one', { functions: { Worker: fails } }));
    const table = stack.table('Table');
    stack.queue('Work').send('waits');
    await stack.bucket('Kept').put('key', 'text');
    await stack.drain();
    expect(await answer(stack, 'Reader')).toBe('one');
    await update(stack, version('two'));
    expect(await answer(stack, 'Reader')).toBe('two');
    expect(stack.table('Table')).toBe(table);
    expect(stack.bucket('Kept').get('key')).toBe('text');
    expect(stack.queue('Work').messages()).toHaveLength(1);
    stack.clock.advance(31_000);
    await stack.drain();
    expect(stack.queue('Work').messages()).toEqual([]);
  });

  it('stops in the middle when it names functions: the others run the code that they had', async () => {
    const stack = await start(version('one'));
    await update(stack, version('two', { schedule: 'rate(5 minutes)' }), ['Worker']);
    expect([await answer(stack, 'Worker'), await answer(stack, 'Reader')]).toEqual(['two', 'one']);
    expect(stack.status().schedules).toMatchObject([{ schedule: 'rate(1 hour)' }]);
    await update(stack, version('two', { schedule: 'rate(5 minutes)' }));
    expect(await answer(stack, 'Reader')).toBe('two');
  });

  it('lets an invocation that runs end with the code that it began with', async () => {
    const waits = `export const handler = async () => { await new Promise((done) => setTimeout(done, 300)); return 'one'; };`;
    const stack = await start(version('one', { functions: { Worker: waits } }));
    const running = answer(stack, 'Worker');
    await update(stack, version('two'));
    expect([await running, await answer(stack, 'Worker')]).toEqual(['one', 'two']);
  });

  it('goes by the other schedule, and a schedule that stays the same stays due', async () => {
    const stack = await start(version('one'));
    stack.clock.advance(3_600_000);
    await update(stack, version('two'));
    expect(await stack.fireDue()).toMatchObject([{ results: [{ payload: 'two' }] }]);
    await update(stack, version('three', { schedule: 'rate(5 minutes)' }));
    stack.clock.advance(300_000);
    expect(await stack.fireDue()).toMatchObject([{ results: [{ payload: 'three' }] }]);
  });

  it('makes a queue that is new, reads it, and removes it when it is rolled back', async () => {
    const stack = await start(version('one'));
    await update(stack, version('two', { resources: { More: queue, MoreMapping: mapping('More') } }));
    stack.queue('More').send('work');
    await stack.drain();
    expect(stack.queue('More').messages()).toEqual([]);
    await update(stack, version('one'));
    expect(() => stack.queue('More')).toThrow('There is no "More"');
    stack.queue('Work').send('work');
    await stack.drain();
    expect(stack.queue('Work').messages()).toEqual([]);
  });

  it('refuses to replace or delete what keeps something, and changes nothing then', async () => {
    const stack = await start(version('one'));
    const named = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'named' } };
    await expect(update(stack, version('two', { resources: { Kept: named } }))).rejects.toThrow(
      'would replace or delete Kept (AWS::S3::Bucket: BucketName)',
    );
    expect(await answer(stack, 'Reader')).toBe('one');
  });
});
