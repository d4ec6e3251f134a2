import { ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { Engine } from '../engine';
import { invalid } from '../errors';
import type { Output } from './items';
import { keySchemaOf } from './tables';
import { sequenceNumberOf, type StreamRecord, type TableStream } from '../tables/table-stream';

/** AWS's limits for one GetRecords call. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1024 * 1024;

export function listStreams(engine: Engine, { TableName }: { TableName?: string | undefined }): Output {
  const streams = [...engine.streams.values()].filter(
    ({ table }) => TableName === undefined || table.name === TableName,
  );
  return {
    Streams: streams.map(({ arn, label, table }) => ({ StreamArn: arn, StreamLabel: label, TableName: table.name })),
  };
}

interface Description {
  StreamArn: string;
  ExclusiveStartShardId?: string | undefined;
}

export function describeStream(engine: Engine, { StreamArn, ExclusiveStartShardId }: Description): Output {
  const { arn, label, view, table, createdAtMs, shardId } = streamOf(engine, StreamArn);
  const shard = { ShardId: shardId, SequenceNumberRange: { StartingSequenceNumber: sequenceNumberOf(0) } };
  return {
    StreamDescription: {
      StreamArn: arn,
      StreamLabel: label,
      StreamStatus: 'ENABLED',
      StreamViewType: view,
      CreationRequestDateTime: createdAtMs / 1000,
      TableName: table.name,
      KeySchema: keySchemaOf(table.layout),
      Shards: ExclusiveStartShardId === undefined ? [shard] : [],
    },
  };
}

interface Position {
  StreamArn: string;
  ShardId: string;
  ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' | 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER';
  SequenceNumber?: string | undefined;
}

/** An iterator is the stream's ARN and the number of records before its place. */
export function getShardIterator(engine: Engine, input: Position): Output {
  const stream = streamOf(engine, input.StreamArn);
  if (input.ShardId !== stream.shardId) throw notFound(`Requested resource not found: Shard: ${input.ShardId}`);
  return { ShardIterator: `${stream.arn}|${placeOf(stream, input)}` };
}

function placeOf({ records }: TableStream, { ShardIteratorType, SequenceNumber }: Position): number {
  if (ShardIteratorType === 'TRIM_HORIZON') return 0;
  if (ShardIteratorType === 'LATEST') return records.length;
  if (SequenceNumber === undefined) throw invalid(`SequenceNumber is required for ${ShardIteratorType}`);
  const place = Number(SequenceNumber) - 1;
  return ShardIteratorType === 'AT_SEQUENCE_NUMBER' ? place : place + 1;
}

interface Reading {
  ShardIterator: string;
  Limit?: number | undefined;
}

export function getRecords(engine: Engine, { ShardIterator, Limit = MAX_RECORDS }: Reading): Output {
  const [arn = '', place = ''] = ShardIterator.split('|');
  const stream = streamOf(engine, arn);
  if (!/^\d+$/.test(place)) throw invalid('Invalid ShardIterator');
  if (Limit < 1 || Limit > MAX_RECORDS) throw invalid(`Limit must be between 1 and ${MAX_RECORDS}`);
  const page: StreamRecord[] = [];
  let bytes = 0;
  for (const record of stream.records.slice(Number(place), Number(place) + Limit)) {
    bytes += record.sizeBytes;
    if (bytes > MAX_BYTES && page.length > 0) break;
    page.push(record);
  }
  return {
    Records: page.map((record) => shown(record, stream)),
    NextShardIterator: `${arn}|${Number(place) + page.length}`,
  };
}

/** How many changes a stream has had, with those of items whose time to live is over. Undefined: there is no such stream. */
export function streamLength(engine: Engine, streamArn: string): number | undefined {
  engine.sweepExpired();
  return findStream(engine, streamArn)?.records.length;
}

function shown(record: StreamRecord, { view, shardId }: TableStream): object {
  return {
    eventID: `${shardId.slice(-8)}${record.sequenceNumber}`,
    eventName: record.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(record.atMs / 1000),
      Keys: record.keys,
      ...(record.newImage && { NewImage: record.newImage }),
      ...(record.oldImage && { OldImage: record.oldImage }),
      SequenceNumber: record.sequenceNumber,
      SizeBytes: record.sizeBytes,
      StreamViewType: view,
    },
    ...(record.isExpiry && { userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' } }),
  };
}

function streamOf(engine: Engine, arn: string): TableStream {
  const stream = findStream(engine, arn);
  if (stream === undefined) throw notFound(`Requested resource not found: Stream: ${arn} not found`);
  return stream;
}

function findStream(engine: Engine, arn: string): TableStream | undefined {
  return [...engine.streams.values()].find((each) => each.arn === arn);
}

function notFound(message: string): ResourceNotFoundException {
  return new ResourceNotFoundException({ message, $metadata: {} });
}
