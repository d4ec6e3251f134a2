/**
 * The keys of every table: `lib/` creates tables from this, the stores read and write by it, the tests make the same
 * tables in DynamoDB Local. What the keys are made of stands at the top of each file in `stores/`.
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
  index?: IndexDesign;
  /** A second index, sparse: what of this table is due. */
  dueIndex?: IndexDesign;
}

export interface IndexDesign {
  name: string;
  partitionKey: KeyAttribute;
  sortKey: KeyAttribute;
  projection: 'KEYS_ONLY' | 'ALL';
}

const pk: KeyAttribute = { name: 'pk', type: 'S' };
const sk: KeyAttribute = { name: 'sk', type: 'S' };

export const TABLES = {
  registrations: { partitionKey: pk, timeToLive: 'expiresAt' },
  subscriptions: {
    partitionKey: pk,
    sortKey: sk,
    timeToLive: 'expiresAt',
    stream: 'NEW_AND_OLD_IMAGES',
    index: {
      name: 'byAccount',
      partitionKey: { name: 'customerAWSAccountId', type: 'S' },
      sortKey: pk,
      projection: 'ALL',
    },
    dueIndex: {
      name: 'entitlementsDue',
      partitionKey: { name: 'dueShard', type: 'N' },
      sortKey: { name: 'dueAt', type: 'N' },
      projection: 'KEYS_ONLY',
    },
  },
  usageEvents: { partitionKey: pk, timeToLive: 'expiresAt', stream: 'NEW_AND_OLD_IMAGES' },
  usageTallies: { partitionKey: pk, sortKey: sk, timeToLive: 'expiresAt' },
  hourlyUsage: {
    partitionKey: pk,
    sortKey: sk,
    index: {
      name: 'due',
      partitionKey: { name: 'dueShard', type: 'N' },
      sortKey: { name: 'dueAt', type: 'N' },
      projection: 'KEYS_ONLY',
    },
  },
  notices: { partitionKey: pk, sortKey: { name: 'sk', type: 'N' }, timeToLive: 'expiresAt', stream: 'NEW_IMAGE' },
} as const satisfies Record<string, TableDesign>;

export type TableName = keyof typeof TABLES;
