import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Engine } from '../engine';
import { invalid } from '../errors';
import { parseKeyConditions } from '../expressions/key-conditions';
import { textOf } from '../tables/memory-table';
import { compareItems } from '../tables/partition';
import { scanOrder } from '../tables/scan-order';
import type { Item } from '../values/item';
import type { Output } from './items';
import { PageReader } from './page-reader';

export function query(engine: Engine, input: QueryCommandInput): Output {
  if (input.KeyConditionExpression === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const keyConditions = parseKeyConditions(input.KeyConditionExpression);
  const reader = new PageReader(engine, input, keyConditions);
  const { source, start } = reader;
  const { partition, matches } = keyConditions.evaluate(source.layout, reader.by);
  reader.refuseKeysInFilter();
  const partitionKey = textOf(partition, source.layout.partitionKey);
  if (start !== undefined && textOf(start, source.layout.partitionKey) !== partitionKey) {
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
  const sorted = source.partitions.get(partitionKey)?.sorted(source.order) ?? [];
  const direction = input.ScanIndexForward === false ? -1 : 1;
  const isAfterStart = (item: Item) => start === undefined || compareItems(item, start, source.order) * direction > 0;
  const candidates = direction === 1 ? sorted : sorted.toReversed();
  return reader.answer(candidates.filter((item) => matches(item) && isAfterStart(item)));
}

export function scan(engine: Engine, input: ScanCommandInput): Output {
  if ((input.Segment === undefined) !== (input.TotalSegments === undefined)) {
    throw invalid('The TotalSegments and Segment parameters must be given together');
  }
  const reader = new PageReader(engine, input);
  const { Segment = 0, TotalSegments = 1 } = input;
  return reader.answer(scanOrder(reader.source, { Segment, TotalSegments, start: reader.start }));
}
