import { beforeEach, describe, expect, it } from 'vitest';
import { aTable, type Table } from './a-table';

const LONG = 'Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes';

let table: Table;
const Key = { pk: { S: 'p' }, sk: { S: 's' } };
const read = async () => (await table.must('GetItem', { Key, ConsistentRead: true })).Item;
const put = async (attributes: object) => table.must('PutItem', { Item: { ...Key, ...attributes } });

beforeEach(async () => {
  table = await aTable();
});

describe('Every type of value', () => {
  it('is stored and read back, with numbers in canonical form', async () => {
    await put({
      n: { N: '-00.1500e1' },
      big: { N: '12345678901234567890123456789012345678' },
      small: { N: '1E-130' },
      s: { S: '' },
      b: { B: 'AQI=' },
      t: { BOOL: false },
      z: { NULL: true },
      l: { L: [{ S: 'x' }, { M: { y: { L: [] } } }] },
      m: { M: {} },
      ss: { SS: ['a'] },
      ns: { NS: ['1.50'] },
      bs: { BS: ['AQ=='] },
    });
    expect(await read()).toEqual({
      ...Key,
      n: { N: '-1.5' },
      big: { N: '12345678901234567890123456789012345678' },
      small: { N: `0.${'0'.repeat(129)}1` },
      s: { S: '' },
      b: { B: 'AQI=' },
      t: { BOOL: false },
      z: { NULL: true },
      l: { L: [{ S: 'x' }, { M: { y: { L: [] } } }] },
      m: { M: {} },
      ss: { SS: ['a'] },
      ns: { NS: ['1.5'] },
      bs: { BS: ['AQ=='] },
    });
  });

  it.each([
    ['more than 38 digits', { N: '1'.repeat(39) }, 'DynamoDB only supports precision up to 38 digits'],
    [
      'a number that is too large',
      { N: '1E126' },
      'Number overflow. Attempting to store a number with magnitude larger',
    ],
    [
      'a number that is too small',
      { N: '1E-131' },
      'Number underflow. Attempting to store a number with magnitude smaller',
    ],
    ['a text that is no number', { N: 'seven' }, 'A value provided cannot be converted into a number'],
    ['no type', {}, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
    ['two types', { S: 'a', N: '1' }, 'Supplied AttributeValue has more than one datatypes set'],
    ['an empty set', { SS: [] }, 'An string set  may not be empty'],
    ['a set with a repeated member', { NS: ['1', '1.0'] }, 'Input collection contains duplicates'],
    ['a null that is false', { NULL: false }, 'Null attribute value types must have the value of true'],
  ])('refuses %s', async (_what, value, message) => {
    expect(await table.refusal('PutItem', { Item: { ...Key, n: value } })).toContain(message);
  });

  it.each([
    ['a missing key', { pk: { S: 'p' } }, 'One of the required keys was not given a value'],
    ['a key of another type', { pk: { S: 'p' }, sk: { N: '1' } }, 'Type mismatch for key'],
    ['an empty key', { pk: { S: 'p' }, sk: { S: '' } }, 'cannot contain an empty string value. Key: sk'],
    ['an index key of another type', { ...Key, dueAt: { S: '1' } }, 'Type mismatch for Index Key'],
    ['a partition key of 2,049 bytes', { ...Key, pk: { S: 'x'.repeat(2_049) } }, LONG],
    ['a sort key of 1,025 bytes', { ...Key, sk: { S: `${'ä'.repeat(512)}x` } }, LONG],
    ['an index sort key of 1,025 bytes', { ...Key, pk: { S: 'x'.repeat(1_025) } }, 'Size limit exceeded'],
  ])('refuses an item with %s', async (_what, Item, message) => {
    expect(await table.refusal('PutItem', { Item })).toContain(message);
  });

  it('stores an item with keys as long as they may be', async () => {
    await table.must('PutItem', { Item: { ...Key, account: { S: 'x'.repeat(2_048) }, pk: { S: 'x'.repeat(1_024) } } });
    await table.must('PutItem', { Item: { pk: { S: 'p' }, sk: { S: 'ä'.repeat(512) } } });
  });

  it.each([
    ['GetItem', (key: object) => ({ Key: key })],
    ['DeleteItem', (key: object) => ({ Key: key })],
    ['BatchGetItem', (key: object) => ({ Keys: [Key, key] })],
    ['TransactGetItems', (key: object) => ({ TransactItems: [{ Get: { Key: key } }] })],
  ])('refuses a %s of a key that is too long to be one', async (operation, input) => {
    for (const key of [
      { pk: 'x'.repeat(2_049), sk: 's' },
      { pk: 'p', sk: 'x'.repeat(1_025) },
    ]) {
      const Long = Object.fromEntries(Object.entries(key).map(([name, S]) => [name, { S }]));
      expect(await table.refusal(operation, input(Long))).toBe(`ValidationException: ${LONG}`);
    }
  });

  it('refuses a table that does not exist', async () => {
    const message = 'ResourceNotFoundException: Cannot do operations on a non-existent table';
    expect(await table.refusal('GetItem', { TableName: 'nowhere', Key })).toBe(message);
  });
});

describe('An item of 400 KB', () => {
  // The names and the key take 15 bytes: pk + p, sk + s, and the name of the text.
  const LARGEST = 400 * 1024 - 'pkpskstext'.length;

  it('is stored, and one byte more is refused', async () => {
    await put({ text: { S: 'x'.repeat(LARGEST) } });
    const Item = { ...Key, text: { S: 'x'.repeat(LARGEST + 1) } };
    expect(await table.refusal('PutItem', { Item })).toContain('Item size has exceeded the maximum allowed size');
  });

  it('does not grow by an update', async () => {
    await put({ text: { S: 'x'.repeat(LARGEST) } });
    const update = { Key, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '1' } } };
    expect(await table.refusal('UpdateItem', update)).toContain('Item size to update has exceeded');
  });
});

describe('A conditional write', () => {
  const ifNew = { Item: Key, ConditionExpression: 'attribute_not_exists(pk)' };

  it('happens once', async () => {
    await table.must('PutItem', ifNew);
    expect(await table.refusal('PutItem', ifNew)).toBe(
      'ConditionalCheckFailedException: The conditional request failed',
    );
  });

  it('shows the item that is there, if asked', async () => {
    await put({ n: { N: '1' } });
    const { body } = await table.ask('PutItem', { ...ifNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
    expect(body.Item).toEqual({ ...Key, n: { N: '1' } });
  });
});

describe('ReturnValues', () => {
  const update = {
    Key,
    UpdateExpression: 'SET n = n + :one REMOVE s',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };
  const before = { n: { N: '0.1' }, s: { S: 'x' }, other: { S: 'y' } };

  it.each([
    ['NONE', undefined],
    ['ALL_OLD', { ...Key, ...before }],
    ['UPDATED_OLD', { n: { N: '0.1' }, s: { S: 'x' } }],
    ['ALL_NEW', { ...Key, n: { N: '1.1' }, other: { S: 'y' } }],
    ['UPDATED_NEW', { n: { N: '1.1' } }],
  ])('of an update may be %s', async (ReturnValues, expected) => {
    await put(before);
    expect((await table.must('UpdateItem', { ...update, ReturnValues })).Attributes).toEqual(expected);
  });

  it('of a deletion is the item that was there', async () => {
    await put(before);
    const { Attributes } = await table.must('DeleteItem', { Key, ReturnValues: 'ALL_OLD' });
    expect(Attributes).toEqual({ ...Key, ...before });
    expect(await read()).toBeUndefined();
  });

  it('of a put cannot be the new item', async () => {
    const refusal = await table.refusal('PutItem', { Item: Key, ReturnValues: 'ALL_NEW' });
    expect(refusal).toContain('Return values set to invalid value');
  });
});

describe('An update', () => {
  const values = { ':one': { N: '1' }, ':list': { L: [{ S: 'z' }] }, ':set': { SS: ['b', 'c'] } };
  const update = async (UpdateExpression: string, names?: object) => {
    const used = Object.entries(values).filter(([name]) => UpdateExpression.includes(name));
    return table.ask('UpdateItem', {
      Key,
      UpdateExpression,
      ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
      ...(names && { ExpressionAttributeNames: names }),
    });
  };

  it.each([
    ['creates the item', {}, 'SET n = :one', { n: { N: '1' } }],
    ['adds exactly', { n: { N: '0.1' } }, 'ADD n :one', { n: { N: '1.1' } }],
    ['adds to nothing', {}, 'ADD n :one', { n: { N: '1' } }],
    ['subtracts', { n: { N: '3' } }, 'SET n = n - :one', { n: { N: '2' } }],
    ['keeps what exists', { n: { N: '3' } }, 'SET n = if_not_exists(n, :one)', { n: { N: '3' } }],
    ['joins sets', { u: { SS: ['a', 'b'] } }, 'ADD u :set', { u: { SS: ['a', 'b', 'c'] } }],
    ['removes members', { u: { SS: ['a', 'b'] } }, 'DELETE u :set', { u: { SS: ['a'] } }],
    ['removes the last member and the set', { u: { SS: ['b'] } }, 'DELETE u :set', {}],
    ['appends', { l: { L: [{ S: 'a' }] } }, 'SET l = list_append(l, :list)', { l: { L: [{ S: 'a' }, { S: 'z' }] } }],
    ['sets beyond the end of a list', { l: { L: [] } }, 'SET l[7] = :one', { l: { L: [{ N: '1' }] } }],
    [
      'removes by index',
      { l: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] } },
      'REMOVE l[0], l[1]',
      { l: { L: [{ S: 'c' }] } },
    ],
    [
      'reads the item as it was',
      { n: { N: '1' }, k: { N: '5' } },
      'SET n = k, k = n',
      { n: { N: '5' }, k: { N: '1' } },
    ],
  ] satisfies [string, object, string, object][])('%s', async (...[, before, expression, after]) => {
    await put(before);
    expect((await update(expression)).status).toBe(200);
    expect(await read()).toEqual({ ...Key, ...after });
  });

  it('changes part of a map through aliases', async () => {
    await put({ m: { M: { name: { S: 'x' } } } });
    await update('SET m.#name = :one', { '#name': 'name' });
    expect(await read()).toEqual({ ...Key, m: { M: { name: { N: '1' } } } });
  });

  it.each([
    ['SET pk = :one', 'Cannot update attribute pk. This attribute is part of the key'],
    ['SET n = nothing', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET m.x = :one', 'The document path provided in the update expression is invalid for update'],
    ['ADD s :one', 'An operand in the update expression has an incorrect data type'],
    ['SET a = :one, a = :one', 'Two document paths overlap with each other'],
    ['SET a.b = :one, a[0] = :one', 'Two document paths conflict with each other'],
    ['SET n = :one SET k = :one', 'The "SET" section can only be used once in an update expression'],
    ['SET state = :one', 'Attribute name is a reserved keyword; reserved keyword: state'],
    ['SET n = size(s)', 'The function is not allowed in an update expression; function: size'],
    ['SET n = nope(s)', 'Invalid function name; function: nope'],
    ['SET n =', 'Invalid UpdateExpression: Syntax error'],
    ['', 'Invalid UpdateExpression: The expression can not be empty;'],
  ])('is refused: %s', async (expression, message) => {
    await put({ s: { S: 'x' } });
    const { status, body } = await update(expression);
    expect([status, String(body.message ?? body.Message)]).toEqual([400, expect.stringContaining(message)]);
    expect(await read()).toEqual({ ...Key, s: { S: 'x' } });
  });
});
