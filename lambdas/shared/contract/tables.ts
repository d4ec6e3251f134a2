/**
 * The keys of every table. `lib/` creates the tables from this, the stores use it, and the tests create the same tables
 * without a template. Each file in `stores/` describes its keys at the top.
 */
export interface KeyAttribute {
  name: string;
  type: 'S' | 'N';
}

export interface TableDesign {
  partitionKey: KeyAttribute;
  sortKey?: KeyAttribute;
  /** The attribute (epoch seconds) after which DynamoDB may delete the item; absent: items never expire. */
  timeToLive?: string;
  stream?: 'NEW_IMAGE' | 'NEW_AND_OLD_IMAGES';
  /** Storage costs 60 % less and requests 25 % more: for items that are kept long and hardly touched. Absent: standard. */
  tableClass?: 'STANDARD_INFREQUENT_ACCESS';
  /** By name. `due` and `entitlementsDue` are sparse: they contain only items that need work. */
  indexes?: Readonly<Record<string, IndexDesign>>;
}

interface IndexDesign {
  partitionKey: KeyAttribute;
  sortKey: KeyAttribute;
  projection: 'KEYS_ONLY' | 'ALL';
}

const pk: KeyAttribute = { name: 'pk', type: 'S' };
const sk: KeyAttribute = { name: 'sk', type: 'S' };
const byDueTime: IndexDesign = {
  partitionKey: { name: 'dueShard', type: 'N' },
  sortKey: { name: 'dueAt', type: 'N' },
  projection: 'KEYS_ONLY',
};

/** The tables; each file in `lambdas/shared/stores` describes one. */
export type TableName = 'registrations' | 'subscriptions' | 'usageEvents' | 'usageTallies' | 'hourlyUsage' | 'notices';

export const TABLES = {
  registrations: { partitionKey: pk, timeToLive: 'expiresAt' },
  subscriptions: {
    partitionKey: pk,
    sortKey: sk,
    timeToLive: 'expiresAt',
    stream: 'NEW_AND_OLD_IMAGES',
    indexes: {
      byAccount: {
        partitionKey: { name: 'customerAWSAccountId', type: 'S' },
        sortKey: pk,
        projection: 'ALL',
      },
      entitlementsDue: byDueTime,
    },
  },
  usageEvents: { partitionKey: pk, timeToLive: 'expiresAt', stream: 'NEW_AND_OLD_IMAGES' },
  // A tally is written once, read about once, and kept for 400 days.
  usageTallies: {
    partitionKey: pk,
    sortKey: sk,
    timeToLive: 'expiresAt',
    tableClass: 'STANDARD_INFREQUENT_ACCESS',
  },
  hourlyUsage: {
    partitionKey: pk,
    sortKey: sk,
    indexes: { due: byDueTime },
  },
  notices: { partitionKey: pk, sortKey: { name: 'sk', type: 'N' }, timeToLive: 'expiresAt', stream: 'NEW_IMAGE' },
} as const satisfies Record<TableName, TableDesign>;

/** The indexes that a table has, by name. */
export type IndexOf<Table extends TableName> = (typeof TABLES)[Table] extends { indexes: infer Indexes }
  ? keyof Indexes & string
  : never;
