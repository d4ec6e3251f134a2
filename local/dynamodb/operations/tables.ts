import type {
  AttributeDefinition,
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import type { Engine } from '../engine';
import { invalid, unsupported } from '../errors';
import type { Output } from './items';
import { itemSize } from '../values/item-size';
import type { MemoryTable } from '../tables/memory-table';
import {
  keyAttributes,
  type IndexLayout,
  type KeyAttribute,
  type KeyLayout,
  type TableLayout,
} from '../tables/table-layout';

type Named = { TableName: string | undefined };

export function createTable(engine: Engine, input: CreateTableCommandInput): Output {
  const { TableName = '', BillingMode } = input;
  if (!/^[\w.-]{3,255}$/.test(TableName)) {
    throw invalid('TableName must be at least 3 characters long and at most 255 characters long');
  }
  if (BillingMode !== 'PAY_PER_REQUEST') throw unsupported(`the billing mode ${BillingMode ?? 'PROVISIONED'}`);
  const table = engine.createTable(TableName, layoutOf(input));
  return { TableDescription: described(engine, table) };
}

export function describeTable(engine: Engine, { TableName }: Named): Output {
  return { Table: described(engine, engine.table(TableName)) };
}

export function deleteTable(engine: Engine, { TableName }: Named): Output {
  const table = engine.table(TableName);
  const TableDescription = described(engine, table);
  engine.deleteTable(table);
  return { TableDescription };
}

interface Listing {
  Limit?: number | undefined;
  ExclusiveStartTableName?: string | undefined;
}

export function listTables(engine: Engine, { Limit = 100, ExclusiveStartTableName: after = '' }: Listing): Output {
  const names = [...engine.tables.keys()].sort().filter((name) => name > after);
  const TableNames = names.slice(0, Limit);
  return { TableNames, ...(names.length > Limit && { LastEvaluatedTableName: TableNames.at(-1) }) };
}

interface TimeToLive extends Named {
  TimeToLiveSpecification: { Enabled: boolean | undefined; AttributeName: string | undefined } | undefined;
}

export function updateTimeToLive(engine: Engine, { TableName, TimeToLiveSpecification: wanted }: TimeToLive): Output {
  const table = engine.table(TableName);
  const { Enabled = false, AttributeName = '' } = wanted ?? {};
  if (Enabled && table.timeToLive !== undefined) throw invalid('TimeToLive is already enabled');
  if (!Enabled && table.timeToLive === undefined) throw invalid('TimeToLive is already disabled');
  table.timeToLive = Enabled ? AttributeName : undefined;
  return { TimeToLiveSpecification: wanted };
}

export function describeTimeToLive(engine: Engine, { TableName }: Named): Output {
  const { timeToLive } = engine.table(TableName);
  const TimeToLiveDescription =
    timeToLive === undefined
      ? { TimeToLiveStatus: 'DISABLED' }
      : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive };
  return { TimeToLiveDescription };
}

function layoutOf(input: CreateTableCommandInput): TableLayout {
  const { AttributeDefinitions = [], KeySchema = [], GlobalSecondaryIndexes, StreamSpecification } = input;
  const keys = keysOf(KeySchema, AttributeDefinitions);
  const indexes = Object.fromEntries(
    (GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName ?? '', indexOf(index, AttributeDefinitions)]),
  );
  const used = new Set([keys, ...Object.values(indexes)].flatMap(keyAttributes).map(({ name }) => name));
  if (AttributeDefinitions.some(({ AttributeName = '' }) => !used.has(AttributeName))) {
    throw invalid(
      'One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: ' +
        `[${AttributeDefinitions.map(({ AttributeName }) => AttributeName).join(', ')}], keys used: [${[...used].join(', ')}]`,
    );
  }
  const stream = StreamSpecification?.StreamEnabled === true ? StreamSpecification.StreamViewType : undefined;
  return { ...keys, indexes, ...(stream && { stream }) };
}

function indexOf(index: GlobalSecondaryIndex, definitions: readonly AttributeDefinition[]): IndexLayout {
  const { ProjectionType = 'ALL', NonKeyAttributes } = index.Projection ?? {};
  return {
    ...keysOf(index.KeySchema ?? [], definitions),
    projection: ProjectionType,
    ...(NonKeyAttributes && { nonKeyAttributes: NonKeyAttributes }),
  };
}

function keysOf(schema: readonly KeySchemaElement[], definitions: readonly AttributeDefinition[]): KeyLayout {
  const attribute = ({ AttributeName: name = '' }: KeySchemaElement): KeyAttribute => {
    const type = definitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    if (type !== undefined) return { name, type };
    throw invalid(
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. ' +
        `Keys: [${name}], AttributeDefinitions: [${definitions.map(({ AttributeName }) => AttributeName).join(', ')}]`,
    );
  };
  const [partitionKey, sortKey, ...others] = schema;
  if (partitionKey?.KeyType !== 'HASH') {
    throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (others.length > 0) throw unsupported('keys of more than two attributes');
  if (sortKey === undefined) return { partitionKey: attribute(partitionKey) };
  if (sortKey.KeyType !== 'RANGE') {
    throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  return { partitionKey: attribute(partitionKey), sortKey: attribute(sortKey) };
}

export const keySchemaOf = (layout: KeyLayout) =>
  keyAttributes(layout).map(({ name }, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' }));

function described(engine: Engine, table: MemoryTable): object {
  const { name, layout } = table;
  const indexes = Object.entries(layout.indexes ?? {});
  const attributes = new Map(
    [layout, ...Object.values(layout.indexes ?? {})].flatMap(keyAttributes).map((key) => [key.name, key]),
  );
  const stream = engine.streams.get(name);
  const items = [...table.items()];
  const createdAt = engine.createdAtMs(name) / 1000;
  return {
    TableName: name,
    TableArn: engine.arnOf(name),
    TableStatus: 'ACTIVE',
    CreationDateTime: createdAt,
    AttributeDefinitions: [...attributes.values()].map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
    KeySchema: keySchemaOf(layout),
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: createdAt },
    ItemCount: items.length,
    TableSizeBytes: items.reduce((sum, item) => sum + itemSize(item), 0),
    DeletionProtectionEnabled: false,
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
        IndexName,
        IndexArn: `${engine.arnOf(name)}/index/${IndexName}`,
        IndexStatus: 'ACTIVE',
        KeySchema: keySchemaOf(index),
        Projection: {
          ProjectionType: index.projection,
          ...(index.nonKeyAttributes && { NonKeyAttributes: index.nonKeyAttributes }),
        },
      })),
    }),
    ...(stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.view },
      LatestStreamArn: stream.arn,
      LatestStreamLabel: stream.label,
    }),
  };
}
