import { randomUUID } from 'node:crypto';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Notice, NoticeOf } from '../contract/notices';
import type { IndexOf } from '../contract/tables';
import type { Balance } from '../domain/balance';
import type { Hour, HourKey } from '../domain/hour';
import type { HourlyUsage, OpenHour, SealedHour } from '../domain/hourly-usage';
import type { OutcomeOf, SealedRecord } from '../domain/metering-record';
import { attemptUpdate, updateIf, writeTogether, type ItemUpdate } from './conditional-writes';
import type { Database } from './database';
import { DueItems } from './due-index';
import {
  balanceSortKey,
  hourItemKey,
  isHourSortKey,
  openHourWrite,
  parseBalanceItem,
  parseHourItem,
  parseHourSortKey,
} from './hourly-usage-items';
import { holdUpdate, type HoldRequest } from './hourly-usage-holding';
import { settleWrites, type SettleRequest } from './hourly-usage-by-operator';
import { refreezeWrites, type RefreezeRequest } from './hourly-usage-refreezing';
import {
  carryWrites,
  sealWrites,
  type BalancedWrites,
  type CarryRequest,
  type SealRequest,
} from './hourly-usage-sealing';
import {
  acceptedUpdate,
  conflictUpdate,
  deferredUpdate,
  echoDiffersUpdate,
  windowEndUpdate,
  type AnsweredRecord,
  type DeferredOutcome,
  type HourUpdate,
  type WindowEnd,
} from './hourly-usage-settling';
import { noticePut } from './notices';
import { readOneByOne, type Reading, type ReadItem } from './read-item';

/** `changed`: another run wrote in the meantime; read again. `balanceHourNotOpen`: choose a later hour. */
export type BalancedWriteResult = 'written' | 'changed' | 'balanceHourNotOpen';

export interface HourlyUsageReader {
  /** Strongly consistent. */
  get(hourKey: HourKey): Promise<HourlyUsage | undefined>;
  /** Strongly consistent. */
  getBalance(key: Pick<HourKey, 'subscriptionId' | 'dimension'>): Promise<Balance>;
  /**
   * Hours that are due at `nowMs`, the longest due first. The index may lag behind the table.
   * @param onOther - called with each item of the index that is no hour of this version. The others are due all the same.
   */
  listDue(nowMs: number, onOther?: (item: { pk: string }) => void): Promise<HourKey[]>;
  /** The same hours, read as they are taken, so that memory does not grow with how many are due. */
  dueHours(nowMs: number, onOther?: (item: { pk: string }) => void): Promise<DueHours>;
  /** Open and sealed hours of a subscription from an hour on, oldest first; strongly consistent. */
  unfinishedOf(subscriptionId: string, since: Hour): Promise<HourKey[]>;
}

/** One caller takes; while it does, no other. */
export interface DueHours {
  /** The next hours, the longest due first and at most `count`; none when there are no more. */
  take(count: number): Promise<HourKey[]>;
  /** How many were not taken. */
  countRest(): Promise<number>;
}

export interface HourlyUsageStore extends HourlyUsageReader {
  /** Opens an hour; idempotent. `dueAtMs` is when a new hour can be sealed. @returns false once it is closed. */
  open(hourKey: HourKey, dueAtMs: number): Promise<boolean>;
  /** Freezes an open hour, updates the Balance and opens the hours after it, atomically. */
  seal(request: SealRequest): Promise<BalancedWriteResult>;
  /** Returns a sealed hour to the Balance, atomically. AWS never accepted it, and its window has closed. */
  carry(request: CarryRequest): Promise<BalancedWriteResult>;
  /** Replaces a sealed record that AWS certainly has not taken, atomically. */
  refreeze(request: RefreezeRequest): Promise<BalancedWriteResult>;
  /** Lets an hour wait for the operator. Does nothing if it has changed since it was read. */
  hold(hour: OpenHour | SealedHour, request: HoldRequest): Promise<void>;
  /** Ends an unconfirmed hour as the operator says, with its notice, atomically. */
  settleUnconfirmed(request: SettleRequest): Promise<BalancedWriteResult>;
  /** Counts a send before it starts. @returns false when another run claimed it, or the hour is no longer sealed. */
  claimSend(sealed: SealedRecord): Promise<boolean>;
  /** AWS bills the hour. Replaces `rejected` and `unconfirmed`. */
  settleAccepted(hourKey: HourKey, meteringRecordId: string): Promise<void>;
  /** AWS has another quantity for this hour. Ends as its notice says, `rejected` or `unconfirmed`; written with it. */
  settleConflict(hourKey: HourKey, notice: NoticeOf<'MeteringRejected'>): Promise<void>;
  /** AWS took the record and repeated another quantity. Final; written with its notice. */
  settleEchoDiffers(hourKey: HourKey, outcome: OutcomeOf<'echoDiffers'>, notice: Notice): Promise<void>;
  /** A certain answer that may change: the next try is at `dueAtMs`. */
  settleDeferred(sealed: AnsweredRecord, answer: { outcome: DeferredOutcome; dueAtMs: number }): Promise<void>;
  /** AWS's window has closed on a sealed hour. Written with its notice. */
  settleWindowEnd(hourKey: HourKey, windowEnd: WindowEnd): Promise<void>;
}

export class DynamoDbHourlyUsageReader implements HourlyUsageReader {
  readonly #readItem: ReadItem;

  constructor(
    private readonly database: Database<'hourlyUsage'>,
    reading: (database: Reading) => ReadItem = readOneByOne,
  ) {
    this.#readItem = reading({ ...database, tableName: database.tables.hourlyUsage });
  }

  async get(hourKey: HourKey): Promise<HourlyUsage | undefined> {
    const item = await this.#readItem(hourItemKey(hourKey));
    return item === undefined ? undefined : parseHourItem(item);
  }

  async getBalance({ subscriptionId, dimension }: Pick<HourKey, 'subscriptionId' | 'dimension'>): Promise<Balance> {
    const item = await this.#readItem({ pk: subscriptionId, sk: balanceSortKey(dimension) });
    return { subscriptionId, dimension, ...parseBalanceItem(item) };
  }

  async listDue(...given: Parameters<HourlyUsageReader['listDue']>): Promise<HourKey[]> {
    return (await this.dueHours(...given)).take(Infinity);
  }

  async dueHours(nowMs: number, onOther: (item: { pk: string }) => void = () => undefined): Promise<DueHours> {
    const { client, tables } = this.database;
    const IndexName = 'due' satisfies IndexOf<'hourlyUsage'>;
    const due = await DueItems.from({ client, TableName: tables.hourlyUsage, IndexName, nowMs });
    return {
      take: async (count) => {
        for (;;) {
          const items = await due.take(count);
          const hours = items.filter(({ sk }) => isHourSortKey(sk));
          for (const item of items) if (!isHourSortKey(item.sk)) onOther(item);
          // Only an empty answer says that there are no more.
          if (hours.length > 0 || items.length === 0) return hours.map(({ pk, sk }) => parseHourSortKey(pk, sk));
        }
      },
      countRest: async () => due.countRest(),
    };
  }

  async unfinishedOf(subscriptionId: string, since: Hour): Promise<HourKey[]> {
    const pages = paginateQuery(
      { client: this.database.client },
      {
        TableName: this.database.tables.hourlyUsage,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :since AND :end',
        FilterExpression: '#state IN (:open, :sealed)',
        ProjectionExpression: 'pk, sk',
        ExpressionAttributeNames: { '#state': 'state' },
        // Only sort keys of hours start with a digit.
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
}

export class DynamoDbHourlyUsageStore extends DynamoDbHourlyUsageReader implements HourlyUsageStore {
  readonly #database: Database<'hourlyUsage' | 'notices'>;

  constructor(database: Database<'hourlyUsage' | 'notices'>, reading?: (database: Reading) => ReadItem) {
    super(database, reading);
    this.#database = database;
  }

  async open(hourKey: HourKey, dueAtMs: number): Promise<boolean> {
    return this.#update(hourKey, openHourWrite(hourKey, dueAtMs));
  }

  async seal(request: SealRequest): Promise<BalancedWriteResult> {
    return this.#writeBalanced(sealWrites(request), request.notices);
  }

  async carry(request: CarryRequest): Promise<BalancedWriteResult> {
    return this.#writeBalanced(carryWrites(request));
  }

  async refreeze(request: RefreezeRequest): Promise<BalancedWriteResult> {
    return this.#writeBalanced(refreezeWrites(request));
  }

  async hold(hour: OpenHour | SealedHour, request: HoldRequest): Promise<void> {
    const update = holdUpdate(hour, request);
    if (request.notice === undefined) await this.#update(hour, update);
    else await this.#updateAndTell(hour, update, request.notice);
  }

  async settleUnconfirmed(request: SettleRequest): Promise<BalancedWriteResult> {
    return this.#writeBalanced(settleWrites(request), [request.notice]);
  }

  async claimSend({ hourKey, sends }: SealedRecord): Promise<boolean> {
    return this.#update(hourKey, {
      UpdateExpression: 'SET sends = :next, claim = :claim REMOVE held',
      // The SDK repeats a write whose answer is lost: its own claim does not stand in its way.
      ConditionExpression: '#state = :sealed AND (sends = :seen OR (sends = :next AND claim = :claim))',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':next': sends + 1, ':seen': sends, ':claim': randomUUID(), ':sealed': 'sealed' },
    });
  }

  async settleAccepted(hourKey: HourKey, meteringRecordId: string): Promise<void> {
    await this.#update(hourKey, acceptedUpdate(meteringRecordId));
  }

  async settleConflict(hourKey: HourKey, notice: NoticeOf<'MeteringRejected'>): Promise<void> {
    const state = notice.outcome === 'unconfirmed' ? notice.outcome : 'rejected';
    await this.#updateAndTell(hourKey, conflictUpdate(state), notice);
  }

  async settleEchoDiffers(hourKey: HourKey, outcome: OutcomeOf<'echoDiffers'>, notice: Notice): Promise<void> {
    await this.#updateAndTell(hourKey, echoDiffersUpdate(outcome), notice);
  }

  async settleDeferred(answered: AnsweredRecord, answer: { outcome: DeferredOutcome; dueAtMs: number }): Promise<void> {
    await this.#update(answered.hourKey, deferredUpdate(answered, answer));
  }

  async settleWindowEnd(hourKey: HourKey, windowEnd: WindowEnd): Promise<void> {
    await this.#updateAndTell(hourKey, windowEndUpdate(windowEnd), windowEnd.notice);
  }

  async #writeBalanced(
    { hour, balance, balanceHour, zeroHour }: BalancedWrites,
    notices: readonly Notice[] = [],
  ): Promise<BalancedWriteResult> {
    const TableName = this.#database.tables.hourlyUsage;
    const writes = [hour, balance, balanceHour, zeroHour].filter((write) => write !== undefined);
    if (writes.length === 1 && notices.length === 0) {
      // Most hours do not change the Balance, and a single write costs half as much as a transaction.
      const { outcome } = await attemptUpdate(this.#database, { TableName, ...hour });
      return outcome === 'written' ? 'written' : 'changed';
    }
    const updates = writes.map((write) => ({ Update: { TableName, ...write } }));
    const told = notices.map((notice) => noticePut(this.#database.tables.notices, notice));
    const result = await writeTogether(this.#database, [...updates, ...told]);
    if (result.outcome === 'written') return 'written';
    if (result.outcome === 'conflict') return 'changed';
    const refused = result.parts.flatMap((index) => writes[index] ?? []);
    if (refused.length === 0) throw noticeExists(hour.Key);
    return refused.length === 1 && refused[0] === balanceHour ? 'balanceHourNotOpen' : 'changed';
  }

  /** Writes both or neither. Does nothing if the hour's condition no longer holds. */
  async #updateAndTell(hourKey: HourKey, update: HourUpdate, notice: Notice): Promise<void> {
    const { tables } = this.#database;
    const Update = { TableName: tables.hourlyUsage, Key: hourItemKey(hourKey), ...update };
    const result = await writeTogether(this.#database, [{ Update }, noticePut(tables.notices, notice)]);
    if (result.outcome === 'conflict') throw result.error;
    if (result.outcome === 'refused' && !result.parts.includes(0)) throw noticeExists(Update.Key);
  }

  /** @returns whether the condition held. */
  async #update(hourKey: HourKey, update: HourUpdate): Promise<boolean> {
    const TableName = this.#database.tables.hourlyUsage;
    return (await updateIf(this.#database, { TableName, ...update, Key: hourItemKey(hourKey) })).held;
  }
}

/** An hour has one notice, written together with its final state: a notice without that state is a fault. */
function noticeExists(key: ItemUpdate['Key']): Error {
  return new Error(
    `The hour ${JSON.stringify(key)} cannot be finished: its notice exists already. Compare its Notices and HourlyUsage items.`,
  );
}
