import { inflateRawSync } from 'node:zlib';
import { paginateScan, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { BilledRecord } from '../../../simulator';
import type { TableName } from '../../../lambdas/shared/contract/tables';
import type { Books } from '../driver/books';
import type { Buyers } from '../driver/buyers';
import { exactNumber, type Exact } from '../driver/exact';

/** Three sources that share no code. */
export interface Evidence {
  books: Books;
  buyers: Buyers;
  tables: StoredTables;
  /** AWS Marketplace's ledger. */
  ledger: readonly BilledRecord[];
}

/** What the real tables hold, read by the driver's own code: it shares nothing with the stores. */
export interface StoredTables {
  /** Keys of UsageEvents. */
  events: ReadonlySet<string>;
  tallies: readonly StoredTally[];
  hours: readonly StoredHour[];
  balances: readonly StoredBalance[];
  /** Items that were set aside, or marked as written over. */
  asides: readonly { kind: 'setAside' | 'overwritten'; usageEventPk: string }[];
}

export interface StoredTally {
  subscriptionId: string;
  hour: string;
  dimension: string;
  events: readonly { key: string; quantity: Exact; tags: Readonly<Record<string, string>> }[];
}

export interface StoredBalance {
  subscriptionId: string;
  dimension: string;
  amount: Exact;
}

const number = z.instanceof(NumberValue).transform(({ value }) => exactNumber(value));
const count = z
  .instanceof(NumberValue)
  .transform(({ value }) => Number(value))
  .default(0);
const amount = number.default(0n);
const tags = z.record(z.string(), z.string());

const recordSchema = z.object({
  productCode: z.string(),
  customer: z.object({
    mode: z.enum(['license', 'legacy']),
    licenseArn: z.string().optional(),
    customerAWSAccountId: z.string().optional(),
    customerIdentifier: z.string().optional(),
  }),
  dimension: z.string(),
  timestampSeconds: z.int(),
  quantity: z.int(),
  allocations: z.array(z.object({ quantity: z.int(), tags })).optional(),
});
export type StoredRecord = z.infer<typeof recordSchema>;

const hourSchema = z
  .object({
    pk: z.string(),
    sk: z.string(),
    state: z.string(),
    tallies: count,
    record: z.string().optional(),
    used: amount,
    carriedIn: amount,
    carriedOut: amount,
    expiredQuantity: amount,
    carriedQuantity: amount,
    coveredQuantity: amount,
    meteringRecordId: z.string().optional(),
  })
  .transform(({ pk, sk, record, ...rest }) => ({
    ...rest,
    subscriptionId: pk,
    hour: sk.slice(0, 13),
    dimension: sk.slice(14),
    record: record === undefined ? undefined : recordSchema.parse(JSON.parse(record)),
  }));
export type StoredHour = z.infer<typeof hourSchema>;

const tallySchema = z.object({ pk: z.string(), events: z.union([z.string(), z.instanceof(Uint8Array)]) });
const packedSchema = z.object({
  ids: z.array(z.string()),
  quantities: z.array(z.string()),
  tagSets: z.array(tags).default([]),
  tagSetOf: z.array(z.int()).default([]),
});
const keySchema = z.object({ pk: z.string(), sk: z.string().default('') });
const balanceSchema = z.object({ amount: number });
const asideSchema = z.object({ usageEventPk: z.string() });

export async function readTables(client: DynamoDBClient, nameOf: (table: TableName) => string): Promise<StoredTables> {
  const read = (table: TableName) => scan(client, nameOf(table));
  const [events, tallies, ledger] = await Promise.all([read('usageEvents'), read('usageTallies'), read('hourlyUsage')]);
  const keyed = ledger.map((item) => ({ item, ...keySchema.parse(item) }));
  return {
    events: new Set(events.map((item) => keySchema.parse(item).pk)),
    tallies: tallies.map(toTally),
    hours: keyed.filter(({ sk }) => /^\d{4}-/.test(sk)).map(({ item }) => hourSchema.parse(item)),
    balances: keyed.flatMap(({ item, pk, sk }) =>
      sk.startsWith('balance#')
        ? [{ subscriptionId: pk, dimension: sk.slice('balance#'.length), amount: balanceSchema.parse(item).amount }]
        : [],
    ),
    asides: keyed.flatMap(({ item, sk }) => {
      const kind = (['setAside', 'overwritten'] as const).find((name) => sk.startsWith(`${name}#`));
      return kind ? [{ kind, usageEventPk: asideSchema.parse(item).usageEventPk }] : [];
    }),
  };
}

function toTally(item: unknown): StoredTally {
  const { pk, events } = tallySchema.parse(item);
  const [subscriptionId = '', hour = '', ...dimension] = pk.split('#');
  const text = typeof events === 'string' ? events : inflateRawSync(events).toString('utf8');
  const { ids, quantities, tagSets, tagSetOf } = packedSchema.parse(JSON.parse(text));
  const unpacked = ids.map((key, n) => ({
    key,
    quantity: exactNumber(quantities[n] ?? ''),
    tags: tagSets[tagSetOf[n] ?? -1] ?? {},
  }));
  return { subscriptionId, hour, dimension: dimension.join('#'), events: unpacked };
}

async function scan(client: DynamoDBClient, TableName: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, AttributeValue>[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    items.push(...Items);
  return items.map((item) => unmarshall(item, { wrapNumbers: (value) => NumberValue.from(value) }));
}
