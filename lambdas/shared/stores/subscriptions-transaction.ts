import type { AnnouncementNotice } from '../contract/notices';
import type { Identity } from '../domain/identity';
import type { KeptEvent } from '../domain/marketplace-event';
import type { SubscriptionChange } from '../domain/subscription-change';
import { IS_NEW, writeTogether, type TransactionPart } from './conditional-writes';
import type { Database } from './database';
import { noticePut } from './notices';
import { eventKey, EVENTS_KEPT_DAYS, identityItemKey, subscriptionKey, type ChangeExtras } from './subscriptions';

const SECONDS_A_DAY = 86_400;

/**
 * Writes a change, its notice and further items atomically. `conflict`: the subscription changed or an identity was
 * taken in the meantime.
 * @param others - further parts of the same transaction
 */
export async function saveChange(
  database: Database<'subscriptions' | 'notices'>,
  { before, after, notice }: SubscriptionChange,
  { identities = [], event, others = [] }: ChangeExtras & { others?: TransactionPart[] } = {},
): Promise<'saved' | 'conflict'> {
  const { subscriptions, notices } = database.tables;
  const result = await writeTogether(database, [
    subscriptionUpdate(subscriptions, { before, after }),
    ...identities.map((identity) => identityPut(subscriptions, identity, after.subscriptionId)),
    ...(notice ? [noticePut(notices, notice)] : []),
    ...(event ? [eventPut(subscriptions, event, after.subscriptionId)] : []),
    ...others,
  ]);
  return result.outcome === 'written' ? 'saved' : 'conflict';
}

/** Writes a notice and its event atomically. The event outlives the notice, so that nothing is told twice. */
export async function announce(
  database: Database<'subscriptions' | 'notices'>,
  notice: AnnouncementNotice,
  event: KeptEvent,
): Promise<'told' | 'duplicate' | 'conflict'> {
  const { subscriptions: TableName, notices } = database.tables;
  const { subscriptionId: pk, noticeId } = notice;
  const Item = toEventItem(event, { pk, sk: noticeId.slice(`${pk}#`.length) });
  const put = { Put: { TableName, Item, ConditionExpression: IS_NEW } };
  const { outcome } = await writeTogether(database, [put, noticePut(notices, notice)]);
  switch (outcome) {
    case 'written':
      return 'told';
    case 'refused':
      return 'duplicate';
    case 'conflict':
      return outcome;
  }
}

/** An update instead of a put, so that attributes of other writers stay. */
function subscriptionUpdate(tableName: string, { before, after }: SubscriptionChange): TransactionPart {
  const set = Object.entries(after).filter(([, value]) => value !== undefined);
  const removed = Object.keys(before ?? {}).filter((name) => !set.some(([present]) => present === name));
  const names = [...set.map(([name]) => name), ...removed, 'version', 'pk'];
  const assignments = set.map(([name]) => `#${name} = :${name}`).join(', ');
  return {
    Update: {
      TableName: tableName,
      Key: subscriptionKey(after.subscriptionId),
      UpdateExpression: [
        `SET ${assignments}`,
        ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
      ].join(' '),
      ConditionExpression: before === undefined ? 'attribute_not_exists(#pk)' : '#version = :before',
      ExpressionAttributeNames: Object.fromEntries(
        names.filter((name) => name !== 'pk' || before === undefined).map((name) => [`#${name}`, name]),
      ),
      ExpressionAttributeValues: { ...valuesOf(set), ...(before && { ':before': before.version }) },
    },
  };
}

function valuesOf(set: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(set.map(([name, value]) => [`:${name}`, value]));
}

function identityPut(tableName: string, identity: Identity, subscriptionId: string): TransactionPart {
  const Item = { ...identityItemKey(identity), subscriptionId };
  return { Put: { TableName: tableName, Item, ConditionExpression: IS_NEW } };
}

/** Unconditional: the same event writes the same item again. */
function eventPut(tableName: string, event: KeptEvent, subscriptionId: string): TransactionPart {
  return { Put: { TableName: tableName, Item: toEventItem(event, eventKey(event, subscriptionId)) } };
}

export function toEventItem(event: KeptEvent, key: { pk: string; sk: string }): Record<string, unknown> {
  const expiresAt = Math.floor(Date.parse(event.time) / 1000) + EVENTS_KEPT_DAYS * SECONDS_A_DAY;
  return { ...key, ...event, expiresAt };
}
