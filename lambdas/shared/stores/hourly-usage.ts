import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../contract/notices';
import { TABLES } from '../contract/tables';
import type { Hour } from '../domain/hour';
import type { Balance, HourlyUsage } from '../domain/hourly-usage';
import type { SealedRecord } from '../domain/metering-record';
import type { HourKey } from '../domain/usage-tally';
import { DUE_SHARDS } from './due-shards';
import { balanceSortKey, hourSortKey, parseBalanceItem, parseHourItem, parseHourSortKey } from './hourly-usage-items';
import { cancellationCodes } from './cancellation-codes';
import {
  carryWrites,
  openHourWrite,
  sealWrites,
  type BalancedWrites,
  type CarryRequest,
  type SealRequest,
} from './hourly-usage-sealing';
import {
  acceptedUpdate,
  closingUpdate,
  conflictUpdate,
  deferredUpdate,
  type AnsweredRecord,
  type Closing,
  type DeferredOutcome,
  type HourUpdate,
} from './hourly-usage-settling';
import { noticePut, type TransactionPart } from './notices';

/** `changed`: a tally or another sealing came between; read again. `balanceHourNotOpen`: choose a later hour. */
export type SealResult = 'sealed' | 'changed' | 'balanceHourNotOpen';

export interface HourlyUsageStore {
  /** Strongly consistent. */
  get(hourKey: HourKey): Promise<HourlyUsage | undefined>;
  /** Strongly consistent. */
  getBalance(key: { subscriptionId: string; dimension: string }): Promise<Balance>;
  /** Hours with something to do at `nowMs`, the longest due first; through an index, so it may lag. */
  listDue(nowMs: number): Promise<HourKey[]>;
  /** Open and sealed hours of a subscription from an hour on, oldest first; strongly consistent. */
  unfinishedOf(subscriptionId: string, since: Hour): Promise<HourKey[]>;
  /** Opens an hour, or finds it open; false once it is closed. `dueAtMs` is when a new hour is ripe for sealing. */
  open(hourKey: HourKey, dueAtMs: number): Promise<boolean>;
  /** Freezes an open hour, moves the Balance and opens the hours that come after: all or nothing. */
  seal(request: SealRequest): Promise<SealResult>;
  /** Gives a sealed hour that AWS never took, and takes no more, back to the Balance: all or nothing. */
  carry(request: CarryRequest): Promise<SealResult>;
  /** Notes that a send is about to start; false when another run got there first or the hour is no longer sealed. */
  claimSend(sealed: SealedRecord): Promise<boolean>;
  /** AWS bills it: overrides whatever was believed before. */
  settleAccepted(hourKey: HourKey, meteringRecordId: string): Promise<void>;
  /** AWS took another quantity for this hour: for good, and told at once. */
  settleConflict(hourKey: HourKey, notice: Notice): Promise<void>;
  /** A certain answer that may change: try again at `dueAtMs`. */
  settleDeferred(sealed: AnsweredRecord, answer: { outcome: DeferredOutcome; dueAtMs: number }): Promise<void>;
  /** AWS's window has closed on a sealed hour, which is told. */
  close(hourKey: HourKey, closing: Closing): Promise<void>;
}

export class DynamoDbHourlyUsageStore implements HourlyUsageStore {
  constructor(
    private readonly options: {
      client: DynamoDBDocumentClient;
      tableName: string;
      /** The outbox, for whoever brings hours to their end. */
      noticesTableName?: string;
    },
  ) {}

  async get(hourKey: HourKey): Promise<HourlyUsage | undefined> {
    const item = await this.#getItem(hourKey.subscriptionId, hourSortKey(hourKey));
    return item === undefined ? undefined : parseHourItem(item);
  }

  async getBalance({ subscriptionId, dimension }: { subscriptionId: string; dimension: string }): Promise<Balance> {
    const item = await this.#getItem(subscriptionId, balanceSortKey(dimension));
    return { subscriptionId, dimension, ...parseBalanceItem(item) };
  }

  async listDue(nowMs: number): Promise<HourKey[]> {
    const shards = await Promise.all(Array.from({ length: DUE_SHARDS }, (_, shard) => this.#listDueOf(shard, nowMs)));
    return shards
      .flat()
      .sort((a, b) => a.dueAt - b.dueAt)
      .map(({ hourKey }) => hourKey);
  }

  async unfinishedOf(subscriptionId: string, since: Hour): Promise<HourKey[]> {
    const pages = paginateQuery(
      { client: this.options.client },
      {
        TableName: this.options.tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :since AND :end',
        FilterExpression: '#state IN (:open, :sealed)',
        ProjectionExpression: 'pk, sk',
        ExpressionAttributeNames: { '#state': 'state' },
        // Hours begin with a digit; whatever else the subscription keeps here does not.
        ExpressionAttributeValues: {
          ':pk': subscriptionId,
          ':since': since,
          ':end': ':',
          ':open': 'open',
          ':sealed': 'sealed',
        },
        ConsistentRead: true,
      },
    );
    const hours: HourKey[] = [];
    for await (const { Items = [] } of pages) {
      hours.push(...Items.map(({ pk, sk }) => parseHourSortKey(String(pk), String(sk))));
    }
    return hours;
  }

  async open(hourKey: HourKey, dueAtMs: number): Promise<boolean> {
    return this.#update(hourKey, openHourWrite(hourKey, dueAtMs));
  }

  async seal(request: SealRequest): Promise<SealResult> {
    return this.#writeTogether(sealWrites(request, this.options.tableName), request.notice);
  }

  async carry(request: CarryRequest): Promise<SealResult> {
    return this.#writeTogether(carryWrites(request, this.options.tableName));
  }

  async claimSend({ hourKey, sends }: SealedRecord): Promise<boolean> {
    return this.#update(hourKey, {
      UpdateExpression: 'SET sends = :next',
      ConditionExpression: '#state = :sealed AND sends = :seen',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':next': sends + 1, ':seen': sends, ':sealed': 'sealed' },
    });
  }

  async settleAccepted(hourKey: HourKey, meteringRecordId: string): Promise<void> {
    await this.#update(hourKey, acceptedUpdate(meteringRecordId));
  }

  async settleConflict(hourKey: HourKey, notice: Notice): Promise<void> {
    await this.#updateAndTell(hourKey, conflictUpdate(), notice);
  }

  async settleDeferred(answered: AnsweredRecord, answer: { outcome: DeferredOutcome; dueAtMs: number }): Promise<void> {
    await this.#update(answered.hourKey, deferredUpdate(answered, answer));
  }

  async close(hourKey: HourKey, closing: Closing): Promise<void> {
    await this.#updateAndTell(hourKey, closingUpdate(closing), closing.notice);
  }

  async #listDueOf(shard: number, nowMs: number): Promise<{ hourKey: HourKey; dueAt: number }[]> {
    const pages = paginateQuery(
      { client: this.options.client },
      {
        TableName: this.options.tableName,
        IndexName: TABLES.hourlyUsage.index.name,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': shard, ':now': nowMs },
      },
    );
    const due: { hourKey: HourKey; dueAt: number }[] = [];
    for await (const { Items = [] } of pages) {
      due.push(
        ...Items.map(({ pk, sk, dueAt }) => ({
          hourKey: parseHourSortKey(String(pk), String(sk)),
          dueAt: Number(dueAt),
        })),
      );
    }
    return due;
  }

  async #writeTogether({ hour, balance, balanceHour, zeroHour }: BalancedWrites, notice?: Notice): Promise<SealResult> {
    const writes = [hour, balance, balanceHour, zeroHour].filter((write) => write !== undefined);
    const TransactItems = [...writes.map((Update) => ({ Update })), ...(notice ? [this.#noticePut(notice)] : [])];
    try {
      // Most hours leave the Balance alone, and a single write costs half of a transaction.
      if (TransactItems.length === 1) await this.options.client.send(new UpdateCommand(hour));
      else await this.options.client.send(new TransactWriteCommand({ TransactItems }));
      return 'sealed';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'changed';
      const codes = cancellationCodes(error);
      const refused = writes.filter((_, index) => codes[index] === 'ConditionalCheckFailed');
      if (refused.length === 1 && refused[0] === balanceHour) return 'balanceHourNotOpen';
      if (refused.length > 0 || codes.includes('TransactionConflict')) return 'changed';
      throw error;
    }
  }

  /** Both or neither; nothing when the condition does not hold any more. */
  async #updateAndTell(hourKey: HourKey, update: HourUpdate, notice: Notice): Promise<void> {
    const Update = { TableName: this.options.tableName, Key: keyOf(hourKey), ...update };
    const TransactItems = [{ Update }, this.#noticePut(notice)];
    try {
      await this.options.client.send(new TransactWriteCommand({ TransactItems }));
    } catch (error) {
      if (cancellationCodes(error)[0] !== 'ConditionalCheckFailed') throw error;
    }
  }

  #noticePut(notice: Notice): TransactionPart {
    const { noticesTableName } = this.options;
    if (noticesTableName === undefined) throw new Error('Whoever brings an hour to its end needs the Notices table.');
    return noticePut(noticesTableName, notice);
  }

  async #getItem(pk: string, sk: string): Promise<unknown> {
    const { client, tableName } = this.options;
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true }));
    return Item;
  }

  /** @returns whether the condition held. */
  async #update(hourKey: HourKey, update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<boolean> {
    try {
      const Key = keyOf(hourKey);
      await this.options.client.send(new UpdateCommand({ TableName: this.options.tableName, Key, ...update }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function keyOf(hourKey: HourKey): { pk: string; sk: string } {
  return { pk: hourKey.subscriptionId, sk: hourSortKey(hourKey) };
}
