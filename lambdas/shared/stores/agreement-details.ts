import * as z from 'zod';
import type { NoticeOf } from '../contract/notices';
import type { IndexOf } from '../contract/tables';
import type { AgreementDetails } from '../domain/agreement-details';
import { batchGet } from './batch-get';
import { updateIf, writeTogether } from './conditional-writes';
import type { Database } from './database';
import { dueShardOf, listDueItems } from './due-index';
import { noticePut } from './notices';

/**
 * What AWS says of a subscription's agreement, in the Subscriptions table, if the seller wants it.
 *
 *   pk = subscriptionId
 *   sk = `agreement`
 *   index `entitlementsDue`: dueShard, dueAt (ms)   sparse: only items that need a check
 *
 * An item without `checkedAt` has only a time for the next check, because AWS has never answered.
 */
const AGREEMENT_SORT_KEY = 'agreement';

export interface AgreementDetailsReader {
  /** By subscription, only those that AWS has answered for; strongly consistent. */
  getMany(subscriptionIds: readonly string[]): Promise<Map<string, AgreementDetails>>;
}

export interface CheckedAgreement {
  checked: AgreementDetails;
  /** `checkedAt` of the previous check; undefined: there was none. */
  comparedWith: string | undefined;
  nextCheckAtMs: number;
  /** If the details changed. */
  notice?: NoticeOf<'AgreementDetailsChanged'>;
}

export interface AgreementDetailsStore extends AgreementDetailsReader {
  /** Saves atomically with the notice. `conflict`: another check was saved in the meantime. */
  save(checked: CheckedAgreement): Promise<'saved' | 'conflict'>;
  /** Sets the time of the next check; undefined: never. */
  schedule(subscriptionId: string, dueAtMs: number | undefined): Promise<void>;
  /** The subscriptions whose check is due, the longest due first. The index may lag behind the table. */
  listDue(nowMs: number): Promise<string[]>;
}

const item = z.object({
  pk: z.string(),
  checkedAt: z.string().optional(),
  details: z
    .object({
      agreementId: z.string(),
      offerId: z.string().optional(),
      endsAt: z.string().optional(),
      freeTrialEndsAt: z.string().optional(),
      autoRenewal: z.boolean().optional(),
    })
    .optional(),
});

export class DynamoDbAgreementDetailsReader implements AgreementDetailsReader {
  constructor(private readonly database: Database<'subscriptions'>) {}

  async getMany(subscriptionIds: readonly string[]): Promise<Map<string, AgreementDetails>> {
    const { tables, ...database } = this.database;
    const options = { ...database, tableName: tables.subscriptions };
    const items = await batchGet(subscriptionIds, AGREEMENT_SORT_KEY, options);
    const found = items.flatMap((document) => {
      const { pk: subscriptionId, checkedAt, details } = item.parse(document);
      return checkedAt === undefined || details === undefined ? [] : [{ subscriptionId, checkedAt, ...details }];
    });
    return new Map(found.map((details) => [details.subscriptionId, details]));
  }
}

export class DynamoDbAgreementDetailsStore extends DynamoDbAgreementDetailsReader implements AgreementDetailsStore {
  readonly #database: Database<'subscriptions' | 'notices'>;

  constructor(database: Database<'subscriptions' | 'notices'>) {
    super(database);
    this.#database = database;
  }

  async save({ checked, comparedWith, nextCheckAtMs, notice }: CheckedAgreement): Promise<'saved' | 'conflict'> {
    const { subscriptionId, checkedAt, ...details } = checked;
    const { tables } = this.#database;
    const update = {
      TableName: tables.subscriptions,
      Key: { pk: subscriptionId, sk: AGREEMENT_SORT_KEY },
      UpdateExpression: 'SET checkedAt = :checkedAt, details = :details, dueShard = :dueShard, dueAt = :dueAt',
      ConditionExpression: comparedWith === undefined ? 'attribute_not_exists(checkedAt)' : 'checkedAt = :comparedWith',
      ExpressionAttributeValues: {
        ':checkedAt': checkedAt,
        ':details': details,
        ':dueShard': dueShardOf(subscriptionId),
        ':dueAt': nextCheckAtMs,
        ...(comparedWith !== undefined && { ':comparedWith': comparedWith }),
      },
    };
    if (notice === undefined) return (await updateIf(this.#database, update)).held ? 'saved' : 'conflict';
    const result = await writeTogether(this.#database, [{ Update: update }, noticePut(tables.notices, notice)]);
    return result.outcome === 'written' ? 'saved' : 'conflict';
  }

  async schedule(subscriptionId: string, dueAtMs: number | undefined): Promise<void> {
    await updateIf(this.#database, {
      TableName: this.#database.tables.subscriptions,
      Key: { pk: subscriptionId, sk: AGREEMENT_SORT_KEY },
      ...(dueAtMs === undefined
        ? { UpdateExpression: 'REMOVE dueShard, dueAt' }
        : {
            UpdateExpression: 'SET dueShard = :dueShard, dueAt = :dueAt',
            ExpressionAttributeValues: { ':dueShard': dueShardOf(subscriptionId), ':dueAt': dueAtMs },
          }),
    });
  }

  async listDue(nowMs: number): Promise<string[]> {
    const { client, tables } = this.#database;
    const IndexName = 'entitlementsDue' satisfies IndexOf<'subscriptions'>;
    const due = await listDueItems({ client, TableName: tables.subscriptions, IndexName, nowMs });
    return due.filter(({ sk }) => sk === AGREEMENT_SORT_KEY).map(({ pk }) => pk);
  }
}
