import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Engine } from '../engine';
import { invalid, unsupported } from '../errors';
import { parseCondition, type Condition } from '../expressions/conditions';
import { project } from '../expressions/document-paths';
import { parseProjection, type Projection } from '../expressions/projections';
import { substitutionsOf, type Placeholders } from '../expressions/substitutions';
import type { Parsed, Substitutions } from '../expressions/tokens';
import type { MemoryTable, Source } from '../tables/memory-table';
import { checkKey, keyAttributes, keyOf } from '../tables/table-layout';
import { itemSize } from '../values/item-size';
import type { Item } from '../values/item';
import { toStoredItem } from '../values/values';
import { Consumption } from './capacity';
import type { Output } from './items';

type Reading = (QueryCommandInput | ScanCommandInput) & Placeholders;

/** A page ends with the item that makes it larger than this. */
const PAGE_BYTES = 1024 * 1024;

interface Page {
  evaluated: readonly Item[];
  bytes: number;
  isLast: boolean;
}

/** What queries and scans share: the start, limits, filter, projection and counts of one page. */
export class PageReader {
  readonly source: Source;
  readonly by: Substitutions;
  /** The key after which the page begins. */
  readonly start: Item | undefined;
  readonly #table: MemoryTable;
  readonly #filter: Parsed<Condition> | undefined;
  readonly #projection: Parsed<Projection> | undefined;

  /** @throws ValidationException for what DynamoDB refuses */
  constructor(
    engine: Engine,
    private readonly input: Reading,
    keyConditions?: Parsed<unknown>,
  ) {
    const { IndexName, FilterExpression: filter, ProjectionExpression: projection } = input;
    this.#table = engine.table(input.TableName);
    const source = this.#table.source(IndexName);
    if (source === undefined) throw invalid(`The table does not have the specified index: ${IndexName}`);
    this.source = source;
    this.#filter = filter === undefined ? undefined : parseCondition(filter, 'FilterExpression');
    this.#projection = projection === undefined ? undefined : parseProjection(projection);
    checkOptions(input);
    this.by = substitutionsOf(input, keyConditions, this.#filter, this.#projection);
    this.#refuseUnprojected();
    this.start = this.#startKey();
  }

  /** @throws ValidationException when the filter names a key of the source, as a query must not */
  refuseKeysInFilter(): void {
    const names = this.#namesIn(this.#filter);
    const key = keyAttributes(this.source.layout).find(({ name }) => names.includes(name));
    if (key === undefined) return;
    const rule = 'Filter Expression can only contain non-primary key attributes';
    throw invalid(`${rule}: Primary key attribute: ${key.name}`);
  }

  /** The answer for the first page of these items. */
  answer(items: Iterable<Item>): Output {
    const { ReturnConsumedCapacity, ConsistentRead, IndexName: index, Select } = this.input;
    const { evaluated, bytes, isLast } = this.#page(items);
    const consumed = new Consumption(ReturnConsumedCapacity);
    consumed.read(this.#table, { bytes, consistent: ConsistentRead === true, index });
    const filter = this.#filter;
    const passed = filter === undefined ? evaluated : evaluated.filter((item) => filter.evaluate(item, this.by));
    const paths = this.#projection?.evaluate(this.by);
    const last = evaluated.at(-1);
    return {
      ...(Select !== 'COUNT' && { Items: paths ? passed.map((item) => project(item, paths)) : passed }),
      Count: passed.length,
      ScannedCount: evaluated.length,
      ...(!isLast && last && { LastEvaluatedKey: keyOf(last, this.source.layout, this.#table.layout) }),
      ...consumed.ofOne,
    };
  }

  #page(items: Iterable<Item>): Page {
    const { Limit = Infinity } = this.input;
    const evaluated: Item[] = [];
    let bytes = 0;
    for (const item of items) {
      if (evaluated.length === Limit || bytes > PAGE_BYTES) return { evaluated, bytes, isLast: false };
      evaluated.push(item);
      bytes += itemSize(item);
    }
    // As in DynamoDB, a page that is exactly full does not know that it is the last one.
    return { evaluated, bytes, isLast: evaluated.length < Limit };
  }

  #startKey(): Item | undefined {
    if (this.input.ExclusiveStartKey === undefined) return undefined;
    const key = toStoredItem(this.input.ExclusiveStartKey);
    const layouts = [this.source.layout, this.#table.layout];
    const names = new Set(layouts.flatMap(keyAttributes).map(({ name }) => name));
    const isKey = names.size === Object.keys(key).length && [...names].every((name) => key[name] !== undefined);
    if (!isKey) throw invalid("Exclusive Start Key must have same size as table's key schema");
    for (const layout of layouts) checkKey(keyOf(key, layout), layout);
    return key;
  }

  #refuseUnprojected(): void {
    const { IndexName } = this.input;
    const missingIn = (expression: Parsed<unknown> | undefined) =>
      this.#namesIn(expression).filter((name) => !this.source.has(name));
    const missing = missingIn(this.#projection);
    if (missing.length > 0) {
      throw invalid(
        `One or more parameter values were invalid: Global secondary index ${IndexName} does not project [${missing.join(', ')}]`,
      );
    }
    const filtered = missingIn(this.#filter);
    if (filtered.length === 0) return;
    const rule = `Secondary index ${IndexName} does not project one or more filter attributes`;
    throw invalid(`One or more parameter values were invalid: ${rule}: [${filtered.join(', ')}]`);
  }

  #namesIn(expression: Parsed<unknown> | undefined): string[] {
    return (expression?.paths ?? []).map((path) => String(path(this.by)[0]));
  }
}

function checkOptions({ IndexName, ConsistentRead, Limit, Select, ProjectionExpression }: Reading): void {
  if (IndexName !== undefined && ConsistentRead === true) {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  if (Limit !== undefined && Limit < 1) throw invalid('Limit must be greater than or equal to 1');
  if (Select === 'ALL_PROJECTED_ATTRIBUTES') throw unsupported('Select: ALL_PROJECTED_ATTRIBUTES');
  if (ProjectionExpression !== undefined && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES') {
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${Select}`);
  }
  if (ProjectionExpression === undefined && Select === 'SPECIFIC_ATTRIBUTES') {
    throw invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
}
