import type { DeleteCommandInput, GetCommandInput, PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { Consumption } from './capacity';
import { project } from '../expressions/document-paths';
import type { Engine } from '../engine';
import { conditionFailed, invalid, unsupported } from '../errors';
import { itemSize } from '../values/item-size';
import type { MemoryTable, Write } from '../tables/memory-table';
import { prepareDelete, preparePut, prepareUpdate, type Prepared } from './prepared-writes';
import { parseProjection } from '../expressions/projections';
import { substitutionsOf, type Placeholders } from '../expressions/substitutions';
import { checkKey } from '../tables/table-layout';
import type { Item } from '../values/item';
import { toStoredItem } from '../values/values';

export type Output = Record<string, unknown>;

export function getItem(engine: Engine, input: GetCommandInput): Output {
  const table = engine.table(input.TableName);
  const item = readItem(table, input);
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  const bytes = item.stored === undefined ? 0 : itemSize(item.stored);
  consumed.read(table, { bytes, consistent: input.ConsistentRead === true });
  return { ...(item.shown && { Item: item.shown }), ...consumed.ofOne };
}

interface Read extends Placeholders {
  Key?: Item | undefined;
  ProjectionExpression?: string | undefined;
}

/** An item as it is stored, and as the projection shows it. */
export function readItem(table: MemoryTable, input: Read): { stored: Item | undefined; shown: Item | undefined } {
  const projection = input.ProjectionExpression === undefined ? undefined : parseProjection(input.ProjectionExpression);
  const by = substitutionsOf(input, projection);
  const stored = table.get(checkKey(input.Key && toStoredItem(input.Key), table.layout));
  const shown = stored && projection ? project(stored, projection.evaluate(by)) : stored;
  return { stored, shown };
}

export function putItem(engine: Engine, input: PutCommandInput): Output {
  return replaceItem(engine, preparePut(engine, input), input);
}

export function deleteItem(engine: Engine, input: DeleteCommandInput): Output {
  return replaceItem(engine, prepareDelete(engine, input), input);
}

export function updateItem(engine: Engine, input: UpdateCommandInput): Output {
  const prepared = prepareUpdate(engine, input);
  const wanted = input.ReturnValues ?? 'NONE';
  if (wanted.startsWith('UPDATED') && prepared.touched.some(({ length }) => length > 1)) {
    throw unsupported(`ReturnValues: ${wanted} for a path inside an attribute`);
  }
  const { write, consumed } = perform(engine, prepared, input);
  const image = wanted.endsWith('_OLD') ? write.before : write.after;
  return {
    ...attributes(wanted.startsWith('UPDATED') ? image && project(image, prepared.touched) : image, wanted),
    ...consumed,
  };
}

interface Returning {
  ReturnValues?: string | undefined;
  ReturnConsumedCapacity?: string | undefined;
  ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** A write that knows only the old item as a return value. */
function replaceItem(engine: Engine, prepared: Prepared, input: Returning): Output {
  const wanted = input.ReturnValues ?? 'NONE';
  if (wanted !== 'NONE' && wanted !== 'ALL_OLD') throw invalid('Return values set to invalid value');
  const { write, consumed } = perform(engine, prepared, input);
  return { ...attributes(write.before, wanted), ...consumed };
}

function perform(engine: Engine, prepared: Prepared, input: Returning): { write: Write; consumed: object } {
  if (!prepared.holds) {
    throw conditionFailed(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? prepared.before : undefined);
  }
  const write = prepared.write();
  const consumption = new Consumption(input.ReturnConsumedCapacity);
  consumption.write(write);
  engine.commit([write]);
  return { write, consumed: consumption.ofOne };
}

function attributes(item: Item | undefined, wanted: string): { Attributes?: Item } {
  if (wanted === 'NONE' || item === undefined || Object.keys(item).length === 0) return {};
  return { Attributes: item };
}
