import fc from 'fast-check';
import { condition, indexRead, keyCondition, mostly, oneOf, projection, update } from './generated-expressions';
import { ALIASES, item, key, PLACEHOLDERS, someKey, type Json } from './generated-values';
import type { WireCommand } from '../local/dynamodb/wire-client';

const returnValues = fc.constantFrom('NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW');
const capacity = fc.constantFrom('NONE', 'TOTAL', 'INDEXES');
const onFailure = fc.constantFrom('NONE', 'ALL_OLD');
const sparse = { requiredKeys: [] };

/** Adds the placeholders that the expressions use; now and then one too many or too few. */
function withPlaceholders(input: Json, slip: number): Json {
  const expressions = Object.entries(input).filter(([name]) => name.endsWith('Expression'));
  const used = expressions.flatMap(([, expression]) => String(expression).match(/[:#]\w+/g) ?? []);
  const values = used.filter((name) => name.startsWith(':'));
  const names = used.filter((name) => name.startsWith('#'));
  if (slip === 0) values.push(':true');
  if (slip === 1) values.pop();
  if (slip === 2) names.push('#x');
  const pick = (from: Json, all: string[]) => Object.fromEntries([...new Set(all)].map((name) => [name, from[name]]));
  const takesValues = 'Item' in input || expressions.some(([name]) => name !== 'ProjectionExpression');
  return {
    ...input,
    ...(takesValues && values.length > 0 && { ExpressionAttributeValues: pick(PLACEHOLDERS, values) }),
    ...(names.length > 0 && { ExpressionAttributeNames: pick(ALIASES, names) }),
  };
}

/** What is returned of a path inside an attribute is not supported. */
function withoutNestedReturn(input: Json): Json {
  const isNested = /[.[]/.test(String(input.UpdateExpression));
  return isNested && /^UPDATED/.test(String(input.ReturnValues)) ? { ...input, ReturnValues: 'ALL_NEW' } : input;
}

/** Leaves out what the other options of a read exclude. */
function withoutClashes({ ConsistentRead, IndexName, Select, ...input }: Json): Json {
  return {
    ...input,
    ...(IndexName === undefined && ConsistentRead !== undefined && { ConsistentRead }),
    ...(input.ProjectionExpression === undefined && Select !== undefined && { Select }),
  };
}

const slip = fc.integer({ min: 0, max: 100 });
const finished = (input: fc.Arbitrary<object>) =>
  fc.tuple(input, slip).map(([each, n]) => withPlaceholders({ ...each }, n));

const put = (returns: fc.Arbitrary<string>) =>
  finished(
    fc.record(
      {
        Item: item,
        ConditionExpression: condition,
        ReturnValues: returns,
        ReturnConsumedCapacity: capacity,
        ReturnValuesOnConditionCheckFailure: onFailure,
      },
      { requiredKeys: ['Item'] },
    ),
  );
const updating = finished(
  fc.record(
    {
      Key: someKey,
      UpdateExpression: update,
      ConditionExpression: condition,
      ReturnValues: returnValues,
      ReturnConsumedCapacity: capacity,
      ReturnValuesOnConditionCheckFailure: onFailure,
    },
    { requiredKeys: ['Key'] },
  ),
);
const deleting = finished(
  fc.record(
    {
      Key: someKey,
      ConditionExpression: condition,
      ReturnValues: fc.constantFrom('NONE', 'ALL_OLD'),
      ReturnConsumedCapacity: capacity,
    },
    { requiredKeys: ['Key'] },
  ),
);
const action = fc.oneof(
  finished(
    fc.record(
      { Item: item, ConditionExpression: condition, ReturnValuesOnConditionCheckFailure: onFailure },
      { requiredKeys: ['Item'] },
    ),
  ).map((Put) => ({ Put })),
  finished(
    fc.record(
      { Key: someKey, UpdateExpression: update, ConditionExpression: condition },
      { requiredKeys: ['Key', 'UpdateExpression'] },
    ),
  ).map((Update) => ({ Update })),
  finished(fc.record({ Key: key, ConditionExpression: condition }, { requiredKeys: ['Key'] })).map((Delete) => ({
    Delete,
  })),
  finished(fc.record({ Key: key, ConditionExpression: condition })).map((ConditionCheck) => ({ ConditionCheck })),
);
const reading = {
  FilterExpression: condition,
  ProjectionExpression: projection,
  ConsistentRead: fc.boolean(),
  ReturnConsumedCapacity: capacity,
};

const commands: Record<string, { weight: number; input: fc.Arbitrary<Json> }> = {
  PutItem: { weight: 8, input: put(mostly(oneOf('NONE', 'ALL_OLD'), oneOf('ALL_NEW'))) },
  UpdateItem: { weight: 10, input: updating.map(withoutNestedReturn) },
  DeleteItem: { weight: 1, input: deleting },
  GetItem: {
    weight: 2,
    input: finished(
      fc.record(
        {
          Key: someKey,
          ProjectionExpression: projection,
          ConsistentRead: fc.boolean(),
          ReturnConsumedCapacity: capacity,
        },
        { requiredKeys: ['Key'] },
      ),
    ),
  },
  Query: {
    weight: 6,
    input: finished(
      fc
        .tuple(
          fc.oneof(
            { weight: 3, arbitrary: keyCondition.map((each): Json => ({ KeyConditionExpression: each })) },
            { weight: 1, arbitrary: indexRead },
          ),
          fc.record(
            {
              ...reading,
              Limit: fc.integer({ min: 1, max: 3 }),
              ScanIndexForward: fc.boolean(),
              Select: oneOf('COUNT'),
            },
            sparse,
          ),
        )
        .map(([keys, rest]) => ({ ...withoutClashes({ ...rest, IndexName: keys.IndexName }), ...keys })),
    ),
  },
  Scan: {
    weight: 1,
    input: finished(
      fc.record({ ...reading, IndexName: oneOf('byAccount') }, sparse).map((each) => ({
        ...withoutClashes(each),
        ...(each.IndexName !== undefined && { IndexName: each.IndexName }),
      })),
    ),
  },
  TransactWriteItems: {
    weight: 4,
    input: fc.array(action, { minLength: 1, maxLength: 3 }).map((TransactItems) => ({ TransactItems })),
  },
  TransactGetItems: {
    weight: 1,
    input: fc
      .array(key, { minLength: 1, maxLength: 3 })
      .map((keys) => ({ TransactItems: keys.map((Key) => ({ Get: { Key } })) })),
  },
  BatchGetItem: { weight: 1, input: fc.array(someKey, { minLength: 1, maxLength: 4 }).map((Keys) => ({ Keys })) },
  BatchWriteItem: {
    weight: 1,
    input: fc
      .array(
        fc.oneof(
          item.map((Item) => ({ PutRequest: { Item } })),
          key.map((Key) => ({ DeleteRequest: { Key } })),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((Requests) => ({ Requests })),
  },
};

/** A command without its table, which `wire-client.ts` adds. */
export const command: fc.Arbitrary<WireCommand> = fc.oneof(
  ...Object.entries(commands).map(([operation, { weight, input }]) => ({
    weight,
    arbitrary: input.map((each) => ({ operation, input: each })),
  })),
);
