import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../../lambdas/shared/contract/notices';
import type { TableName } from '../../lambdas/shared/contract/tables';
import type { Balance } from '../../lambdas/shared/domain/balance';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import type { Identity } from '../../lambdas/shared/domain/identity';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { balanceSortKey, parseBalanceItem, parseHourItem } from '../../lambdas/shared/stores/hourly-usage-items';
import { toNotice } from '../../lambdas/shared/stores/notices';
import { NO_SUBSCRIPTION, type SetAsideEvent } from '../../lambdas/shared/stores/set-aside-events';
import {
  EVENT_PREFIX,
  IDENTITY_SORT_KEY,
  identityItemKey,
  storedSubscription,
  subscriptionKey,
  SUBSCRIPTION_SORT_KEY,
} from '../../lambdas/shared/stores/subscriptions';
import type { Item } from '../../local/dynamodb/values/item';
import { MemoryDynamoDb, TABLE_NAMES, type Command } from '../../local/dynamodb/memory-dynamodb';

const setAsideKinds = new Set<string>(['setAside', 'overwritten'] satisfies SetAsideEvent['kind'][]);

/** The functions' tables in memory, and what the stores have written to them. */
export class MemoryTables {
  readonly dynamoDb = new MemoryDynamoDb();
  readonly client = this.dynamoDb.client(async (command) => {
    await this.before(command);
    return this.dynamoDb.run(command);
  });
  /** The dependencies of the stores. */
  readonly database = { client: this.client, tables: TABLE_NAMES, sleep: async () => undefined };
  /** Sees every command first; if it throws, the command fails. */
  before: (command: Command) => Promise<unknown> = async () => undefined;

  /** Stores a subscription and its identities as they are, whatever was stored before. */
  given(subscription: Subscription, ...identities: Identity[]): Subscription {
    const { subscriptionId } = subscription;
    this.put('subscriptions', { ...subscriptionKey(subscriptionId), ...subscription });
    for (const identity of identities) this.put('subscriptions', { ...identityItemKey(identity), subscriptionId });
    return subscription;
  }

  /** AWS has repeated a decimal quantity of the product as it was sent. */
  givenProvenDecimals(productCode: string): void {
    this.put('hourlyUsage', { pk: 'decimals', sk: productCode, state: 'proven' });
  }

  put(TableName: TableName, item: Item): void {
    this.dynamoDb.run(new PutCommand({ TableName, Item: item }));
  }

  get subscriptions(): Subscription[] {
    const items = this.#items('subscriptions').filter(({ sk }) => sk === SUBSCRIPTION_SORT_KEY);
    return items.map((item) => storedSubscription.parse(item));
  }

  /** @throws Error when there is none. */
  subscription(id: string): Subscription {
    return storedSubscription.parse(this.dynamoDb.table('subscriptions').get(subscriptionKey(id)));
  }

  get identities(): Item[] {
    return this.#items('subscriptions').filter(({ sk }) => sk === IDENTITY_SORT_KEY);
  }

  /** The keys of the events of AWS Marketplace that were kept. */
  get eventKeys(): string[] {
    const keys = this.#items('subscriptions').map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    return keys.filter(({ sk }) => sk.startsWith(EVENT_PREFIX)).map(({ pk, sk }) => `${pk}/${sk}`);
  }

  /** The outbox, in the order of writing. */
  get notices(): Notice[] {
    return this.#items('notices').map(toNotice);
  }

  noticesOf<Kind extends Notice['kind']>(kind: Kind): Extract<Notice, { kind: Kind }>[] {
    return this.notices.filter((notice): notice is Extract<Notice, { kind: Kind }> => notice.kind === kind);
  }

  get sessions(): Item[] {
    return this.#items('registrations').filter(({ pk }) => String(pk).startsWith('session#'));
  }

  get codes(): Item[] {
    return this.#items('registrations').filter(({ pk }) => String(pk).startsWith('code#'));
  }

  get contacts(): Item[] {
    return this.#items('registrations').filter(({ pk }) => String(pk).startsWith('registration#'));
  }

  get usageEvents(): Item[] {
    return this.#items('usageEvents');
  }

  get tallies(): Item[] {
    return this.#items('usageTallies');
  }

  get hours(): HourFields[] {
    const items = this.#items('hourlyUsage').filter(({ sk }) => /^\d{4}-/.test(String(sk)));
    return items.map(parseHourItem);
  }

  get balances(): Balance[] {
    const prefix = balanceSortKey('');
    const items = this.#items('hourlyUsage').filter(({ sk }) => String(sk).startsWith(prefix));
    return items.map((item) => {
      const dimension = String(item.sk).slice(prefix.length);
      return { subscriptionId: String(item.pk), dimension, ...parseBalanceItem(item) };
    });
  }

  /** The items of UsageEvents that are not billed as they stand. */
  get setAside(): SetAsideEvent[] {
    return this.#items('hourlyUsage').flatMap(({ pk, sk, ...item }) => {
      const [kind = ''] = String(sk).split('#');
      const subscriptionId = pk === NO_SUBSCRIPTION ? undefined : pk;
      return setAsideKinds.has(kind) ? [{ ...item, kind, subscriptionId } as SetAsideEvent] : [];
    });
  }

  #items(table: TableName): Item[] {
    return [...this.dynamoDb.table(table).items()];
  }
}
