import { createHash } from 'node:crypto';
import type { Notice } from '../contract/notices';
import { toUsageRejected } from '../domain/rejection-notices';
import { IS_NEW, writeTogether } from './conditional-writes';
import type { Database } from './database';
import { noticePut } from './notices';

/** An item of the UsageEvents table that is not billed as it is, kept for the operator. */
export interface SetAsideEvent {
  /** `setAside`: not valid usage. `overwritten`: changed after it was stored; the first version is billed. */
  kind: 'setAside' | 'overwritten';
  /** The item's subscription, if it names one. */
  subscriptionId: string | undefined;
  /** The item's key in UsageEvents. */
  usageEventPk: string;
  reason: string;
  message: string;
  /** The item as it was found, as JSON. */
  document: string;
}

/** The partition key of set-aside items without a usable subscription. */
export const NO_SUBSCRIPTION = 'unknown';

/** The subscription that an item of UsageEvents names, shortened to fit into a key. */
export function subscriptionNamedBy({ subscriptionId }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof subscriptionId !== 'string' || subscriptionId === '') return undefined;
  return subscriptionId.slice(0, 200).toWellFormed();
}

/** DynamoDB limits an item to 400 KB. The rest of a longer document is in UsageEvents. */
const MAX_DOCUMENT_LENGTH = 100_000;

/** An item with 30,000 wrong tags has as many sentences. Together they would not fit, and the stream would be blocked. */
const MAX_MESSAGE_LENGTH = 2_000;

/** Items `setAside#…` and `overwritten#…` of the HourlyUsage table, which never expires. */
export interface SetAsideEventStore {
  /** Stores the event and its notice atomically; idempotent. @returns whether it is new. */
  keep(event: SetAsideEvent, told: Told): Promise<boolean>;
}

/** What only the notice says. */
interface Told {
  nowIso: string;
  /** The agreement that the subscription is under, if it is known. */
  agreementId: string | undefined;
}

/** The key of the set-aside item; the same event always has the same key. */
export function setAsideKey({ kind, subscriptionId, usageEventPk, document }: SetAsideEvent): {
  pk: string;
  sk: string;
} {
  const hash = createHash('sha256').update(usageEventPk).update(document).digest('hex').slice(0, 32);
  return { pk: subscriptionId ?? NO_SUBSCRIPTION, sk: `${kind}#${hash}` };
}

/** The notice about a set-aside event. */
function setAsideNotice(event: SetAsideEvent, { nowIso, agreementId }: Told): Notice {
  const { subscriptionId, reason, message, usageEventPk } = event;
  const { pk, sk } = setAsideKey(event);
  const item = { subscriptionId, agreementId, reason, message, usageEventPk };
  return toUsageRejected({ noticeId: `${pk}#${sk}`, ...item }, nowIso);
}

export class DynamoDbSetAsideEventStore implements SetAsideEventStore {
  constructor(private readonly database: Database<'hourlyUsage' | 'notices'>) {}

  async keep(event: SetAsideEvent, also: Told): Promise<boolean> {
    const { tables } = this.database;
    const { usageEventPk, reason } = event;
    const message = beginning(event.message, MAX_MESSAGE_LENGTH);
    const document = beginning(event.document, MAX_DOCUMENT_LENGTH);
    const Item = { ...setAsideKey(event), usageEventPk, reason, message, document };
    const kept = { Put: { TableName: tables.hourlyUsage, Item, ConditionExpression: IS_NEW } };
    const told = noticePut(tables.notices, setAsideNotice(event, also));
    const result = await writeTogether(this.database, [kept, told]);
    if (result.outcome === 'conflict') throw result.error;
    if (result.outcome === 'refused' && !result.parts.includes(0))
      throw new Error(
        'An event cannot be set aside: its notice exists, but its HourlyUsage item does not. Compare both tables.',
      );
    return result.outcome === 'written';
  }
}

/** The beginning of a text, without half a surrogate pair at its end: DynamoDB would replace it. */
function beginning(text: string, maxLength: number): string {
  return text.slice(0, maxLength).toWellFormed();
}
