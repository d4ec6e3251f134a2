import { paginateScan, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DOCUMENT_TRANSLATION } from '../../../lambdas/shared/runtime/dynamodb-client';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { BilledRecord, EventBridgeEvent } from '../../../simulator';
import type { TableName } from '../../../lambdas/shared/contract/tables';
import type { Books } from '../driver/books';
import type { Buyers } from '../driver/buyers';
import { exactNumber, type Exact } from '../driver/exact';
import { toHour, toInlineTally, toTally, type StoredHour, type StoredTally } from '../driver/stored-items';

/** Three sources that share no code. */
export interface Evidence {
  books: Books;
  buyers: Buyers;
  tables: StoredTables;
  /** AWS Marketplace's ledger, and the events that it has sent. */
  ledger: readonly BilledRecord[];
  sent: readonly EventBridgeEvent[];
  /** Events that wait in the failed batches for the operator. */
  setBack: ReadonlySet<string>;
  /** Whole units were left over, too, by the version before decimals. */
  fromLastRelease: boolean;
}

/** The contents of the real tables, read by the driver's own code: it shares nothing with the stores. */
export interface StoredTables {
  /** The kept events of AWS Marketplace: when AWS sent each, and the whole item as text. */
  kept: readonly { atMs: number; text: string }[];
  /** Keys of UsageEvents. */
  events: ReadonlySet<string>;
  tallies: readonly StoredTally[];
  /** The events that the items of hours hold themselves. */
  inline: readonly StoredTally[];
  hours: readonly StoredHour[];
  balances: readonly StoredBalance[];
  /** Items that were set aside, or marked as written over. */
  asides: readonly { kind: 'setAside' | 'overwritten'; usageEventPk: string }[];
}

interface StoredBalance {
  subscriptionId: string;
  dimension: string;
  amount: Exact;
}

export async function readTables(client: DynamoDBClient, nameOf: (table: TableName) => string): Promise<StoredTables> {
  const read = (table: TableName) => scan(client, nameOf(table));
  const [subscriptions, events, tallies, ledger] = await Promise.all([
    read('subscriptions'),
    read('usageEvents'),
    read('usageTallies'),
    read('hourlyUsage'),
  ]);
  const keyed = ledger.map((item) => ({ item, pk: String(item.pk), sk: String(item.sk) }));
  const hours = keyed.filter(({ sk }) => /^\d{4}-/.test(sk)).map(({ item }) => item);
  return {
    kept: subscriptions.flatMap((item) => {
      const [kind, time = ''] = String(item.sk).split('#');
      return kind === 'event' ? [{ atMs: Date.parse(time), text: JSON.stringify(item) }] : [];
    }),
    events: new Set(events.map(({ pk }) => String(pk))),
    tallies: tallies.map(toTally),
    inline: hours.map(toInlineTally),
    hours: hours.map(toHour),
    balances: keyed
      .filter(({ sk }) => sk.startsWith('balance#'))
      .map(({ item, pk, sk }) => ({
        subscriptionId: pk,
        dimension: sk.slice('balance#'.length),
        amount: exactNumber(String(item.amount)),
      })),
    asides: keyed.flatMap(({ item, sk }) => {
      const kind = (['setAside', 'overwritten'] as const).find((name) => sk.startsWith(`${name}#`));
      return kind ? [{ kind, usageEventPk: String(item.usageEventPk) }] : [];
    }),
  };
}

async function scan(client: DynamoDBClient, TableName: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, AttributeValue>[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    items.push(...Items);
  return items.map((item) => unmarshall(item, DOCUMENT_TRANSLATION.unmarshallOptions));
}
