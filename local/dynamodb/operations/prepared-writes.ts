import { parseCondition } from '../expressions/conditions';
import type { Segments } from '../expressions/document-paths';
import type { Engine } from '../engine';
import { invalid } from '../errors';
import { itemSize } from '../values/item-size';
import type { MemoryTable, Write } from '../tables/memory-table';
import { substitutionsOf, type Placeholders } from '../expressions/substitutions';
import { checkItem, checkKey, keyAttributes } from '../tables/table-layout';
import { parseUpdate } from '../expressions/updates';
import type { Item } from '../values/item';
import { toStoredItem } from '../values/values';

/** A write whose condition is known, and which has not happened. */
export interface Prepared {
  table: MemoryTable;
  /** The key as text, unique in its table. */
  key: string;
  before: Item | undefined;
  holds: boolean;
  /** @throws ValidationException when the update does not fit the item, or the item becomes too large */
  write(): Write;
  /** The paths that an update names. */
  touched: readonly Segments[];
}

interface Conditional extends Placeholders {
  TableName?: string | undefined;
  ConditionExpression?: string | undefined;
}

const MAX_ITEM_BYTES = 400 * 1024;

export function preparePut(engine: Engine, input: Conditional & { Item?: Item | undefined }): Prepared {
  const table = engine.table(input.TableName);
  const after = toStoredItem(input.Item ?? {});
  checkItem(after, table.layout);
  if (itemSize(after) > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
  return prepared({ table, key: after, input }, () => after);
}

export function prepareDelete(engine: Engine, input: Conditional & { Key?: Item | undefined }): Prepared {
  const table = engine.table(input.TableName);
  return prepared({ table, key: keyIn(table, input.Key), input }, () => undefined);
}

/** A condition check of a transaction: it writes nothing. */
export function prepareCheck(engine: Engine, input: Conditional & { Key?: Item | undefined }): Prepared {
  const table = engine.table(input.TableName);
  return prepared({ table, key: keyIn(table, input.Key), input }, (before) => before);
}

export function prepareUpdate(
  engine: Engine,
  input: Conditional & { Key?: Item | undefined; UpdateExpression?: string | undefined },
): Prepared {
  const table = engine.table(input.TableName);
  const key = keyIn(table, input.Key);
  const update = input.UpdateExpression === undefined ? undefined : parseUpdate(input.UpdateExpression);
  const condition = input.ConditionExpression === undefined ? undefined : parseCondition(input.ConditionExpression);
  const by = substitutionsOf(input, update, condition);
  const touched = update?.evaluate.paths(by) ?? [];
  return changed({ table, key, holds: (before) => condition?.evaluate(before, by) ?? true, touched }, (before) => {
    refuseKeyChange(table, touched);
    const after = update?.evaluate.apply(before ?? key, by) ?? before ?? key;
    checkItem(after, table.layout);
    if (itemSize(after) > MAX_ITEM_BYTES) throw invalid('Item size to update has exceeded the maximum allowed size');
    return after;
  });
}

function refuseKeyChange(table: MemoryTable, touched: readonly Segments[]): void {
  const changed = keyAttributes(table.layout).find(({ name }) => touched.some(([first]) => first === name));
  if (changed === undefined) return;
  throw invalid(
    `One or more parameter values were invalid: Cannot update attribute ${changed.name}. This attribute is part of the key`,
  );
}

function keyIn(table: MemoryTable, key: Item | undefined): Item {
  return checkKey(key && toStoredItem(key), table.layout);
}

type Change = (before: Item | undefined) => Item | undefined;

function prepared(
  { table, key, input }: { table: MemoryTable; key: Item; input: Conditional },
  change: Change,
): Prepared {
  const condition = input.ConditionExpression === undefined ? undefined : parseCondition(input.ConditionExpression);
  const by = substitutionsOf(input, condition);
  return changed({ table, key, holds: (before) => condition?.evaluate(before, by) ?? true, touched: [] }, change);
}

interface Target {
  table: MemoryTable;
  key: Item;
  holds(before: Item | undefined): boolean;
  touched: readonly Segments[];
}

function changed({ table, key: keyItem, holds, touched }: Target, change: Change): Prepared {
  const before = table.get(keyItem);
  const key = table.keyText(keyItem);
  const write = () => ({ table, key, before, after: change(before) });
  return { table, key, before, holds: holds(before), touched, write };
}
