import type { BatchGetCommand, BatchGetCommandInput, BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { RetryLaterError } from '../../lambdas/shared/domain/retry-later-error';
import { batchGet, type BatchGetOptions } from '../../lambdas/shared/stores/batch-get';
import { ENGINES } from './engines';

/** A DynamoDB that gives these answers in turn, what it was asked, and how long the store has waited. */
function givenAnswers(answers: Pick<BatchGetCommandOutput, 'Responses' | 'UnprocessedKeys'>[]) {
  const asked: BatchGetCommandInput['RequestItems'][] = [];
  const waitsMs: number[] = [];
  const send = async ({ input }: BatchGetCommand) => {
    asked.push(input.RequestItems);
    return answers.shift() ?? {};
  };
  const client = { send } as unknown as BatchGetOptions['client'];
  return {
    asked,
    waitsMs,
    options: { client, tableName: 'usage', sleep: async (ms: number) => void waitsMs.push(ms) },
  };
}

const unprocessed = (...pks: string[]) => ({ usage: { Keys: pks.map((pk) => ({ pk })) } });

describe('keys that DynamoDB leaves unprocessed', () => {
  it('are read again, they alone and after a longer wait each time', async () => {
    const { asked, waitsMs, options } = givenAnswers([
      { Responses: { usage: [{ pk: 'a' }] }, UnprocessedKeys: unprocessed('b', 'c') },
      { UnprocessedKeys: unprocessed('b', 'c') },
      { Responses: { usage: [{ pk: 'c' }] }, UnprocessedKeys: unprocessed() },
    ]);
    expect(await batchGet(['a', 'b', 'c'], undefined, options)).toEqual([{ pk: 'a' }, { pk: 'c' }]);
    const wanted = [
      ['a', 'b', 'c'],
      ['b', 'c'],
      ['b', 'c'],
    ];
    expect(asked).toEqual(wanted.map((pks) => ({ usage: { Keys: pks.map((pk) => ({ pk })), ConsistentRead: true } })));
    expect(waitsMs).toEqual([25, 50]);
  });

  it('are never taken for missing items: after eight attempts the caller has to try again', async () => {
    const { asked, options } = givenAnswers(Array.from({ length: 9 }, () => ({ UnprocessedKeys: unprocessed('a') })));
    await expect(batchGet(['a'], undefined, options)).rejects.toThrow(RetryLaterError);
    expect(asked).toHaveLength(8);
  });
});

it('asks for no id that cannot be a key, because DynamoDB would refuse the whole batch', async () => {
  const { asked, options } = givenAnswers([]);
  await batchGet(['a', '', 'x'.repeat(2_049)], undefined, options);
  expect(asked).toEqual([{ usage: { Keys: [{ pk: 'a' }], ConsistentRead: true } }]);
});

describe.each(ENGINES)('a batch %s', (_engine, open) => {
  it('has all items that exist, though one id is empty or longer than a key', async () => {
    const database = await open('usageEvents');
    const { usageEvents: tableName } = database.tables;
    const longest = `${'€'.repeat(682)}xy`;
    for (const pk of ['s-1', longest])
      await database.client.send(new PutCommand({ TableName: tableName, Item: { pk } }));
    const found = await batchGet(['s-1', '', 's-1', longest, `${longest}z`, 's-2'], undefined, {
      ...database,
      tableName,
    });
    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining([{ pk: 's-1' }, { pk: longest }]));
  });
});
